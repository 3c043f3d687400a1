import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, bodyOf, type Schema } from "../api/client";
import { getThread } from "../api/threads";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Loaded, Notice, Refusal } from "../ui/Notice";
import { toast } from "../ui/toasts";
import styles from "./jobs.module.css";
import { type Job, useJobAct } from "./queries";

/** What a job asks, with its answer; or, when it asks nothing, that it could not go on. */
export function Question({ job }: { job: Job }) {
  const { t } = useTranslation();
  const thread = useQuery({ queryKey: ["thread", job.thread], queryFn: () => getThread(job.thread) });
  if (!job.card) return <Notice>{t("behind.jobs.question.again")}</Notice>;
  return (
    <section aria-label={t("behind.jobs.question.title")} className={styles.asks}>
      <h3>{t("behind.jobs.question.title")}</h3>
      <Loaded query={thread}>
        {({ interrupts }) => {
          const card = Object.values(interrupts).flat()[0]?.value as Card | undefined;
          return (
            <>
              <p className={styles.description}>{card?.action_requests[0]?.description}</p>
              {card?.dayloom.kind === "question" ? <Words job={job} /> : <Decision job={job} />}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

interface Card {
  action_requests: { description: string }[];
  dayloom: { kind: string };
}

function useAnswer(job: Job) {
  const { t } = useTranslation();
  const answer = useJobAct((said: Partial<Schema<"JobAnswer">>) =>
    api.POST("/jobs/{job_id}/answer", { params: { path: { job_id: job.id } }, body: bodyOf<"JobAnswer">(said) }),
  );
  const give = (said: Partial<Schema<"JobAnswer">>) =>
    answer.mutate(said, { onSuccess: () => toast({ text: t("behind.jobs.question.sent") }) });
  return { give, error: answer.error };
}

function Words({ job }: { job: Job }) {
  const { t } = useTranslation();
  const [message, setMessage] = useState("");
  const { give, error } = useAnswer(job);
  return (
    <>
      <Field label={t("behind.jobs.question.answer")} rows={2} value={message} onChange={setMessage} />
      <Refusal error={error} />
      <div className={styles.footer}>
        <Button kind="primary" isDisabled={!message.trim()} onPress={() => give({ message })}>
          {t("behind.jobs.question.send")}
        </Button>
      </div>
    </>
  );
}

function Decision({ job }: { job: Job }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const { give, error } = useAnswer(job);
  return (
    <>
      <Field label={t("behind.jobs.question.reason")} value={reason} onChange={setReason} />
      <Refusal error={error} />
      <div className={styles.footer}>
        <Button onPress={() => give({ answer: { type: "reject", message: reason, scope: "once" } })}>
          {t("behind.jobs.question.reject")}
        </Button>
        <Button kind="primary" onPress={() => give({ answer: { type: "approve", message: "", scope: "once" } })}>
          {t("behind.jobs.question.approve")}
        </Button>
      </div>
    </>
  );
}
