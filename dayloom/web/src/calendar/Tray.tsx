import { CalendarPlus, HelpCircle, TriangleAlert } from "lucide-react";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRiskWords } from "../tasks/risks";
import { Button } from "../ui/Button";
import { useClock, wallOf } from "./clock";
import type { ShownDraft } from "./draft";
import type { Entry } from "./entries";
import { cellsOf, slotMinutes, type Task } from "./grid";
import styles from "./Tray.module.css";

interface TrayProps {
  draft: ShownDraft;
  now: number;
  /** What the open card would place. */
  proposed: readonly Entry[];
  onPlace: (task: Task) => void;
  onDrag: (task: Task | null) => void;
}

/** What has no place, beside the calendar: drag it there, or an entry back here. */
export function Tray(props: TrayProps) {
  const { t } = useTranslation();
  const { draft } = props;
  const ended = new Set((draft.schedule.ended ?? []).map((one) => one.task.id));
  const waiting = draft.schedule.tasks
    .filter((task) => task.status === "pending" && !ended.has(task.id))
    .sort((one, other) => dueOf(one) - dueOf(other));
  return (
    <section
      aria-label={t("calendar.tray.title")}
      data-tray
      data-empty={waiting.length === 0 || undefined}
      tabIndex={draft.past ? 0 : undefined}
      className={styles.tray}
    >
      <h3>
        {t("calendar.tray.title")} <span className={styles.count}>{waiting.length}</span>
      </h3>
      {waiting.length === 0 && <p className={styles.hint}>{t("calendar.tray.empty")}</p>}
      <ul className={styles.list}>
        {waiting.map((task) => (
          <Waiting {...props} key={task.id} task={task} />
        ))}
      </ul>
      {!draft.past && waiting.length > 0 && <p className={styles.help}>{t("calendar.tray.hint")}</p>}
    </section>
  );
}

function dueOf(task: Task): number {
  return task.deadline ? Date.parse(task.deadline) : Number.POSITIVE_INFINITY;
}

function Waiting({ task, draft, now, proposed, onPlace, onDrag }: TrayProps & { task: Task }) {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState(false);
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
  const place = proposed.find((entry) => entry.task?.id === task.id);
  return (
    <li
      className={styles.item}
      draggable={!draft.past}
      onDragStart={start}
      onDragEnd={end}
      data-dragged={dragged || undefined}
      data-overdue={dueOf(task) <= now || undefined}
    >
      <strong>{task.title}</strong>
      {place ? <Proposed entry={place} /> : <Facts task={task} draft={draft} now={now} />}
      {!draft.past && (
        <Button kind="quiet" icon={CalendarPlus} onPress={() => onPlace(task)}>
          {t("calendar.tray.place")}
          <span className={styles.heard}>{task.title}</span>
        </Button>
      )}
    </li>
  );
}

/** Where the open card would place it. */
function Proposed({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const clock = useClock();
  return (
    <span className={styles.due}>
      <HelpCircle size={14} aria-hidden />
      {t("calendar.tray.proposed", { when: `${clock.day(entry.start)}, ${clock.time(entry.start)}` })}
    </span>
  );
}

/** How long it takes and when it is due, and where there is room for it, why it has no place. */
function Facts({ task, draft, now }: { task: Task; draft: ShownDraft; now: number }) {
  const { t } = useTranslation();
  const clock = useClock();
  const whys = useWhyUnplaced(task, draft);
  const overdue = dueOf(task) <= now;
  const due = task.deadline ? wallOf(task.deadline, draft.schedule.timezone) : null;
  const minutes = task.minutes ?? task.duration * slotMinutes(cellsOf(draft.schedule.grid));
  return (
    <>
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
      {whys.map((why) => (
        <span key={why} className={styles.why}>
          {why}
        </span>
      ))}
    </>
  );
}

/** Why a task has no place, and what would help. */
export function useWhyUnplaced(task: Task, { reasons, risks }: ShownDraft): string[] {
  const sayRisk = useRiskWords();
  const [reason, risk] = [reasons.get(task.id), risks.get(task.id)];
  return [...(reason ? [reason] : []), ...(risk ? [sayRisk(risk)] : [])];
}
