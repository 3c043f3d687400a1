import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiProblem, api, type Schema } from "../api/client";
import { type Change, type Entry, useThread } from "../conversation/thread";
import { useMoment } from "../moment/moment";
import type { Schedule, Task } from "./grid";

export type Preview = Schema<"Preview">;
export type Risk = Schema<"Risk">;

/** The draft of the open thread as it is to be shown: the newest, or that of the moment that is looked at. */
export interface ShownDraft extends Preview {
  /** Nothing can be changed in a moment of the past. */
  past: boolean;
  /** Why tasks have no place, where the agent has looked for one. */
  reasons: ReadonlyMap<number, string>;
  /** Deadlines that are not safe. */
  risks: ReadonlyMap<number, Risk>;
}

/** The key of a thread's newest draft. */
export function previewKey(thread: string | null) {
  return ["preview", thread] as const;
}

/** What has nothing to say is left out by the service. */
export function complete(preview: Preview): Preview {
  return { ...preview, warnings: preview.warnings ?? [], outdated: preview.outdated ?? [] };
}

async function fetchPreview(thread: string): Promise<Preview | null> {
  try {
    const answer = await api.GET("/threads/{thread_id}/preview", { params: { path: { thread_id: thread } } });
    return answer.data ? complete(answer.data) : null;
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
  const told = useTold(id, Boolean(query.data) && at === null);
  const draft = useMemo(() => {
    if (id === null) return null;
    if (!query.data) return query.data;
    const newest: ShownDraft = { ...query.data, ...told, past: false };
    return at === null ? newest : draftAt(newest, entries, at);
  }, [id, query.data, told, entries, at]);
  return { draft, error: query.error, refetch: query.refetch };
}

/** What the service says about the draft beside it. */
function useTold(id: string | null, enabled: boolean): Pick<ShownDraft, "reasons" | "risks"> {
  const path = { thread_id: id ?? "" };
  const week = useQuery({
    queryKey: [...previewKey(id), "week"],
    enabled,
    queryFn: async () => (await api.GET("/threads/{thread_id}/week", { params: { path } })).data,
  });
  const risks = useQuery({
    queryKey: [...previewKey(id), "risks"],
    enabled,
    queryFn: async () => (await api.GET("/threads/{thread_id}/preview/risks", { params: { path } })).data,
  });
  return useMemo(() => {
    const pending = week.data?.pending ?? [];
    return {
      reasons: new Map(pending.flatMap(({ task_id, reason }) => (reason ? [[task_id, reason] as const] : []))),
      risks: new Map((risks.data?.risks ?? []).map((risk) => [risk.task_id, risk])),
    };
  }, [week.data, risks.data]);
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
  const told = { warnings: [], outdated: [], reasons: new Map(), risks: new Map() };
  return { ...newest, ...told, schedule, changes, past: true };
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
