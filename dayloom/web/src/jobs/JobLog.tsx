import { useTranslation } from "react-i18next";
import { useTimes } from "../ui/times";
import styles from "./jobs.module.css";
import type { Job } from "./queries";

/** What has happened to a job, line by line; it grows while the job is under way. */
export function JobLog({ lines }: { lines: NonNullable<Job["log"]> }) {
  const { t } = useTranslation();
  const { moment } = useTimes();
  return (
    <section aria-label={t("behind.jobs.log.title")} className={styles.group}>
      <h3>{t("behind.jobs.log.title")}</h3>
      <div role="log" aria-label={t("behind.jobs.log.title")}>
        <ol className={styles.log}>
          {lines.map((line, number) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows, so that a line keeps its number
            <li key={number} className={styles.line}>
              <time dateTime={line.at}>{moment(line.at)}</time>
              <span className={styles.by}>{t(`behind.jobs.log.by.${line.by}`)}</span>
              <span className={styles.said}>{line.text}</span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
