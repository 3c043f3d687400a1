import { useTranslation } from "react-i18next";
import type { Answer, CardPayload } from "../conversation/rows";
import styles from "./Card.module.css";
import { CardBody } from "./CardBody";
import { CardTitle } from "./CardFrame";
import { lookOf } from "./look";

/** A card of the past, folded: what it was about and how it was answered; it opens to all that it showed. */
export function PastCard({ card, answer }: { card: CardPayload; answer: Answer | null }) {
  const { t } = useTranslation();
  const reason = answer?.message ?? "";
  return (
    <details className={styles.past} data-look={lookOf(card)}>
      <summary className={styles.header}>
        <CardTitle card={card} />
        <span className={styles.answered}>
          {answer ? t(`cards.answered.${wordsOf(answer)}`, { reason }) : t("cards.gone")}
        </span>
      </summary>
      <CardBody card={card} />
    </details>
  );
}

function wordsOf({ type, scope, message }: Answer) {
  if (type === "approve" && scope === "turn") return "approveAll";
  return type === "reject" && message ? "rejectBecause" : type;
}
