import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { deleteThread } from "../api/threads";
import { go, useRoute } from "../app/route";
import { Button } from "../ui/Button";
import { Refusal } from "../ui/Notice";
import styles from "./threads.module.css";

interface FormProps {
  thread: string;
  title: string;
  onDone: () => void;
}

/** Ask once more: it goes for good. */
export function DeleteForm({ thread, title, onDone }: FormProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const open = useRoute().thread === thread;
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => deleteThread(thread),
    onSuccess: async () => {
      if (open) go({ thread: null });
      onDone();
      await queries.invalidateQueries({ queryKey: ["threads"] });
    },
  });
  return (
    <div className={styles.form}>
      <p>{t("conversation.threads.deleteAbout", { title })}</p>
      <Refusal error={error} />
      <Button kind="danger" isPending={isPending} onPress={() => mutate()}>
        {t("app.delete")}
      </Button>
    </div>
  );
}
