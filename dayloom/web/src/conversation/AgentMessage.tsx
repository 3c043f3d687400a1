import { useTranslation } from "react-i18next";
import { Judge } from "./Judge";
import styles from "./Rows.module.css";
import { Words } from "./Words";

/** Something the agent said; the last words of a run can be judged. */
export function AgentMessage({ text, run }: { text: string; run: string | null }) {
  const { t } = useTranslation();
  return (
    <div className={styles.agent}>
      <span className={styles.hidden}>{t("conversation.agent")}: </span>
      <Words text={text} />
      {run && <Judge run={run} />}
    </div>
  );
}
