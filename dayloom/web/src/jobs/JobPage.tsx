import { Ban, Play, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { go, hrefOf } from "../app/route";
import { Button, IconButton } from "../ui/Button";
import { Loaded } from "../ui/Notice";
import { Panel } from "../ui/Panel";
import { toast, toastError } from "../ui/toasts";
import { Attempts } from "./Attempts";
import { Comments } from "./Comments";
import { JobFacts } from "./JobFacts";
import { JobLog } from "./JobLog";
import { Outputs } from "./Outputs";
import { Question } from "./Question";
import { isUnderWay, type Job, useJob, useJobAct } from "./queries";
import { Review } from "./Review";

/** One job: what it is to do, how it stands, what it needs of the person, and all it has done. */
export function JobPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const job = useJob(id);
  return (
    <Panel
      title={job.data?.title ?? t("app.panels.jobs")}
      back={{ href: hrefOf({ panel: "jobs" }), name: t("behind.jobs.all") }}
      actions={job.data && <Actions job={job.data} />}
    >
      <Loaded query={job}>
        {(found) => (
          <>
            <JobFacts job={found} />
            {found.status === "review" && <Review job={found} />}
            {found.status === "blocked" && <Question job={found} />}
            <Outputs job={found} />
            <Attempts job={found} />
            <Comments job={found} />
            <JobLog lines={found.log ?? []} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

/** What the person may do to it now. */
function Actions({ job }: { job: Job }) {
  const { t } = useTranslation();
  const path = { params: { path: { job_id: job.id } } };
  const run = useJobAct(() => api.POST("/jobs/{job_id}/run", path));
  const cancel = useJobAct(() => api.POST("/jobs/{job_id}/cancel", path));
  const forget = useJobAct(() => api.DELETE("/jobs/{job_id}", path));
  const tell = (text: string) => ({ onSuccess: () => toast({ text }), onError: toastError });
  const waits = job.status === "pending" || job.status === "blocked" || (job.status === "working" && !isUnderWay(job));
  return (
    <>
      {waits && (
        <Button
          icon={Play}
          isPending={run.isPending}
          onPress={() => run.mutate(undefined, tell(t("behind.jobs.started")))}
        >
          {t("behind.jobs.run")}
        </Button>
      )}
      {job.next.includes("cancelled") && (
        <Button icon={Ban} onPress={() => cancel.mutate(undefined, tell(t("behind.jobs.calledOff")))}>
          {t("behind.jobs.cancel")}
        </Button>
      )}
      {!isUnderWay(job) && (
        <IconButton
          icon={Trash2}
          label={t("behind.jobs.forget")}
          onPress={() =>
            forget.mutate(undefined, {
              onError: toastError,
              onSuccess: () => {
                toast({ text: t("behind.jobs.forgotten", { title: job.title }) });
                go({ panel: "jobs" });
              },
            })
          }
        />
      )}
    </>
  );
}
