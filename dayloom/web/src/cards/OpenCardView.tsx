import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Decision } from "../api/threads";
import { type OpenCard, useThread } from "../conversation/thread";
import { Notice, Refusal } from "../ui/Notice";
import styles from "./Card.module.css";
import { CardBody } from "./CardBody";
import { CardFrame } from "./CardFrame";
import { Decisions } from "./Decisions";
import { DeclineForm } from "./DeclineForm";
import { EditForm } from "./EditForm";
import { QuestionForm } from "./QuestionForm";

/** The card that waits, with every way to answer it. */
export function OpenCardView({ card }: { card: OpenCard }) {
  const { t } = useTranslation();
  const { answer, stale } = useThread();
  const [open, setOpen] = useState<"edit" | "decline" | null>(null);
  const { mutate, isPending, isSuccess, error } = useMutation({ mutationFn: (given: Decision) => answer(card, given) });
  const busy = isPending || isSuccess;
  return (
    <CardFrame card={card}>
      {stale && stale.card !== card.id && <Notice>{t("cards.stale", { why: stale.why })}</Notice>}
      <CardBody card={card} />
      <Refusal error={error} />
      <div className={styles.answers}>
        {card.dayloom.kind === "question" && <QuestionForm busy={busy} onAnswer={mutate} />}
        {card.dayloom.kind !== "question" && open === null && (
          <Decisions
            card={card}
            busy={busy}
            onAnswer={mutate}
            onEdit={() => setOpen("edit")}
            onDecline={() => setOpen("decline")}
          />
        )}
        {open === "decline" && <DeclineForm busy={busy} onAnswer={mutate} onBack={() => setOpen(null)} />}
        {open === "edit" && <EditForm card={card} busy={busy} onAnswer={mutate} onBack={() => setOpen(null)} />}
      </div>
    </CardFrame>
  );
}
