import { useTranslation } from "react-i18next";
import type { Schema } from "../api/client";
import { hrefOf } from "../app/route";
import { useTimes } from "../ui/times";
import styles from "./jobs.module.css";
import { useWorkers } from "./queries";

/** The programs that carry out jobs, or have. */
export function Workers() {
  const { t } = useTranslation();
  const { data } = useWorkers();
  if (!data) return null;
  return (
    <section aria-label={t("behind.jobs.workers.title")} className={styles.group}>
      <h3>{t("behind.jobs.workers.title")}</h3>
      {data.length ? <WorkerTable workers={data} /> : <p className={styles.soft}>{t("behind.jobs.workers.none")}</p>}
    </section>
  );
}

function WorkerTable({ workers }: { workers: Schema<"Worker">[] }) {
  const { t } = useTranslation();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("behind.jobs.workers.agent")}</th>
          <th scope="col">{t("behind.jobs.workers.job")}</th>
          <th scope="col">{t("behind.jobs.workers.state")}</th>
        </tr>
      </thead>
      <tbody>
        {workers.map((worker) => (
          <tr key={`${worker.job} ${worker.attempt}`}>
            <td>{worker.agent}</td>
            <td>
              <a href={hrefOf({ panel: "jobs", item: worker.job })}>{worker.title}</a>
            </td>
            <td>
              <State worker={worker} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function State({ worker }: { worker: Schema<"Worker"> }) {
  const { t } = useTranslation();
  const { moment } = useTimes();
  if (worker.outcome) return t(`behind.jobs.attempts.outcomes.${worker.outcome}`);
  if (!worker.watched_by) return t("behind.jobs.workers.queued");
  return t("behind.jobs.workers.working", { at: moment(worker.started) });
}
