import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { agent, api, type Schema } from "../api/client";

export type Entry = Schema<"Replay">["entries"][number];
export type Change = Schema<"Change">;

/** A card that waits for the person, as the service sends it (LangChain's approval request with our part beside it). */
export interface OpenCard {
  id: string;
  action_requests: { name: string; args: Record<string, unknown>; description: string }[];
  review_configs: { action_name: string; allowed_decisions: ("approve" | "edit" | "reject" | "respond")[] }[];
  dayloom: {
    kind: "tool" | "plan" | "question" | "reorder";
    changes: Change[];
    editable: string[];
    state_version: number;
    digest: string;
  };
}

/** A conversation as everything on the page sees it. */
export interface Thread {
  id: string | null;
  /** What has happened, from the record, oldest first. */
  entries: Entry[];
  card: OpenCard | null;
  /** A run is at work. */
  working: boolean;
}

const ThreadContext = createContext<Thread>({ id: null, entries: [], card: null, working: false });

export function ThreadProvider({ thread: id, children }: { thread: string | null; children: ReactNode }) {
  const replay = useQuery({
    queryKey: ["replay", id],
    enabled: id !== null,
    queryFn: async () =>
      (await api.GET("/threads/{thread_id}/replay", { params: { path: { thread_id: id ?? "" } } })).data,
  });
  const state = useQuery({
    queryKey: ["thread", id],
    enabled: id !== null,
    queryFn: () => agent.threads.get(id ?? ""),
  });
  const thread = useMemo<Thread>(() => {
    const interrupt = Object.values(state.data?.interrupts ?? {}).flat()[0];
    return {
      id,
      entries: replay.data?.entries ?? [],
      card: interrupt ? { id: interrupt.id ?? "", ...(interrupt.value as Omit<OpenCard, "id">) } : null,
      working: state.data?.status === "busy",
    };
  }, [id, replay.data, state.data]);
  return <ThreadContext value={thread}>{children}</ThreadContext>;
}

export function useThread(): Thread {
  return useContext(ThreadContext);
}
