import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Decision } from "../api/threads";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import styles from "./Card.module.css";

/** Answer a question where it stands; words in the box below answer it as well. */
export function QuestionForm({ busy, onAnswer }: { busy: boolean; onAnswer: (given: Decision) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const message = text.trim();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (message) onAnswer({ type: "respond", message });
      }}
    >
      <Field label={t("cards.answer")} value={text} onChange={setText} />
      <div className={styles.buttons}>
        <Button kind="primary" type="submit" isDisabled={busy || !message}>
          {t("cards.send")}
        </Button>
      </div>
    </form>
  );
}
