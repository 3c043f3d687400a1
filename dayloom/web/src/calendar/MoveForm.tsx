import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import { Choice } from "../ui/Field";
import { addDays, useClock, wallAt } from "./clock";
import { cellsOf, type Schedule, type Task } from "./grid";
import styles from "./MoveForm.module.css";
import type { Place } from "./moves";
import { WhatIf } from "./WhatIf";

interface MoveFormProps {
  task: Task;
  schedule: Schedule;
  onMove: (to: Place) => void;
}

/** Where a task is to lie, by day and time: what dragging does, for the keyboard. */
export function MoveForm({ task, schedule, onMove }: MoveFormProps) {
  const { t } = useTranslation();
  const at = task.slots[0];
  const [day, setDay] = useState(String(at?.day ?? 1));
  const [slot, setSlot] = useState(String(at?.slot_start ?? 1));
  const { days, times } = useChoices(schedule, task);
  return (
    <div className={styles.form}>
      <Choice label={t("calendar.move.day")} value={day} onChange={setDay} options={days} />
      <Choice label={t("calendar.move.time")} value={slot} onChange={setSlot} options={times} />
      <Button kind="primary" onPress={() => onMove({ day: Number(day), slot_start: Number(slot) })}>
        {t("calendar.move.do")}
      </Button>
      <WhatIf task={task} schedule={schedule} to={{ day: Number(day), slot_start: Number(slot) }} />
    </div>
  );
}

/** The days of the plan, and the times at which the task would begin and end on the grid. */
function useChoices(schedule: Schedule, task: Task) {
  const clock = useClock();
  return useMemo(() => {
    const { start, days } = schedule.window;
    const cells = cellsOf(schedule.grid);
    const last = (slot: number) => cells[Math.min(slot + task.duration, cells.length + 1) - 2]?.end ?? 1440;
    return {
      days: Array.from({ length: days }, (_, index) => ({
        key: String(index + 1),
        name: clock.longDay(addDays(start, index)),
      })),
      times: cells
        .filter((cell) => cell.slot + task.duration - 1 <= cells.length)
        .map((cell) => ({
          key: String(cell.slot),
          name: `${clock.time(wallAt(start, cell.start))}–${clock.time(wallAt(start, last(cell.slot)))}`,
        })),
    };
  }, [schedule, task, clock]);
}
