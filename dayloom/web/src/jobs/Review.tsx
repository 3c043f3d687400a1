import { Check, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Refusal } from "../ui/Notice";
import { toast } from "../ui/toasts";
import styles from "./jobs.module.css";
import { type Job, useJobAct } from "./queries";

/** Where the person accepts a result, or sends it back with a remark for the next attempt. */
export function Review({ job }: { job: Job }) {
  const { t } = useTranslation();
  const [remark, setRemark] = useState("");
  const review = useJobAct((decision: "accept" | "send_back") =>
    api.POST("/jobs/{job_id}/review", { params: { path: { job_id: job.id } }, body: { decision, remark } }),
  );
  const say = (decision: "accept" | "send_back", told: string) =>
    review.mutate(decision, { onSuccess: () => toast({ text: told }) });
  return (
    <section aria-label={t("behind.jobs.review.title")} className={styles.asks}>
      <h3>{t("behind.jobs.review.title")}</h3>
      {job.missing.length > 0 && <p>{t("behind.jobs.review.missing", { what: job.missing.join(", ") })}</p>}
      <Field label={t("behind.jobs.review.remark")} rows={2} value={remark} onChange={setRemark} />
      <Refusal error={review.error} />
      <div className={styles.footer}>
        <Button icon={Undo2} onPress={() => say("send_back", t("behind.jobs.review.sentBack"))}>
          {t("behind.jobs.review.sendBack")}
        </Button>
        <Button kind="primary" icon={Check} onPress={() => say("accept", t("behind.jobs.review.accepted"))}>
          {t("behind.jobs.review.accept")}
        </Button>
      </div>
    </section>
  );
}
