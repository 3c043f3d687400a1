import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../ui/Button";
import { Field } from "../ui/Field";
import { Hours } from "../ui/Hours";
import { Weekdays } from "../ui/Weekdays";
import styles from "./Limits.module.css";
import type { HoursLimit, Limits } from "./limits";

interface HoursListProps {
  name: "hours" | "free" | "prefer";
  limits: Limits;
  set: (some: Partial<Limits>) => void;
  /** What a new line begins with. */
  initial: HoursLimit;
}

/** Hours of the day, each for some weekdays and some kind of task; of those kept free only a rule names one. */
export function HoursList({ name, limits, set, initial }: HoursListProps) {
  const { t } = useTranslation();
  const value = limits[name];
  const onChange = (hours: HoursLimit[]) => set({ [name]: hours });
  const change = (index: number, some: Partial<HoursLimit>) =>
    onChange(value.map((one, at) => (at === index ? { ...one, ...some } : one)));
  return (
    <fieldset className={styles.list}>
      <legend>{t(`tasks.limits.${name}`)}</legend>
      {value.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else that stays while it is edited
        <div key={index} className={styles.line}>
          <Hours value={one.hours} onChange={(hours) => change(index, { hours: hours || "00:00-24:00" })} />
          <IconButton
            icon={Trash2}
            label={t("tasks.limits.remove")}
            onPress={() => onChange(value.filter((_, at) => at !== index))}
          />
          <Weekdays
            label={t("tasks.limits.days")}
            value={one.weekdays ?? []}
            onChange={(days) => change(index, { weekdays: days.length > 0 ? days : null })}
          />
          {(name !== "free" || one.category) && (
            <Field
              label={t("tasks.limits.category")}
              value={one.category ?? ""}
              onChange={(category) => change(index, { category: category || null })}
            />
          )}
        </div>
      ))}
      <Button kind="quiet" icon={Plus} onPress={() => onChange([...value, initial])}>
        {t(`tasks.limits.add_${name}`)}
      </Button>
    </fieldset>
  );
}
