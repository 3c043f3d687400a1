import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { ApiProblem, agent, api, type Schema } from "../api/client";
import { type Change, type Entry, useThread } from "../conversation/thread";
import { useMoment } from "../moment/moment";
import type { Schedule, Task } from "./grid";

export type Preview = Schema<"Preview">;

/** Why a task has no place, as the planner said it last. */
export interface Unplaced {
  task_id: number;
  title: string;
  reason: string;
  parts?: number;
}

/** The draft of the open thread as it is to be shown: the newest, or that of the moment that is looked at. */
export interface ShownDraft extends Preview {
  /** Nothing can be changed in a moment of the past. */
  past: boolean;
  unplaced: Unplaced[];
  /** What the last plan changed, with its reasons. */
  reasons: Change[];
}

/** The key of a thread's newest draft. */
export function previewKey(thread: string | null) {
  return ["preview", thread] as const;
}

async function fetchPreview(thread: string): Promise<Preview | null> {
  try {
    const answer = await api.GET("/threads/{thread_id}/preview", { params: { path: { thread_id: thread } } });
    return answer.data ?? null;
  } catch (problem) {
    // A thread that nobody has talked on yet has no draft.
    if (problem instanceof ApiProblem && problem.status === 404) return null;
    throw problem;
  }
}

/** The draft to show; `draft` is null where there is none, and undefined while it loads. */
export function useShownDraft(): { draft: ShownDraft | null | undefined; error: Error | null; refetch: () => unknown } {
  const { id, entries } = useThread();
  const { at } = useMoment();
  const query = useQuery({
    queryKey: previewKey(id),
    enabled: id !== null,
    queryFn: () => fetchPreview(id ?? ""),
  });
  useFollow();
  const told = useTold(id);
  const draft = useMemo(() => {
    if (id === null) return null;
    if (!query.data) return query.data;
    const newest: ShownDraft = { ...query.data, ...told, past: false };
    return at === null ? newest : draftAt(newest, entries, at);
  }, [id, query.data, told, entries, at]);
  return { draft, error: query.error, refetch: query.refetch };
}

/** Look again whenever something has happened on the thread. */
function useFollow() {
  const { id, entries, working, card } = useThread();
  const queries = useQueryClient();
  const happened = `${entries.length} ${working} ${card?.id}`;
  useEffect(() => {
    if (id !== null && happened) void queries.invalidateQueries({ queryKey: previewKey(id) });
  }, [id, happened, queries]);
}

/** What the thread's state says of its draft. */
function useTold(id: string | null): Pick<ShownDraft, "unplaced" | "reasons"> {
  const state = useQuery({
    queryKey: ["thread", id],
    enabled: id !== null,
    queryFn: () => agent.threads.get<{ unplaced?: Unplaced[]; last_changes?: Change[] }>(id ?? ""),
  });
  return useMemo(() => {
    const values = state.data?.values;
    return { unplaced: values?.unplaced ?? [], reasons: values?.last_changes ?? [] };
  }, [state.data]);
}

/**
 * The draft as it was after so many entries of the conversation.
 *
 * Each preview on record says what the draft placed then. Work that a later preview still had as a draft was not in
 * the calendar yet.
 */
export function draftAt(newest: ShownDraft, entries: readonly Entry[], at: number): ShownDraft {
  const before = entries.slice(0, at).findLast((entry) => entry.type === "preview");
  const placed = new Map((before?.changes ?? []).map((change) => [change.task_id, change]));
  const later = new Set(
    entries.slice(at).flatMap((entry) => (entry.type === "preview" ? entry.changes.map((one) => one.task_id) : [])),
  );
  const tasks = newest.schedule.tasks.map((task) => taskAt(task, placed.get(task.id), later.has(task.id)));
  const schedule: Schedule = { ...newest.schedule, tasks };
  const changes = before?.changes ?? [];
  return { ...newest, schedule, changes, warnings: [], outdated: [], unplaced: [], reasons: changes, past: true };
}

function taskAt(task: Task, change: Change | undefined, later: boolean): Task {
  if (task.source === "event") return task;
  if (change?.after) {
    const { day, slot_start, slot_end } = change.after;
    return { ...task, status: "suggested", slots: [{ day, slot_start, slot_end }] };
  }
  if (change || later || task.status !== "existing") return { ...task, status: "pending", slots: [] };
  return task;
}
