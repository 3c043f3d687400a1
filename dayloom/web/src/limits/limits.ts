import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, type Schema } from "../api/client";

export type Limits = Schema<"Limits">;
export type HoursLimit = Schema<"HoursLimit">;
/** For good, or in the draft of one conversation. */
export type Scope = "always" | "thread";

const NOTHING_SAID: Limits = { hours: [], free: [], prefer: [] };

/** Limits as they are kept, with the tag under which they were seen. */
export interface KeptLimits {
  limits: Limits;
  /** The wishes that plans keep to where nothing is said. */
  usual: Limits;
  tag: string;
}

async function loadLimits(scope: Scope, thread: string | null): Promise<KeptLimits> {
  const always = await api.GET("/limits");
  const [limits, usual] = [
    { ...NOTHING_SAID, ...always.data?.limits },
    { ...NOTHING_SAID, ...always.data?.usual },
  ];
  if (scope === "always" || !thread) return { limits, usual, tag: tagOf(always.response) };
  const draft = await api.GET("/threads/{thread_id}/preview", { params: { path: { thread_id: thread } } });
  return {
    limits: { ...NOTHING_SAID, ...draft.data?.schedule.limits },
    usual: { ...usual, ...limits },
    tag: tagOf(draft.response),
  };
}

function tagOf(response: Response): string {
  return response.headers.get("etag") ?? "*";
}

export function useLimits(scope: Scope, thread: string | null, enabled: boolean) {
  const key = ["limits", "kept", scope === "thread" ? thread : null];
  // Seen anew whenever it is opened: what is saved must be a change of what is there now.
  return useQuery({ queryKey: key, enabled, staleTime: 0, queryFn: () => loadLimits(scope, thread) });
}

interface Saved {
  scope: Scope;
  thread: string | null;
  limits: Limits;
  tag: string;
}

/** Say all limits anew; returns what the person should know of work that lies outside of them now. */
export function useSaveLimits() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ scope, thread, limits, tag }: Saved): Promise<string[]> => {
      const header = { "if-match": tag };
      if (scope === "always" || !thread) {
        await api.PUT("/limits", { params: { header }, body: limits });
        return [];
      }
      const params = { header, path: { thread_id: thread } };
      const { data } = await api.PUT("/threads/{thread_id}/limits", { params, body: limits });
      return data?.warnings ?? [];
    },
    onSuccess: async (_, { thread }) => {
      const keys = [["limits"], ["preview", thread], ["tasks", "risks"], ["calendar"]];
      await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
}
