import { Tab, TabList, TabPanel, TabPanels, Tabs } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { CalendarSettings } from "./CalendarSettings";
import { Contact } from "./Contact";
import { Look } from "./Look";
import { ModelSettings } from "./ModelSettings";
import styles from "./Settings.module.css";

const SECTIONS = { look: Look, calendar: CalendarSettings, messages: Contact, model: ModelSettings };
export type Section = keyof typeof SECTIONS;
const NAMES = Object.keys(SECTIONS) as Section[];

/** Everything that is set once: how the page looks, the calendar in and out, messages, the model. */
export default function Settings({ section = "look" }: { section?: Section }) {
  const { t } = useTranslation();
  return (
    <Tabs defaultSelectedKey={section}>
      <TabList className={styles.tabs ?? ""} aria-label={t("app.settings")}>
        {NAMES.map((name) => (
          <Tab key={name} id={name} className={styles.tab ?? ""}>
            {t(`settings.sections.${name}`)}
          </Tab>
        ))}
      </TabList>
      <TabPanels>
        {NAMES.map((name) => {
          const Content = SECTIONS[name];
          return (
            <TabPanel key={name} id={name} className={styles.panel ?? ""}>
              <Content />
            </TabPanel>
          );
        })}
      </TabPanels>
    </Tabs>
  );
}
