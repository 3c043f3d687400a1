import { Settings2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import icon from "../icon.svg";
import { SignedIn } from "../session/SignedIn";
import { IconButton } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Choice } from "../ui/Field";
import styles from "./Header.module.css";
import { setPreferences, usePreferences } from "./preferences";
import { hrefOf, PANELS, useRoute } from "./route";

/** The name, the panels, and what the person has chosen. */
export function Header() {
  const { t } = useTranslation();
  const { panel } = useRoute();
  const [choosing, setChoosing] = useState(false);
  return (
    <header className={styles.header} data-place="header">
      <button type="button" className={styles.skip} onClick={focusTalk}>
        {t("app.skip")}
      </button>
      <img src={icon} alt="" width={28} height={28} />
      <h1 className={styles.name}>{t("app.name")}</h1>
      <nav aria-label={t("app.name")} className={styles.panels}>
        {PANELS.map((one) => (
          <a
            key={one}
            href={hrefOf({ panel: one })}
            aria-current={one === panel ? "page" : undefined}
            data-phone={one === "talk" || undefined}
          >
            {t(`app.panels.${one}`)}
          </a>
        ))}
      </nav>
      <IconButton icon={Settings2} label={t("app.settings")} onPress={() => setChoosing(true)} />
      <Dialog title={t("app.settings")} isOpen={choosing} onClose={() => setChoosing(false)}>
        <Chosen />
      </Dialog>
    </header>
  );
}

function focusTalk() {
  document.querySelector<HTMLElement>("[data-place='talk'] textarea")?.focus();
}

function Chosen() {
  const { t } = useTranslation();
  const { theme, language } = usePreferences();
  return (
    <>
      <Choice
        label={t("app.theme")}
        value={theme}
        onChange={(chosen) => setPreferences({ theme: chosen })}
        options={(["system", "light", "dark"] as const).map((key) => ({ key, name: t(`app.themes.${key}`) }))}
      />
      <Choice
        label={t("app.language")}
        value={language}
        onChange={(chosen) => setPreferences({ language: chosen })}
        options={[
          { key: "en", name: "English" },
          { key: "zh", name: "中文" },
        ]}
      />
      <SignedIn />
    </>
  );
}
