import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, api } from "../api/client";
import { useThread } from "../conversation/thread";
import { toast } from "../ui/toasts";
import { useClock } from "./clock";
import { complete, type Preview, previewKey } from "./draft";
import { slotSpan, type Task } from "./grid";
import { refusalOf } from "./refusal";

/** Where a task is to lie; null takes its place away. */
export type Place = { day: number; slot_start: number } | null;

export interface Move {
  task: Task;
  to: Place;
}

/** How long a refusal stands at its entry. */
const SHOWN = 10_000;

/** Moving work of the draft by hand: shown at once, and taken back with the reason when the service refuses it. */
export function useMoves() {
  const { id } = useThread();
  const queries = useQueryClient();
  const { t } = useTranslation();
  const clock = useClock();
  const [refused, setRefused] = useState<{ task_id: number; why: string } | null>(null);
  const key = previewKey(id);

  const mutation = useMutation({
    // One after the other: each is about the draft that the one before it has left.
    scope: { id: "move" },
    mutationFn: async (move: Move) => {
      const version = queries.getQueryData<Preview>(key)?.version;
      const { data } = await api.PATCH("/threads/{thread_id}/preview", {
        params: { path: { thread_id: id ?? "" }, header: { "if-match": `"${version}"` } },
        body: [{ task_id: move.task.id, day: move.to?.day ?? null, slot_start: move.to?.slot_start ?? null }],
      });
      return data;
    },
    onMutate: async (move) => {
      setRefused(null);
      await queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData<Preview>(key);
      if (before) queries.setQueryData(key, moved(before, move));
      return { before };
    },
    onSuccess: (answer, move) => {
      if (!answer) return;
      const preview = complete(answer);
      queries.setQueryData(key, preview);
      for (const about of ["week", "risks"]) void queries.invalidateQueries({ queryKey: [...key, about] });
      toast({ text: [told(preview, move), ...preview.warnings].join(" ") });
    },
    onError: (error, move, kept) => {
      if (kept?.before) queries.setQueryData(key, kept.before);
      const why = kept?.before ? refusalOf(error, kept.before.schedule, t, clock) : String(error);
      refuse(move.task, why);
      if (error instanceof ApiProblem && error.status === 412) void queries.invalidateQueries({ queryKey: key });
    },
  });

  function refuse(task: Task, why: string) {
    const shown = { task_id: task.id, why };
    setRefused(shown);
    setTimeout(() => setRefused((now) => (now === shown ? null : now)), SHOWN);
    toast({ text: `${task.title}: ${why}` });
  }

  function told({ schedule }: Preview, { task, to }: Move): string {
    if (to === null) return t("calendar.move.unplaced", { title: task.title });
    const { start, end } = slotSpan(schedule, to.day, to.slot_start, to.slot_start + task.duration - 1);
    return t("calendar.move.moved", { title: task.title, when: clock.span(start, end) });
  }

  function move(task: Task, to: Place) {
    mutation.mutate({ task, to });
  }

  return { move, refuse, refused };
}

/** The draft with one task elsewhere, until the service has answered. */
function moved(preview: Preview, { task, to }: Move): Preview {
  const slots = to
    ? [{ ...to, slot_end: Math.min(to.slot_start + task.duration - 1, preview.schedule.grid.length) }]
    : [];
  const status = to ? ("suggested" as const) : ("pending" as const);
  const tasks = preview.schedule.tasks.map((one) => (one.id === task.id ? { ...one, slots, status } : one));
  return { ...preview, schedule: { ...preview.schedule, tasks } };
}
