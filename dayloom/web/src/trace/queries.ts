import { useQuery } from "@tanstack/react-query";
import { api, type Schema } from "../api/client";
import { listRuns } from "../api/threads";

export type Trace = Schema<"Trace">;
export type Span = Schema<"Span">;

// What a run does has no event for each span: as long as it is at work and somebody looks, it is asked for.
const LOOK_AGAIN = 1_500;

/** The runs of a conversation, the newest first. */
export function useRuns(thread: string | null) {
  return useQuery({
    queryKey: ["runs", thread, "all"],
    enabled: thread !== null,
    queryFn: () => listRuns(thread ?? "", 100),
  });
}

export function useTrace(thread: string | null, run: string | null) {
  return useQuery({
    queryKey: ["trace", thread, run],
    enabled: thread !== null && run !== null,
    queryFn: async () => {
      const path = { thread_id: thread ?? "", run_id: run ?? "" };
      return (await api.GET("/threads/{thread_id}/runs/{run_id}/trace", { params: { path } })).data;
    },
    refetchInterval: ({ state }) => (state.data?.spans[0]?.status === "running" ? LOOK_AGAIN : false),
  });
}
