import { useTranslation } from "react-i18next";
import { useThread } from "./thread";

/** The talk: what was said, the card that waits, and where to type. */
export function Conversation() {
  const { t } = useTranslation();
  const { entries } = useThread();
  return (
    <section data-place="talk" aria-label={t("app.panels.talk")}>
      <ol>{entries.map((entry) => entry.type === "message" && <li key={entry.at}>{entry.text}</li>)}</ol>
      <textarea aria-label={t("app.panels.talk")} />
    </section>
  );
}
