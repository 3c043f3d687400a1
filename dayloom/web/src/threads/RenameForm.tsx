import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { renameThread } from "../api/threads";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import styles from "./threads.module.css";

interface FormProps {
  thread: string;
  title: string;
  onDone: () => void;
}

export function RenameForm({ thread, title, onDone }: FormProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(title);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => renameThread(thread, name.trim()),
    onSuccess: async () => {
      await Promise.all([["threads"], ["thread", thread]].map((queryKey) => queries.invalidateQueries({ queryKey })));
      onDone();
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        mutate();
      }}
    >
      <Field
        label={t("conversation.threads.name")}
        value={name}
        onChange={setName}
        error={error?.message}
        maxLength={120}
        autoFocus
      />
      <Button kind="primary" type="submit" isDisabled={isPending || !name.trim()}>
        {t("app.save")}
      </Button>
    </form>
  );
}
