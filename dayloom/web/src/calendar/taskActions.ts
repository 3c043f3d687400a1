import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { toast, toastError } from "../ui/toasts";
import type { Task } from "./grid";

/** What an entry's dialog does to the task in the list; `done` is called when it has been done. */
export function useTaskActions(done: () => void) {
  const { t } = useTranslation();
  const queries = useQueryClient();

  async function act(request: Promise<unknown>, text: string, undo?: { name: string; act: () => void }) {
    try {
      await request;
      toast(undo ? { text, action: undo } : { text });
      done();
    } catch (problem) {
      toastError(problem);
    }
    await queries.invalidateQueries({ queryKey: ["tasks"] });
  }

  const at = (task: Task) => ({ params: { path: { task_id: task.source_id } } });
  return {
    lock: (task: Task, locked: boolean) =>
      act(
        api.PATCH("/tasks/{task_id}", { ...at(task), body: { locked } }),
        t(locked ? "calendar.entry.locked" : "calendar.entry.unlocked", { title: task.title }),
      ),
    finish: (task: Task) =>
      act(api.POST("/tasks/{task_id}/done", at(task)), t("calendar.entry.finished", { title: task.title }), {
        name: t("calendar.entry.reopen"),
        act: () => void api.POST("/tasks/{task_id}/reopen", at(task)).catch(toastError),
      }),
  };
}
