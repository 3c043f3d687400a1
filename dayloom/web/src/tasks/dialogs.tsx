import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/Dialog";
import { EditTask } from "./EditTask";
import { DeleteTask, FinishTask, JoinTask, SplitTask } from "./SmallDialogs";
import { type Listed, titleOf } from "./task";

/** What the person has asked to do with a task, and must say more of. */
export interface Asked {
  what: "edit" | "took" | "split" | "join" | "delete";
  task: Listed;
}
export type Ask = (asked: Asked) => void;

const CONTENT = { edit: EditTask, took: FinishTask, split: SplitTask, join: JoinTask, delete: DeleteTask };

export function TaskDialogs({ asked, onClose }: { asked: Asked | null; onClose: () => void }) {
  const { t } = useTranslation();
  // The dialog keeps its content while it closes.
  const [last, setLast] = useState<Asked | null>(asked);
  if (asked && asked !== last) setLast(asked);
  const shown = asked ?? last;
  if (!shown) return null;
  const Content = CONTENT[shown.what];
  const name = titleOf(shown.task);
  return (
    <Dialog title={t(`tasks.dialogs.${shown.what}`, { name })} isOpen={asked !== null} onClose={onClose}>
      <Content key={shown.task.id} task={shown.task} onClose={onClose} />
    </Dialog>
  );
}
