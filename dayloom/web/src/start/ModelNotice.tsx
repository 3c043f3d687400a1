import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SettingsDialog } from "../settings/SettingsDialog";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { useSettings } from "../ui/times";
import styles from "./Start.module.css";

/** Says openly that no language model answers, where none does. */
export function ModelNotice() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!useSettings().data?.model.offline) return null;
  return (
    <Notice>
      <div className={styles.model}>
        {t("settings.model.short")}
        <Button kind="quiet" onPress={() => setOpen(true)}>
          {t("settings.model.more")}
        </Button>
      </div>
      <SettingsDialog isOpen={open} onClose={() => setOpen(false)} section="model" />
    </Notice>
  );
}
