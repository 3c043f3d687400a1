import { Inbox as InboxIcon } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import styles from "./Inbox.module.css";
import { useInbox } from "./inbox";

const Inbox = lazy(() => import("./Inbox"));

/** The way to what the person was told while away; a mark tells of what is unread. */
export function InboxButton() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const unread = useInbox().data?.unread ?? 0;
  return (
    <>
      <span className={styles.button}>
        <IconButton
          icon={InboxIcon}
          label={unread > 0 ? t("inbox.openUnread", { count: unread }) : t("inbox.open")}
          onPress={() => setOpen(true)}
        />
        {unread > 0 && (
          <span className={styles.mark} aria-hidden>
            {unread > 99 ? "99+" : unread}
          </span>
        )}
      </span>
      <Dialog title={t("inbox.title")} isOpen={open} onClose={() => setOpen(false)}>
        <Suspense fallback={<p>{t("app.loading")}</p>}>
          <Inbox onLeave={() => setOpen(false)} />
        </Suspense>
      </Dialog>
    </>
  );
}
