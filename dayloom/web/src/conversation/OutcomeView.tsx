import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { Judge } from "./Judge";
import styles from "./Rows.module.css";
import type { Outcome } from "./rows";
import { suggest } from "./suggestion";
import { Words } from "./Words";

/** How a turn ended that did not simply come to its end. */
export function OutcomeView({ outcome, run }: { outcome: Outcome; run: string | null }) {
  const { t } = useTranslation();
  const { status, message } = outcome;
  if (status === "completed") return null;
  if (status === "cancelled") return <p className={styles.note}>{t("conversation.outcome.cancelled")}</p>;
  return (
    <div className={styles.agent}>
      <Notice kind={status === "failed" ? "problem" : "info"}>
        <strong>{t(`conversation.outcome.${status}`)}</strong>
        <Words text={message} />
        {status === "exhausted" && run && (
          <div className={styles.actions}>
            <Button onPress={() => suggest(t("conversation.outcome.continue"))}>
              {t("conversation.outcome.goOn")}
            </Button>
          </div>
        )}
      </Notice>
      {run && status !== "failed" && <Judge run={run} />}
    </div>
  );
}
