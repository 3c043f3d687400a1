import { useTranslation } from "react-i18next";
import styles from "./Conversation.module.css";
import type { Doing as What } from "./progress";
import { useThread } from "./thread";

const SOLVING = new Set(["draft_plan", "replan", "relocate", "spread_even", "min_context_switch"]);
const LOOKING = /^(get_|query_|find_|list_|next_up|at_risk|explain|queue_status)/;

/** One quiet line: what the agent is doing right now. */
export function Doing() {
  const { t } = useTranslation();
  const { working, progress, card } = useThread();
  if (!working) return <div className={styles.doing}>{card && t("conversation.doing.waiting")}</div>;
  return (
    <div className={styles.doing}>
      <span className={styles.pulse} aria-hidden />
      {t(keyOf(progress?.ended === false ? progress.doing : { kind: "queued" }))}
    </div>
  );
}

function keyOf(doing: What) {
  if (doing.kind !== "using") return `conversation.doing.${doing.kind}` as const;
  if (doing.tool === "delegate") return "conversation.using.delegating";
  if (SOLVING.has(doing.tool)) return "conversation.using.solving";
  return LOOKING.test(doing.tool) ? "conversation.using.looking" : "conversation.using.changing";
}
