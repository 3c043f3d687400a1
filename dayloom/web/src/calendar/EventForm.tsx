import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import type { Entry } from "./entries";
import type { Span } from "./eventMoves";
import styles from "./MoveForm.module.css";

/** When an event is to be: what dragging and resizing do, for the keyboard. */
export function EventForm({ entry, onMove }: { entry: Entry; onMove: (to: Span) => void }) {
  const { t } = useTranslation();
  const [start, setStart] = useState(entry.start);
  const [end, setEnd] = useState(entry.end);
  return (
    <div className={styles.form}>
      <Field label={t("calendar.move.begins")} type="datetime-local" value={start} onChange={setStart} />
      <Field label={t("calendar.move.ends")} type="datetime-local" value={end} onChange={setEnd} />
      <Button kind="primary" isDisabled={!start || end <= start} onPress={() => onMove({ start, end })}>
        {t("calendar.move.do")}
      </Button>
    </div>
  );
}
