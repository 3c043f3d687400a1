import { CalendarPlus, TriangleAlert } from "lucide-react";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRiskWords } from "../tasks/risks";
import { Button } from "../ui/Button";
import { useClock, wallOf } from "./clock";
import type { ShownDraft } from "./draft";
import { cellsOf, slotMinutes, type Task } from "./grid";
import styles from "./Tray.module.css";

interface TrayProps {
  draft: ShownDraft;
  now: number;
  onPlace: (task: Task) => void;
  onDrag: (task: Task | null) => void;
}

/** What has no place, beside the calendar: drag it there, or an entry back here. */
export function Tray({ draft, now, onPlace, onDrag }: TrayProps) {
  const { t } = useTranslation();
  const ended = new Set((draft.schedule.ended ?? []).map((one) => one.task.id));
  const waiting = draft.schedule.tasks
    .filter((task) => task.status === "pending" && !ended.has(task.id))
    .sort((one, other) => dueOf(one) - dueOf(other));
  return (
    <section
      aria-label={t("calendar.tray.title")}
      data-tray
      data-empty={waiting.length === 0 || undefined}
      className={styles.tray}
    >
      <h3>
        {t("calendar.tray.title")} <span className={styles.count}>{waiting.length}</span>
      </h3>
      {waiting.length === 0 && <p className={styles.hint}>{t("calendar.tray.empty")}</p>}
      <ul className={styles.list}>
        {waiting.map((task) => (
          <Waiting key={task.id} task={task} draft={draft} now={now} onPlace={onPlace} onDrag={onDrag} />
        ))}
      </ul>
      {!draft.past && waiting.length > 0 && <p className={styles.hint}>{t("calendar.tray.hint")}</p>}
    </section>
  );
}

function dueOf(task: Task): number {
  return task.deadline ? Date.parse(task.deadline) : Number.POSITIVE_INFINITY;
}

function Waiting({ task, draft, now, onPlace, onDrag }: TrayProps & { task: Task }) {
  const { t } = useTranslation();
  const clock = useClock();
  const [dragged, setDragged] = useState(false);
  const why = draft.reasons.get(task.id);
  const risk = draft.risks.get(task.id);
  const sayRisk = useRiskWords();
  const overdue = dueOf(task) <= now;
  const due = task.deadline ? wallOf(task.deadline, draft.schedule.timezone) : null;
  const minutes = task.minutes ?? task.duration * slotMinutes(cellsOf(draft.schedule.grid));
  const start = (event: DragEvent) => {
    event.dataTransfer.setData("text/plain", task.title);
    event.dataTransfer.effectAllowed = "move";
    setDragged(true);
    onDrag(task);
  };
  const end = () => {
    setDragged(false);
    onDrag(null);
  };
  return (
    <li
      className={styles.item}
      draggable={!draft.past}
      onDragStart={start}
      onDragEnd={end}
      data-dragged={dragged || undefined}
      data-overdue={overdue || undefined}
    >
      <strong>{task.title}</strong>
      <span className={styles.about}>
        {clock.length(minutes)}
        {due && (
          <span className={styles.due}>
            {overdue && <TriangleAlert size={14} aria-hidden />}
            {t(overdue ? "calendar.tray.overdue" : "calendar.tray.due", {
              when: `${clock.day(due)}, ${clock.time(due)}`,
            })}
          </span>
        )}
      </span>
      {why && <span className={styles.why}>{why}</span>}
      {risk && <span className={styles.why}>{sayRisk(risk)}</span>}
      {!draft.past && (
        <Button
          kind="quiet"
          icon={CalendarPlus}
          aria-label={t("calendar.tray.placeOne", { title: task.title })}
          onPress={() => onPlace(task)}
        >
          {t("calendar.tray.place")}
        </Button>
      )}
    </li>
  );
}
