import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiProblem, api, type Schema } from "../api/client";
import { useThread } from "../conversation/thread";
import { useMoment } from "../moment/moment";
import { usePastDraft } from "./past";

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
  // As long as nothing is on record there is no draft, and asking for it would be an error on the console.
  const begun = id !== null && entries.length > 0;
  const query = useQuery({
    queryKey: previewKey(id),
    enabled: begun,
    queryFn: () => fetchPreview(id ?? ""),
  });
  const told = useTold(id, Boolean(query.data) && at === null);
  const past = usePastDraft(id, entries, at);
  const draft = useMemo(() => {
    if (!begun) return null;
    return query.data ? { ...query.data, ...told, past: false } : query.data;
  }, [begun, query.data, told]);
  return at === null ? { draft, error: query.error, refetch: query.refetch } : past;
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
    const all = risks.data?.risks ?? [];
    return {
      reasons: new Map(pending.flatMap(({ task_id, reason }) => (reason ? [[task_id, reason] as const] : []))),
      // What fits and was not placed yet is no risk: it waits for a plan.
      risks: new Map(all.filter(({ kind }) => kind !== "unplaced").map((risk) => [risk.task_id, risk])),
    };
  }, [week.data, risks.data]);
}
