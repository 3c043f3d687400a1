import { CalendarCheck, CalendarSync, type LucideIcon, TriangleAlert } from "lucide-react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Schema } from "../api/client";
import styles from "./jobs.module.css";

export type ExampleName = Schema<"ExampleName">;

const ICONS: Record<ExampleName, LucideIcon> = {
  "weekly-plan": CalendarCheck,
  "deadlines-at-risk": TriangleAlert,
  "calendar-address": CalendarSync,
};
const NAMES = Object.keys(ICONS) as ExampleName[];

interface ExamplesProps {
  /** There is no job yet. */
  none: boolean;
  onChoose: (name: ExampleName) => void;
}

/** Jobs that are ready to be used. */
export function Examples({ none, onChoose }: ExamplesProps) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("behind.jobs.ready")} className={styles.group}>
      <h3>{none ? t("behind.jobs.none") : t("behind.jobs.ready")}</h3>
      <div className={styles.examples}>
        {NAMES.map((name) => {
          const Icon = ICONS[name];
          return (
            <Button key={name} className={styles.example ?? ""} onPress={() => onChoose(name)}>
              <Icon size={20} aria-hidden />
              <strong>{t(`behind.jobs.examples.${name}.title`)}</strong>
              <span>{t(`behind.jobs.examples.${name}.about`)}</span>
            </Button>
          );
        })}
      </div>
    </section>
  );
}
