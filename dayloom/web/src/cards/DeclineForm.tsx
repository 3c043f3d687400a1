import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Decision } from "../api/threads";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import styles from "./Card.module.css";

interface FormProps {
  busy: boolean;
  onAnswer: (given: Decision) => void;
  onBack: () => void;
}

/** Decline, with or without a reason. */
export function DeclineForm({ busy, onAnswer, onBack }: FormProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const message = reason.trim();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer(message ? { type: "reject", message } : { type: "reject" });
      }}
    >
      <Field
        label={t("cards.rejectTitle")}
        hint={t("cards.rejectHint")}
        rows={2}
        value={reason}
        onChange={setReason}
        autoFocus
      />
      <div className={styles.buttons}>
        <Button kind="primary" type="submit" isDisabled={busy}>
          {t("cards.reject")}
        </Button>
        <Button kind="quiet" onPress={onBack}>
          {t("app.cancel")}
        </Button>
      </div>
    </form>
  );
}
