import { useTranslation } from "react-i18next";
import { Changes } from "../cards/Changes";
import styles from "./Rows.module.css";
import type { Row } from "./rows";

/** Something that happened beside the words. */
export function Note({ note }: { note: Extract<Row, { kind: "note" }>["note"] }) {
  const { t } = useTranslation();
  switch (note.type) {
    case "went_back":
      return <p className={styles.note}>{t("conversation.wentBack")}</p>;
    case "model_failed":
      return <p className={styles.note}>{t("conversation.failedTries", { count: note.tries.length })}</p>;
    case "by_hand":
      return (
        <div className={styles.note}>
          <p>{t(`conversation.byHand.${note.act}`)}</p>
          <Changes changes={note.changes} few />
        </div>
      );
  }
}
