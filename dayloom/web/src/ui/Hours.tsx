import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "./Field";
import styles from "./Hours.module.css";

interface HoursProps {
  /** As the service writes them, `09:00-17:00`; 00:00 and 24:00 leave a side open. Empty for none. */
  value: string;
  onChange: (hours: string) => void;
}

/** From when to when, typed as 9, 9:30 or 17.00; an empty side is open. */
export function Hours({ value, onChange }: HoursProps) {
  const { t } = useTranslation();
  const [from = "00:00", to = "24:00"] = value ? value.split("-") : [];
  const [typed, setTyped] = useState({ from: from === "00:00" ? "" : from, to: to === "24:00" ? "" : to });
  const type = (some: Partial<typeof typed>) => {
    const next = { ...typed, ...some };
    setTyped(next);
    const [first, last] = [clockOf(next.from || "0"), clockOf(next.to || "24")];
    if (first && last) onChange(next.from || next.to ? `${first}-${last}` : "");
  };
  const error = (text: string) => (text && !clockOf(text) ? t("tasks.clockHint") : undefined);
  return (
    <div className={styles.hours}>
      <Field
        label={t("tasks.from")}
        value={typed.from}
        onChange={(next) => type({ from: next })}
        error={error(typed.from)}
      />
      <Field
        label={t("tasks.until")}
        value={typed.to}
        onChange={(next) => type({ to: next })}
        error={error(typed.to)}
      />
    </div>
  );
}

/** A time of the day as it may be typed; null for none. */
function clockOf(text: string): string | null {
  const found = /^(\d{1,2})(?:[:.：h](\d{2})?)?$/.exec(text.trim());
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2] ?? 0)];
  if (!found || hour > 24 || minute > 59 || (hour === 24 && minute > 0)) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
