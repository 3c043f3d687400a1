import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asked } from "../tasks/dialogs";
import { Dialog } from "../ui/Dialog";
import { Loaded } from "../ui/Notice";
import { AskedTask } from "./AskedTask";
import { Board } from "./Board";
import { addDays, dateOf, useClock, wallOf } from "./clock";
import { DraftBar } from "./DraftBar";
import { EntryDialog } from "./EntryDialog";
import type { Entry } from "./entries";
import { useEventMoves } from "./eventMoves";
import type { Task } from "./grid";
import { Icons } from "./icons";
import { Legend } from "./Legend";
import { type Place, useMoves } from "./moves";
import { PlaceForm } from "./PlaceForm";
import { useCardInSight } from "./sight";
import { Toolbar, type View } from "./Toolbar";
import { Tray } from "./Tray";
import styles from "./WeekPanel.module.css";
import { useWeek, type Week } from "./week";

/** On a phone a day is as much as one can read. */
function firstView(): View {
  return matchMedia("(width < 860px)").matches ? "day" : "week";
}

/** The days of the draft with all that lies on them, and beside them what has no place. */
export default function WeekPanel() {
  const [view, setView] = useState<View>(firstView);
  const [date, setDate] = useState<string | null>(null);
  const moves = useMoves();
  const { week, error, refetch } = useWeek(view, date, moves.refused);
  useCardInSight(week, setDate);
  return (
    <div className={styles.panel}>
      <Loaded query={{ data: week, error, refetch }}>
        {(shown) => <Shown week={shown} view={view} onView={setView} onDate={setDate} moves={moves} />}
      </Loaded>
    </div>
  );
}

interface ShownProps {
  week: Week;
  view: View;
  onView: (view: View) => void;
  onDate: (date: string) => void;
  moves: ReturnType<typeof useMoves>;
}

function Shown({ week, view, onView, onDate, moves }: ShownProps) {
  const { t } = useTranslation();
  const clock = useClock();
  const [open, setOpen] = useState<Entry | null>(null);
  const [placing, setPlacing] = useState<Task | null>(null);
  const [dragged, setDragged] = useState<Task | null>(null);
  const [asked, setAsked] = useState<{ what: Asked["what"]; task: Task } | null>(null);
  const { days, draft, zone, now } = week;
  const move = (task: Task, to: Place) => {
    setOpen(null);
    setPlacing(null);
    moves.move(task, to);
  };
  const moveEvent = useEventMoves();
  const proposed = week.entries.filter((entry) => entry.kind === "proposed");
  const outside = (task: Task) => moves.refuse(task, t("calendar.refused.outside"));
  return (
    <>
      <Toolbar
        title={clock.days(days.first, addDays(days.first, days.count - 1))}
        zone={zone}
        view={view}
        onView={onView}
        onStep={(steps) => onDate(addDays(days.first, steps * days.count))}
        onToday={() => onDate(dateOf(wallOf(now, zone)))}
      />
      {draft && <DraftBar draft={draft} />}
      <div className={styles.week}>
        <Board
          week={week}
          view={view}
          dragged={dragged}
          onOpen={setOpen}
          onMove={move}
          onMoveEvent={moveEvent}
          onOutside={outside}
        />
        {draft && <Tray draft={draft} now={now} proposed={proposed} onPlace={setPlacing} onDrag={setDragged} />}
      </div>
      <Legend week={week} />
      <Icons />
      <EntryDialog
        entry={open}
        draft={draft}
        onClose={() => setOpen(null)}
        onMove={(to) => open?.task && move(open.task, to)}
        onMoveEvent={(to) => {
          setOpen(null);
          if (open) void moveEvent(open, to);
        }}
        onAsk={(what, task) => {
          setOpen(null);
          setAsked({ what, task });
        }}
      />
      {asked && <AskedTask {...asked} onClose={() => setAsked(null)} />}
      <Dialog
        title={t("calendar.move.title", { title: placing?.title ?? "" })}
        isOpen={placing !== null}
        onClose={() => setPlacing(null)}
      >
        {placing && draft && <PlaceForm task={placing} draft={draft} onMove={(to) => move(placing, to)} />}
      </Dialog>
    </>
  );
}
