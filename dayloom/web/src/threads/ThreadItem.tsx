import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ThreadLine } from "../api/threads";
import { hrefOf, useRoute } from "../app/route";
import { Dialog } from "../ui/Dialog";
import { Menu } from "../ui/Menu";
import { useTimes } from "../ui/times";
import { DeleteForm } from "./DeleteForm";
import { RenameForm } from "./RenameForm";
import styles from "./threads.module.css";
import { titleOf } from "./title";

const MARKS = { busy: "working", interrupted: "waiting", error: "failed", idle: null } as const;

/** One conversation of the list: its name, when it went on last, how it stands, and what can be done with it. */
export function ThreadItem({ thread, onChosen }: { thread: ThreadLine; onChosen: () => void }) {
  const { t } = useTranslation();
  const { moment } = useTimes();
  const current = useRoute().thread === thread.thread_id;
  const [asked, setAsked] = useState<"rename" | "delete" | null>(null);
  const when = moment(thread.updated_at);
  const title = titleOf(thread) ?? t("conversation.threads.untitled", { day: when });
  const mark = MARKS[thread.status];
  const close = () => setAsked(null);
  return (
    <li className={styles.item} data-current={current || undefined}>
      <a href={hrefOf({ thread: thread.thread_id })} aria-current={current ? "true" : undefined} onClick={onChosen}>
        <span className={styles.name}>{title}</span>
        <span className={styles.when}>
          {when}
          {mark && <span className={styles.mark}>{t(`conversation.threads.${mark}`)}</span>}
        </span>
      </a>
      <Menu
        icon={Ellipsis}
        label={t("conversation.threads.more", { title })}
        items={[
          { key: "rename", name: t("conversation.threads.rename"), act: () => setAsked("rename") },
          { key: "delete", name: t("app.delete"), act: () => setAsked("delete") },
        ]}
      />
      <Dialog title={t("conversation.threads.rename")} isOpen={asked === "rename"} onClose={close}>
        <RenameForm thread={thread.thread_id} title={title} onDone={close} />
      </Dialog>
      <Dialog title={t("conversation.threads.deleteTitle")} isOpen={asked === "delete"} onClose={close}>
        <DeleteForm thread={thread.thread_id} title={title} onDone={close} />
      </Dialog>
    </li>
  );
}
