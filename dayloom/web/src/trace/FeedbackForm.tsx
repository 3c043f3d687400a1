import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, bodyOf, type Schema } from "../api/client";
import { hrefOf } from "../app/route";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Notice, Refusal } from "../ui/Notice";
import type { Step } from "./steps";
import styles from "./trace.module.css";

type Kind = "positive" | "negative" | "correction";

/** Say what was right or wrong about a step; what is learned of it is told at once. */
export function FeedbackForm({ step }: { step: Step }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const give = useGive(step);
  const say = (kind: Kind) => give.mutate({ kind, text }, { onSuccess: () => setText("") });
  return (
    <Form
      aria-label={t("behind.feedback.title")}
      className={styles.feedback ?? ""}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) say("correction");
      }}
    >
      <h4>{t(step.span.kind === "run" ? "behind.feedback.run" : "behind.feedback.step")}</h4>
      <Field label={t("behind.feedback.right")} hint={t("behind.feedback.hint")} value={text} onChange={setText} />
      <div className={styles.says}>
        <Button type="submit" kind="primary" isDisabled={!text.trim()} isPending={give.isPending}>
          {t("behind.feedback.correct")}
        </Button>
        <Button icon={ThumbsUp} onPress={() => say("positive")}>
          {t("behind.feedback.good")}
        </Button>
        <Button icon={ThumbsDown} onPress={() => say("negative")}>
          {t("behind.feedback.bad")}
        </Button>
      </div>
      <Refusal error={give.error} />
      {give.data && <LearnedNotice learned={give.data} />}
    </Form>
  );
}

function useGive({ thread, run, span }: Step) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (said: { kind: Kind; text: string }) => {
      const seq = span.kind === "run" ? {} : { seq: span.seq };
      const path = { thread_id: thread, run_id: run };
      const body = bodyOf<"FeedbackNew">({ ...said, ...seq });
      return (await api.POST("/threads/{thread_id}/runs/{run_id}/feedback", { params: { path }, body })).data;
    },
    onSuccess: () =>
      Promise.all(["trace", "memory", "replay"].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

function LearnedNotice({ learned: { learned, judged } }: { learned: Schema<"Learned"> }) {
  const { t } = useTranslation();
  return (
    <Notice>
      <p>{learned ? t("behind.feedback.learned", { rule: learned.rule }) : t("behind.feedback.kept")}</p>
      {judged.length > 0 && <p>{t("behind.feedback.judged", { rules: judged.map((item) => item.rule).join("; ") })}</p>}
      {learned && <a href={hrefOf({ panel: "memory", item: learned.id })}>{t("behind.feedback.look")}</a>}
    </Notice>
  );
}
