import { useTranslation } from "react-i18next";
import { Loaded, Notice } from "../ui/Notice";
import { useSettings } from "../ui/times";
import styles from "./Settings.module.css";

/** Which model answers, said openly when it is none, and how to connect one. */
export function ModelSettings() {
  const { t } = useTranslation();
  return (
    <Loaded query={useSettings()}>
      {({ model, version, timezone }) => (
        <section className={styles.block}>
          <h3>{t("settings.sections.model")}</h3>
          {model.offline ? <Offline /> : <p>{t("settings.model.real", { name: model.name })}</p>}
          {model.names.length > 1 && <p>{t("settings.model.names", { names: model.names.join(", ") })}</p>}
          <p className={styles.about}>{t("settings.model.version", { version, zone: timezone })}</p>
        </section>
      )}
    </Loaded>
  );
}

function Offline() {
  const { t } = useTranslation();
  return (
    <>
      <Notice>{t("settings.model.offline")}</Notice>
      <p>{t("settings.model.connect")}</p>
      <dl className={styles.variables}>
        <dt>DAYLOOM_MODEL</dt>
        <dd>{t("settings.model.name")}</dd>
        <dt>OPENAI_API_KEY</dt>
        <dd>{t("settings.model.key")}</dd>
        <dt>OPENAI_BASE_URL</dt>
        <dd>{t("settings.model.address")}</dd>
      </dl>
    </>
  );
}
