import { PanelLeft, SquarePen } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { go } from "../app/route";
import { useThread } from "../conversation/thread";
import { ReplayButton } from "../moment/Replay";
import { IconButton } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { ThreadList } from "./ThreadList";
import styles from "./threads.module.css";

/** Above the conversation: what it is called, all the others, and a new one. */
export function ThreadBar() {
  const { t } = useTranslation();
  const { id, title } = useThread();
  const [listed, setListed] = useState(false);
  return (
    <div className={styles.bar}>
      <IconButton icon={PanelLeft} label={t("conversation.threads.open")} onPress={() => setListed(true)} />
      <h2 className={styles.title}>{id === null ? t("conversation.threads.new") : title}</h2>
      <ReplayButton />
      {id !== null && (
        <IconButton icon={SquarePen} label={t("conversation.threads.new")} onPress={() => go({ thread: null })} />
      )}
      <Dialog place="side" title={t("conversation.threads.title")} isOpen={listed} onClose={() => setListed(false)}>
        <ThreadList onChosen={() => setListed(false)} />
      </Dialog>
    </div>
  );
}
