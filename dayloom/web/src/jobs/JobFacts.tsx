import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { hrefOf } from "../app/route";
import styles from "./jobs.module.css";
import type { Job } from "./queries";
import { Status, useWhen } from "./Status";

/** What a job is: how it stands, when it is due, what its result must have. */
export function JobFacts({ job }: { job: Job }) {
  const { t } = useTranslation();
  const when = useWhen(job);
  return (
    <>
      <p className={styles.standing} aria-live="polite">
        <Status job={job} />
        <span className={styles.when}>{when}</span>
      </p>
      {job.description && <p className={styles.description}>{job.description}</p>}
      <dl className={styles.facts}>
        <Fact name={t("behind.jobs.mustHaves")}>
          {job.must_haves.length > 0 && (
            <ul>
              {job.must_haves.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact name={t("behind.jobs.reviewer")}>{job.reviewer}</Fact>
        <Fact name={t("behind.jobs.reads")}>{job.source}</Fact>
        <Fact name={t("behind.jobs.by")}>{job.program?.agent}</Fact>
        <Fact name={t("behind.jobs.sentBack")}>{job.remark}</Fact>
        <Fact name={t("behind.jobs.talk")}>
          {job.attempts.some((attempt) => attempt.executor === "inline") && (
            <a href={hrefOf({ thread: job.thread, panel: "jobs", item: job.id })}>{job.title}</a>
          )}
        </Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
