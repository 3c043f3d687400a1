import { useTranslation } from "react-i18next";
import { setPreferences, usePreferences } from "../app/preferences";
import { SignedIn } from "../session/SignedIn";
import { Choice } from "../ui/Field";
import styles from "./Settings.module.css";

/** How the page looks, and in which language it speaks. */
export function Look() {
  const { t } = useTranslation();
  const { theme, language } = usePreferences();
  return (
    <div className={styles.block}>
      <Choice
        label={t("app.theme")}
        value={theme}
        onChange={(chosen) => setPreferences({ theme: chosen })}
        options={(["system", "light", "dark"] as const).map((key) => ({ key, name: t(`app.themes.${key}`) }))}
      />
      <Choice
        label={t("app.language")}
        value={language}
        onChange={(chosen) => setPreferences({ language: chosen })}
        options={[
          { key: "en", name: "English" },
          { key: "zh", name: "中文" },
        ]}
      />
      <SignedIn />
    </div>
  );
}
