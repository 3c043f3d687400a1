import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useConnected } from "../api/connection";
import styles from "./Conversation.module.css";

/** A stream that comes back at once is no news. */
const PATIENCE = 900;

/** Says that what is shown may be out of date, for as long as it may be. */
export function Banner() {
  const { t } = useTranslation();
  const connected = useConnected();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (connected) return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [connected]);
  return (
    <div role="status">
      {shown && (
        <div className={styles.banner}>
          <CloudOff size={16} aria-hidden />
          {t("conversation.connection.lost")}
        </div>
      )}
    </div>
  );
}
