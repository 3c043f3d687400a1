import { Group, Label, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import styles from "./Weekdays.module.css";

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

interface WeekdaysProps {
  label: string;
  /** 1 for Monday to 7; none is every day. */
  value: readonly number[];
  onChange: (days: number[]) => void;
}

/** Which days of the week. */
export function Weekdays({ label, value, onChange }: WeekdaysProps) {
  const { i18n } = useTranslation();
  const language = i18n.language === "zh" ? "zh-CN" : "en-GB";
  const name = (day: number) =>
    new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(Date.UTC(2024, 0, day));
  return (
    <Group className={styles.field ?? ""} aria-label={label}>
      <Label className={styles.label ?? ""}>{label}</Label>
      <ToggleButtonGroup
        selectionMode="multiple"
        className={styles.days ?? ""}
        aria-label={label}
        selectedKeys={value.map(String)}
        onSelectionChange={(keys) => onChange([...keys].map(Number).sort())}
      >
        {DAYS.map((day) => (
          <ToggleButton key={day} id={String(day)} className={styles.day ?? ""}>
            {name(day)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Group>
  );
}
