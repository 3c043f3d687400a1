import { memo } from "react";
import { useTranslation } from "react-i18next";
import { OpenCardView } from "../cards/OpenCardView";
import { PastCard } from "../cards/PastCard";
import { Notice } from "../ui/Notice";
import { AgentMessage } from "./AgentMessage";
import { Note } from "./Note";
import { OfferView } from "./OfferView";
import { OutcomeView } from "./OutcomeView";
import styles from "./Rows.module.css";
import type { Row } from "./rows";
import { Tools } from "./Tools";

/** One row of the conversation. */
export const RowView = memo(function RowView({ row }: { row: Row }) {
  switch (row.kind) {
    case "person":
      return <PersonMessage text={row.text} />;
    case "agent":
      return <AgentMessage text={row.text} run={row.last ? row.run : null} />;
    case "tools":
      return <Tools tools={row.tools} />;
    case "card":
      return <PastCard card={row.card} answer={row.answer} />;
    case "open":
      return <OpenCardView key={row.card.id} card={row.card} />;
    case "offer":
      return <OfferView offer={row.offer} />;
    case "stale":
      return <Stale why={row.why} />;
    case "outcome":
      return <OutcomeView outcome={row.outcome} run={row.last ? row.run : null} />;
    case "note":
      return <Note note={row.note} />;
  }
});

function PersonMessage({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <div className={styles.person}>
      <p>
        <span className={styles.hidden}>{t("conversation.you")}: </span>
        {text}
      </p>
    </div>
  );
}

function Stale({ why }: { why: string }) {
  const { t } = useTranslation();
  return <Notice>{t("cards.stale", { why })}</Notice>;
}
