import { useTranslation } from "react-i18next";
import { hrefOf } from "../app/route";
import { useTimes } from "../ui/times";
import styles from "./jobs.module.css";
import type { Attempt, Job } from "./queries";

/** Each passage of the job, the newest first: when, how long, what came of it. */
export function Attempts({ job }: { job: Job }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("behind.jobs.attempts.title")} className={styles.group}>
      <h3>{t("behind.jobs.attempts.title")}</h3>
      {job.attempts.length ? (
        <AttemptTable job={job} />
      ) : (
        <p className={styles.soft}>{t("behind.jobs.attempts.none")}</p>
      )}
    </section>
  );
}

function AttemptTable({ job }: { job: Job }) {
  const { t } = useTranslation();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          {(["number", "started", "took", "result", "trace"] as const).map((name) => (
            <th key={name} scope="col">
              {t(`behind.jobs.attempts.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {job.attempts.toReversed().map((attempt) => (
          <Row key={attempt.number} job={job} attempt={attempt} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ job, attempt }: { job: Job; attempt: Attempt }) {
  const { t } = useTranslation();
  const { moment, duration } = useTimes();
  const took = attempt.ended && (Date.parse(attempt.ended) - Date.parse(attempt.started)) / 1000;
  return (
    <tr>
      <td>{attempt.number}</td>
      <td>{moment(attempt.started)}</td>
      <td>{typeof took === "number" ? duration(took) : ""}</td>
      <td>
        <Came attempt={attempt} />
      </td>
      <td>
        {attempt.executor === "inline" && attempt.outcome !== "dry_run" && (
          <a
            href={hrefOf({ thread: job.thread, panel: "trace", item: attempt.run })}
            aria-label={t("behind.jobs.attempts.traceOf", { number: attempt.number })}
          >
            {t("behind.jobs.attempts.trace")}
          </a>
        )}
      </td>
    </tr>
  );
}

/** How it came out, with the error and what a program printed. */
function Came({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation();
  const code = attempt.exit_code;
  return (
    <>
      {attempt.outcome ? t(`behind.jobs.attempts.outcomes.${attempt.outcome}`) : t("behind.jobs.attempts.open")}
      {code !== null && code !== undefined && `, ${t("behind.jobs.attempts.exit", { code })}`}
      {attempt.error && <p className={styles.soft}>{attempt.error}</p>}
      {attempt.printed && (
        <details>
          <summary>{t("behind.jobs.attempts.printed")}</summary>
          <pre className={styles.printed}>{attempt.printed}</pre>
        </details>
      )}
    </>
  );
}
