import { ArrowDownToLine, CircleCheck, Lock, LockOpen, Pencil, Split } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { hrefOf } from "../app/route";
import type { Asked } from "../tasks/dialogs";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { useClock, utc, wallOf } from "./clock";
import type { ShownDraft } from "./draft";
import styles from "./EntryDialog.module.css";
import { EventForm } from "./EventForm";
import { type Entry, isOwnEvent } from "./entries";
import type { Span } from "./eventMoves";
import type { Task } from "./grid";
import { MoveForm } from "./MoveForm";
import type { Place } from "./moves";
import { useTaskActions } from "./taskActions";
import { Why } from "./Why";
import { useEntryWords } from "./words";

interface EntryDialogProps {
  entry: Entry | null;
  draft: ShownDraft | null;
  onClose: () => void;
  onMove: (to: Place) => void;
  onMoveEvent: (to: Span) => void;
  /** Open a dialog of the list of tasks. */
  onAsk: (what: Asked["what"], task: Task) => void;
}

/** What an entry is, why it lies there, and what can be done with it. */
export function EntryDialog(props: EntryDialogProps) {
  const { entry, draft, onClose, onMove, onMoveEvent } = props;
  return (
    <Dialog title={entry?.title ?? ""} isOpen={entry !== null} onClose={onClose}>
      {entry && (
        <>
          <Facts entry={entry} draft={draft} />
          {draft && entry.task?.source === "task_item" && (
            <Why task={entry.task} draft={draft} onMove={isMovable(entry, draft) ? onMove : undefined} />
          )}
          {draft === null && isOwnEvent(entry) && <EventForm key={entry.key} entry={entry} onMove={onMoveEvent} />}
          {draft && <Actions {...props} entry={entry} draft={draft} />}
        </>
      )}
    </Dialog>
  );
}

/** What is in the calendar, locked or gone stays where it is. */
function isMovable({ task, kind }: Entry, { past }: ShownDraft): boolean {
  return task?.source === "task_item" && !past && task.status !== "existing" && !task.locked && kind !== "ghost";
}

function Facts({ entry, draft }: { entry: Entry; draft: ShownDraft | null }) {
  const { t } = useTranslation();
  const clock = useClock();
  const words = useEntryWords();
  const { task } = entry;
  const due = task?.deadline && draft ? wallOf(task.deadline, draft.schedule.timezone) : null;
  const marks = words.marks(entry).map((mark) => mark.word);
  return (
    <dl className={styles.facts}>
      <Fact name={t("calendar.entry.what")}>{[words.kind(entry), ...marks].join(" · ")}</Fact>
      <Fact name={t("calendar.entry.when")}>
        {entry.allDay ? clock.longDay(entry.start) : clock.span(entry.start, entry.end)}
      </Fact>
      {!entry.allDay && (
        <Fact name={t("calendar.entry.length")}>{clock.length((utc(entry.end) - utc(entry.start)) / 60_000)}</Fact>
      )}
      {due && <Fact name={t("calendar.entry.due")}>{`${clock.day(due)}, ${clock.time(due)}`}</Fact>}
      {entry.location && <Fact name={t("calendar.entry.where")}>{entry.location}</Fact>}
      {task?.event?.calendar && <Fact name={t("calendar.entry.calendar")}>{task.event.calendar}</Fact>}
      {task?.category && <Fact name={t("calendar.entry.kind")}>{task.category}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Actions({ entry, draft, onClose, onMove, onAsk }: EntryDialogProps & { entry: Entry; draft: ShownDraft }) {
  const { t } = useTranslation();
  const actions = useTaskActions(onClose);
  const { task } = entry;
  if (!task || task.source === "event" || draft.past) return null;
  const movable = isMovable(entry, draft);
  const listed = task.source_id.startsWith("task-");
  return (
    <>
      {movable && (
        <section>
          <h3 className={styles.heading}>{t("calendar.move.open")}</h3>
          <MoveForm task={task} schedule={draft.schedule} onMove={onMove} />
        </section>
      )}
      <div className={styles.actions}>
        {movable && task.slots.length > 0 && (
          <Button icon={ArrowDownToLine} onPress={() => onMove(null)}>
            {t("calendar.move.back")}
          </Button>
        )}
        {listed && task.status !== "existing" && (
          <Button icon={task.locked ? LockOpen : Lock} onPress={() => actions.lock(task, !task.locked)}>
            {t(task.locked ? "calendar.entry.unlock" : "calendar.entry.lock")}
          </Button>
        )}
        {listed && !entry.done && (
          <Button icon={CircleCheck} onPress={() => actions.finish(task)}>
            {t("calendar.entry.done")}
          </Button>
        )}
        {listed && !entry.done && task.status !== "existing" && (
          <>
            <Button icon={Pencil} onPress={() => onAsk("edit", task)}>
              {t("calendar.entry.edit")}
            </Button>
            <Button icon={Split} onPress={() => onAsk("split", task)}>
              {t("calendar.entry.split")}
            </Button>
          </>
        )}
        <a href={hrefOf({ panel: "tasks" })} className={styles.link} onClick={onClose}>
          {t("calendar.entry.tasks")}
        </a>
      </div>
    </>
  );
}
