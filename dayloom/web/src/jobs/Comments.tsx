import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Refusal } from "../ui/Notice";
import { useTimes } from "../ui/times";
import styles from "./jobs.module.css";
import { type Job, useJobAct } from "./queries";

/** Remarks on a job, and one more. */
export function Comments({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { moment } = useTimes();
  return (
    <section aria-label={t("behind.jobs.comments.title")} className={styles.group}>
      <h3>{t("behind.jobs.comments.title")}</h3>
      <ul className={styles.log}>
        {job.comments.map((comment) => (
          <li key={comment.at} className={styles.line}>
            <time dateTime={comment.at}>{moment(comment.at)}</time>
            <span className={styles.by}>{t(`behind.jobs.log.by.${comment.by}`)}</span>
            <span className={styles.said}>{comment.text}</span>
          </li>
        ))}
      </ul>
      <NewComment job={job} />
    </section>
  );
}

function NewComment({ job }: { job: Job }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const add = useJobAct(() =>
    api.POST("/jobs/{job_id}/comments", { params: { path: { job_id: job.id } }, body: { text } }),
  );
  return (
    <Form
      className={styles.comment ?? ""}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) add.mutate(undefined, { onSuccess: () => setText("") });
      }}
    >
      <Field label={t("behind.jobs.comments.new")} value={text} onChange={setText} />
      <Button type="submit" isPending={add.isPending}>
        {t("behind.jobs.comments.add")}
      </Button>
      <Refusal error={add.error} />
    </Form>
  );
}
