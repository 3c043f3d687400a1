import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { listThreads } from "../api/threads";
import { Loaded } from "../ui/Notice";
import { ThreadItem } from "./ThreadItem";
import styles from "./threads.module.css";

/** All conversations, the newest first. */
export function ThreadList({ onChosen }: { onChosen: () => void }) {
  const { t } = useTranslation();
  const threads = useQuery({ queryKey: ["threads"], queryFn: listThreads, refetchOnMount: "always" });
  return (
    <Loaded query={threads}>
      {(found) =>
        found.length === 0 ? (
          <p>{t("conversation.threads.none")}</p>
        ) : (
          <ul className={styles.list}>
            {found.map((thread) => (
              <ThreadItem key={thread.thread_id} thread={thread} onChosen={onChosen} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
