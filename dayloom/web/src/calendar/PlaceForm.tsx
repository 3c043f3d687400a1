import type { ShownDraft } from "./draft";
import type { Task } from "./grid";
import { MoveForm } from "./MoveForm";
import type { Place } from "./moves";
import { useWhyUnplaced } from "./Tray";

/** Why a task has no place, and a place for it. */
export function PlaceForm({ task, draft, onMove }: { task: Task; draft: ShownDraft; onMove: (to: Place) => void }) {
  const whys = useWhyUnplaced(task, draft);
  return (
    <>
      {whys.map((why) => (
        <p key={why}>{why}</p>
      ))}
      <MoveForm task={task} schedule={draft.schedule} onMove={onMove} />
    </>
  );
}
