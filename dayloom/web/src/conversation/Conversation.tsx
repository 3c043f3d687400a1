import { useTranslation } from "react-i18next";
import { useMoment } from "../moment/moment";
import { ThreadBar } from "../threads/ThreadBar";
import { Notice } from "../ui/Notice";
import { Announced } from "./Announced";
import { Banner } from "./Banner";
import { Box } from "./Box";
import styles from "./Conversation.module.css";
import { Doing } from "./Doing";
import { Empty } from "./Empty";
import { Rows } from "./Rows";
import { useThread } from "./thread";
import { useRows } from "./useRows";

/** The talk: what was said, the card that waits, and where to type. */
export function Conversation() {
  const { t } = useTranslation();
  const { id, record } = useThread();
  const { at } = useMoment();
  const rows = useRows();
  return (
    <section data-place="talk" aria-label={t("app.panels.talk")} className={styles.talk}>
      <ThreadBar />
      <Banner />
      {record.error && <Notice kind="problem">{t("conversation.missing", { why: record.error.message })}</Notice>}
      {rows.length > 0 || id !== null ? <Rows rows={rows} /> : <Empty />}
      {at === null && (
        <>
          <Doing />
          <Box />
        </>
      )}
      <Announced />
    </section>
  );
}
