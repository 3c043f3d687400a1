import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { hrefOf } from "../app/route";
import { Button } from "../ui/Button";
import { Loaded } from "../ui/Notice";
import { Panel } from "../ui/Panel";
import { type ExampleName, Examples } from "./Examples";
import { GROUPS, groupOf } from "./groups";
import styles from "./jobs.module.css";
import { NewJob } from "./NewJob";
import { type Job, useJobs } from "./queries";
import { Status, useWhen } from "./Status";
import { Workers } from "./Workers";

/** All jobs, those first that need the person, and the ways to make one. */
export function JobList() {
  const { t } = useTranslation();
  const jobs = useJobs();
  const [making, setMaking] = useState<ExampleName | "own" | null>(null);
  const make = (
    <Button kind="primary" icon={Plus} onPress={() => setMaking("own")}>
      {t("behind.jobs.new")}
    </Button>
  );
  return (
    <Panel title={t("app.panels.jobs")} about={t("behind.jobs.about")} actions={make}>
      <Loaded query={jobs}>{(all) => <Groups jobs={all} />}</Loaded>
      <Examples none={jobs.data?.length === 0} onChoose={setMaking} />
      <Workers />
      {making && <NewJob example={making === "own" ? null : making} onClose={() => setMaking(null)} />}
    </Panel>
  );
}

function Groups({ jobs }: { jobs: Job[] }) {
  const { t } = useTranslation();
  return GROUPS.map((group) => {
    const found = jobs.filter((job) => groupOf(job) === group);
    if (!found.length) return null;
    return (
      <section key={group} aria-label={t(`behind.jobs.groups.${group}`)} className={styles.group}>
        <h3>
          {t(`behind.jobs.groups.${group}`)} <span className={styles.count}>{found.length}</span>
        </h3>
        <ul className={styles.list}>
          {found.map((job) => (
            <Row key={job.id} job={job} />
          ))}
        </ul>
      </section>
    );
  });
}

function Row({ job }: { job: Job }) {
  const when = useWhen(job);
  return (
    <li>
      <a href={hrefOf({ panel: "jobs", item: job.id })} className={styles.row}>
        <span className={styles.title}>{job.title}</span>
        <Status job={job} />
        <span className={styles.when}>{when}</span>
      </a>
    </li>
  );
}
