import type { ComponentProps } from "react";
import { DateField, DateInput, DateSegment, Label } from "react-aria-components";
import fieldStyles from "./Field.module.css";
import styles from "./Moment.module.css";

/** A day and a clock time, in no zone yet. */
export type WallClock = NonNullable<ComponentProps<typeof DateField>["value"]>;

interface MomentProps {
  label: string;
  value: WallClock | null;
  onChange: (value: WallClock | null) => void;
}

/** A day and a clock time to type. */
export function Moment({ label, value, onChange }: MomentProps) {
  return (
    <DateField granularity="minute" isRequired value={value} onChange={onChange} className={fieldStyles.field ?? ""}>
      <Label>{label}</Label>
      <DateInput className={styles.input ?? ""}>
        {(segment) => <DateSegment segment={segment} className={styles.segment ?? ""} />}
      </DateInput>
    </DateField>
  );
}
