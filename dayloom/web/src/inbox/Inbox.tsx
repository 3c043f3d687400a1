import { Mail, MailOpen, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { hrefOf } from "../app/route";
import { IconButton } from "../ui/Button";
import { Loaded } from "../ui/Notice";
import { useTimes } from "../ui/times";
import { toastError } from "../ui/toasts";
import styles from "./Inbox.module.css";
import { type Message, useInbox, useMessageChange } from "./inbox";

/** Messages, the newest first; one is read when it is opened. */
export default function Inbox({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation();
  return (
    <Loaded query={useInbox()}>
      {({ messages }) =>
        messages.length === 0 ? (
          <p className={styles.empty}>{t("inbox.empty")}</p>
        ) : (
          <ul className={styles.list}>
            {messages.map((message) => (
              <MessageLine key={message.id} message={message} onLeave={onLeave} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function MessageLine({ message, onLeave }: { message: Message; onLeave: () => void }) {
  const { t } = useTranslation();
  const { moment } = useTimes();
  const change = useMessageChange();
  const [open, setOpen] = useState(false);
  const act = (read: boolean | null) => change.mutate({ id: message.id, read }, { onError: toastError });
  const onOpen = () => {
    setOpen(!open);
    if (!message.read) act(true);
  };
  return (
    <li className={styles.message}>
      <div className={styles.head}>
        <button type="button" className={styles.subject} aria-expanded={open} onClick={onOpen}>
          <span data-unread={!message.read || undefined}>{message.subject}</span>
          <span className={styles.at}>
            {moment(message.at)}
            {!message.read && ` · ${t("inbox.unread")}`}
          </span>
        </button>
        <IconButton
          icon={message.read ? MailOpen : Mail}
          label={t(message.read ? "inbox.keep" : "inbox.read")}
          onPress={() => act(!message.read)}
        />
        <IconButton icon={Trash2} label={t("inbox.delete", { subject: message.subject })} onPress={() => act(null)} />
      </div>
      {open && (
        <div className={styles.body}>
          <p className={styles.text}>{message.text}</p>
          <p className={styles.links}>
            {message.job && (
              <a href={hrefOf({ panel: "jobs", item: message.job })} onClick={onLeave}>
                {t("inbox.job")}
              </a>
            )}
            {message.thread && (
              <a href={hrefOf({ thread: message.thread, panel: "talk" })} onClick={onLeave}>
                {t("inbox.thread")}
              </a>
            )}
          </p>
        </div>
      )}
    </li>
  );
}
