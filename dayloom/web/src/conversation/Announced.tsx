import styles from "./Conversation.module.css";
import { useThread } from "./thread";

/** Reads aloud what the agent has said while the page was open: whole messages, never pieces. */
export function Announced() {
  const { progress, card } = useThread();
  const said = progress?.said.at(-1) ?? "";
  return (
    <div aria-live="polite" className={styles.hidden}>
      <p>{said}</p>
      {card && <p>{card.action_requests[0]?.description}</p>}
    </div>
  );
}
