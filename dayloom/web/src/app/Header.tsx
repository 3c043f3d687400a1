import { Settings2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import icon from "../icon.svg";
import { InboxButton } from "../inbox/InboxButton";
import { SettingsDialog } from "../settings/SettingsDialog";
import { IconButton } from "../ui/Button";
import styles from "./Header.module.css";
import { hrefOf, PANELS, useRoute } from "./route";

/** The name, the panels, and what the person has chosen. */
export function Header() {
  const { t } = useTranslation();
  const { panel } = useRoute();
  const [choosing, setChoosing] = useState(false);
  return (
    <header className={styles.header} data-place="header">
      <button type="button" className={styles.skip} onClick={focusTalk}>
        {t("app.skip")}
      </button>
      <img src={icon} alt="" width={28} height={28} />
      <h1 className={styles.name}>{t("app.name")}</h1>
      <nav aria-label={t("app.name")} className={styles.panels}>
        {PANELS.map((one) => (
          <a
            key={one}
            href={hrefOf({ panel: one })}
            aria-current={one === panel ? "page" : undefined}
            data-phone={one === "talk" || undefined}
          >
            {t(`app.panels.${one}`)}
          </a>
        ))}
      </nav>
      <InboxButton />
      <IconButton icon={Settings2} label={t("app.settings")} onPress={() => setChoosing(true)} />
      <SettingsDialog isOpen={choosing} onClose={() => setChoosing(false)} />
    </header>
  );
}

function focusTalk() {
  document.querySelector<HTMLElement>("[data-place='talk'] textarea")?.focus();
}
