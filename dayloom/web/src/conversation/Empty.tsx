import { useTranslation } from "react-i18next";
import styles from "./Conversation.module.css";
import { suggest } from "./suggestion";

/** A conversation that has not begun: what can be said, one click away. */
export function Empty() {
  const { t } = useTranslation();
  return (
    <div className={styles.empty}>
      <h2>{t("conversation.empty.title")}</h2>
      <p>{t("conversation.empty.about")}</p>
      <ul className={styles.suggestions}>
        {t("conversation.empty.suggestions", { returnObjects: true }).map((text) => (
          <li key={text}>
            <button type="button" onClick={() => suggest(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
