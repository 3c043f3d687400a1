import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { useFeedback } from "./feedback";
import styles from "./Rows.module.css";
import { useThread } from "./thread";

/** Thumbs under what a run came to; what was not good can be put right, and is remembered. */
export function Judge({ run }: { run: string }) {
  const { t } = useTranslation();
  const { entries } = useThread();
  const feedback = useFeedback(run);
  const [correcting, setCorrecting] = useState(false);
  const given = entries.findLast((entry) => entry.type === "feedback" && entry.run_id === run && entry.span == null);
  if (given) return null;
  return (
    <div className={styles.judge}>
      <IconButton
        icon={ThumbsUp}
        label={t("conversation.feedback.good")}
        onPress={() => feedback.mutate({ kind: "positive" })}
      />
      <IconButton icon={ThumbsDown} label={t("conversation.feedback.bad")} onPress={() => setCorrecting(true)} />
      <Dialog title={t("conversation.feedback.title")} isOpen={correcting} onClose={() => setCorrecting(false)}>
        <Correction
          onSay={(text) =>
            feedback.mutate(text ? { kind: "correction", text } : { kind: "negative" }, {
              onSuccess: () => setCorrecting(false),
            })
          }
        />
      </Dialog>
    </div>
  );
}

function Correction({ onSay }: { onSay: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  return (
    <form
      className={styles.agent}
      onSubmit={(event) => {
        event.preventDefault();
        onSay(text.trim());
      }}
    >
      <Field
        label={t("conversation.feedback.text")}
        hint={t("conversation.feedback.about")}
        rows={3}
        value={text}
        onChange={setText}
        autoFocus
      />
      <div className={styles.actions}>
        <Button kind="primary" type="submit">
          {t("cards.send")}
        </Button>
      </div>
    </form>
  );
}
