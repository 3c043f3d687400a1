import { ChevronLeft, ChevronRight } from "lucide-react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../ui/Button";
import styles from "./Toolbar.module.css";

export const VIEWS = ["day", "week", "list"] as const;
export type View = (typeof VIEWS)[number];

interface ToolbarProps {
  title: string;
  zone: string;
  view: View;
  onView: (view: View) => void;
  onStep: (steps: -1 | 1) => void;
  onToday: () => void;
}

/** Which days are shown, and how. */
export function Toolbar({ title, zone, view, onView, onStep, onToday }: ToolbarProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.toolbar}>
      <div className={styles.when}>
        <h2 aria-live="polite">{title}</h2>
        <p>{t("calendar.zone", { zone: zone.replaceAll("_", " ") })}</p>
      </div>
      <div className={styles.step}>
        <IconButton icon={ChevronLeft} label={t("calendar.previous")} onPress={() => onStep(-1)} />
        <Button kind="quiet" onPress={onToday}>
          {t("calendar.today")}
        </Button>
        <IconButton icon={ChevronRight} label={t("calendar.next")} onPress={() => onStep(1)} />
      </div>
      <ToggleButtonGroup
        aria-label={t("calendar.views.label")}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[view]}
        onSelectionChange={(keys) => {
          const chosen = VIEWS.find((one) => keys.has(one));
          if (chosen) onView(chosen);
        }}
        className={styles.views ?? ""}
      >
        {VIEWS.map((one) => (
          <ToggleButton key={one} id={one} className={styles.view ?? ""}>
            {t(`calendar.views.${one}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}
