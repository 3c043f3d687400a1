import { useTranslation } from "react-i18next";
import { Box } from "./Box";
import styles from "./Conversation.module.css";
import { useThread } from "./thread";

/** The talk: what was said, the card that waits, and where to type. */
export function Conversation() {
  const { t } = useTranslation();
  const { entries, waiting, progress } = useThread();
  return (
    <section data-place="talk" aria-label={t("app.panels.talk")} className={styles.talk}>
      <ol className={styles.rows}>
        {entries.map((entry) => entry.type === "message" && <li key={entry.at}>{entry.text}</li>)}
        {waiting.map(({ run, text }) => (
          <li key={run}>{text}</li>
        ))}
        {progress?.writing && <li>{progress.writing}</li>}
      </ol>
      <Box />
    </section>
  );
}
