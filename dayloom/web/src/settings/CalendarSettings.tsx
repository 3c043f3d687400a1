import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { HOME } from "../api/client";
import { Feeds } from "./Feeds";
import { ImportCalendar } from "./ImportCalendar";
import styles from "./Settings.module.css";

/** The calendar in and out. */
export function CalendarSettings() {
  const { t } = useTranslation();
  return (
    <>
      <section className={styles.block}>
        <h3>{t("settings.import.title")}</h3>
        <ImportCalendar />
      </section>
      <section className={styles.block}>
        <h3>{t("settings.export.title")}</h3>
        <p className={styles.about}>{t("settings.export.about")}</p>
        <a className={styles.download} href={`${HOME}/calendar.ics`} download="calendar.ics">
          <Download size={16} aria-hidden />
          {t("settings.export.do")}
        </a>
      </section>
      <section className={styles.block}>
        <h3>{t("settings.feeds.title")}</h3>
        <p className={styles.about}>{t("settings.feeds.about")}</p>
        <Feeds />
      </section>
    </>
  );
}
