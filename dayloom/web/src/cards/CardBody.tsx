import { useTranslation } from "react-i18next";
import type { CardPayload } from "../conversation/rows";
import { Words } from "../conversation/Words";
import styles from "./Card.module.css";
import { Changes } from "./Changes";
import { actionOf, partsOf } from "./look";

/** What a card shows: everything that would happen, and what is to be known about it. */
export function CardBody({ card }: { card: CardPayload }) {
  switch (card.dayloom.kind) {
    case "plan":
      return <Steps card={card} />;
    case "tool":
      return <Difference card={card} />;
    default:
      return (
        <>
          <Words text={actionOf(card).description} />
          {card.dayloom.changes.length > 0 && <Changes changes={card.dayloom.changes} />}
        </>
      );
  }
}

function Difference({ card }: { card: CardPayload }) {
  const { edits, notes } = partsOf(card);
  return (
    <>
      {edits.length > 0 && (
        <ul className={styles.edits}>
          {edits.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {card.dayloom.changes.length > 0 && <Changes changes={card.dayloom.changes} />}
      {notes && (
        <div className={styles.notes}>
          <Words text={notes} />
        </div>
      )}
    </>
  );
}

interface Step {
  content: string;
  done_when?: string | null;
}

function Steps({ card }: { card: CardPayload }) {
  const { t } = useTranslation();
  const steps = (actionOf(card).args.steps ?? []) as Step[];
  return (
    <ol className={styles.steps}>
      {steps.map((step) => (
        <li key={step.content}>
          {step.content}
          {step.done_when && <p className={styles.was}>{t("cards.doneWhen", { text: step.done_when })}</p>}
        </li>
      ))}
    </ol>
  );
}
