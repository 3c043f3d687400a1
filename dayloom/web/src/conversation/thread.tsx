import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from "react";
import { ApiProblem, api, type Schema } from "../api/client";
import { newId } from "../api/id";
import {
  answerCard,
  createThread,
  type Decision,
  getThread,
  listRuns,
  type RunLine,
  say,
  stopRun,
  type ThreadState,
} from "../api/threads";
import { shorten } from "../threads/title";
import { useProgress } from "./live";
import type { Progress } from "./progress";

export type Entry = Schema<"Replay">["entries"][number];
export type Change = Schema<"Change">;
/** Why a card was declined, which may be remembered. */
export type Offer = Schema<"Replay">["offers"][number];

/** A card that waits for the person, as the service sends it (LangChain's approval request with our part beside it). */
export interface OpenCard {
  id: string;
  action_requests: { name: string; args: Record<string, unknown>; description: string }[];
  review_configs: { action_name: string; allowed_decisions: ("approve" | "edit" | "reject" | "respond")[] }[];
  dayloom: {
    /** What the record calls it. */
    id: string;
    kind: "tool" | "plan" | "question" | "reorder";
    changes: Change[];
    edits?: Schema<"TaskChange">[];
    editable: string[];
    state_version: number;
    digest: string;
  };
}

/** Words that were taken in and that the record does not have: yet, or for good when their run never got that far. */
export interface Waiting {
  run: string;
  text: string;
  at: string;
  ended: "cancelled" | "failed" | null;
}

/** A conversation as everything on the page sees it. */
export interface Thread {
  id: string | null;
  title: string;
  /** What has happened, from the record, oldest first. */
  entries: Entry[];
  offers: Offer[];
  card: OpenCard | null;
  /** A run is at work. */
  working: boolean;
  /** What the run at work, or the last one, has told beyond the record. */
  progress: Progress | null;
  waiting: Waiting[];
  /** The record, for who must tell that it is loading or cannot be had. */
  record: { isLoading: boolean; error: Error | null; refetch: () => unknown };
  /** Say something; it is in the conversation when this is done. In a new conversation the name is that of the draft. */
  send: (text: string, key: string, name: string) => Promise<string>;
  answer: (card: OpenCard, decision: Decision) => Promise<void>;
  /** The answer that came too late, and why: the card has been answered elsewhere, or things have changed. */
  stale: { card: string; why: string } | null;
  stop: () => Promise<void>;
}

const ThreadContext = createContext<Thread | null>(null);

export function ThreadProvider({ thread: id, children }: { thread: string | null; children: ReactNode }) {
  const there = { enabled: id !== null };
  const name = id ?? "";
  const queries = useQueryClient();
  const record = useQuery({
    ...there,
    queryKey: ["replay", id],
    queryFn: ({ queryKey }) => readRecord(name, queries.getQueryData<Told>(queryKey)),
  });
  const state = useQuery({ ...there, queryKey: ["thread", id], queryFn: () => getThread(name) });
  const runs = useQuery({ ...there, queryKey: ["runs", id], queryFn: () => listRuns(name) });
  const progress = useProgress(id);
  const acts = useActs(id, runs.data);
  const { data, isLoading, error, refetch } = record;
  const thread = useMemo<Thread>(() => {
    const entries = data?.entries ?? [];
    const waiting = waitingOf(runs.data ?? [], entries);
    return {
      id,
      title: state.data?.metadata.title || shorten(firstWords(entries)),
      entries,
      offers: data?.offers ?? [],
      card: cardOf(state.data),
      working: progress ? !progress.ended || waiting.some((one) => one.ended === null) : state.data?.status === "busy",
      progress,
      waiting,
      record: { isLoading, error, refetch },
      ...acts,
    };
  }, [id, data, isLoading, error, refetch, state.data, runs.data, progress, acts]);
  return <ThreadContext value={thread}>{children}</ThreadContext>;
}

type Told = Schema<"Replay">;

/** The record; it only grows, so of one that is known only what is new is asked for. */
async function readRecord(thread: string, known: Told | undefined): Promise<Told | undefined> {
  const from = known?.entries.length ?? 0;
  const params = { path: { thread_id: thread }, query: { from } };
  const { data } = await api.GET("/threads/{thread_id}/replay", { params });
  if (!known || !data || from === 0) return data;
  return data.total < from ? readRecord(thread, undefined) : { ...data, entries: [...known.entries, ...data.entries] };
}

export function useThread(): Thread {
  const thread = useContext(ThreadContext);
  if (!thread) throw new Error("there is no ThreadProvider around this");
  return thread;
}

function useActs(id: string | null, runs: RunLine[] | undefined) {
  const queries = useQueryClient();
  const [stale, setStale] = useState<Thread["stale"]>(null);
  const current = useRef(runs);
  current.current = runs;
  const acts = useMemo(() => {
    const note = (thread: string, run: RunLine) =>
      queries.setQueryData<RunLine[]>(["runs", thread], (known = []) => [
        run,
        ...known.filter((one) => one.run_id !== run.run_id),
      ]);
    return {
      send: async (text: string, key: string, name: string) => {
        const thread = id ?? name;
        if (id === null) await createThread(thread, shorten(text));
        note(thread, await say(thread, text, key));
        setStale(null);
        if (id === null) void queries.invalidateQueries({ queryKey: ["threads"] });
        return thread;
      },
      answer: async (card: OpenCard, decision: Decision) => {
        try {
          note(id ?? "", await answerCard(id ?? "", card.id, decision, newId()));
          setStale(null);
        } catch (error) {
          if (!(error instanceof ApiProblem && error.status === 409)) throw error;
          setStale({ card: card.id, why: error.message });
          for (const key of ["thread", "replay"]) void queries.invalidateQueries({ queryKey: [key, id] });
        }
      },
      stop: async () => {
        const open = current.current?.filter(isOpen) ?? [];
        await Promise.all(open.map((run) => stopRun(id ?? "", run.run_id)));
      },
    };
  }, [id, queries]);
  return useMemo(() => ({ ...acts, stale }), [acts, stale]);
}

function firstWords(entries: Entry[]): string {
  const said = entries.find((entry) => entry.type === "message" && entry.role === "person");
  return said?.type === "message" ? said.text : "";
}

function isOpen(run: RunLine): boolean {
  return run.dayloom_status === "pending" || run.dayloom_status === "running";
}

function cardOf(state: ThreadState | undefined): OpenCard | null {
  const open = Object.values(state?.interrupts ?? {}).flat()[0];
  return open ? { ...(open.value as Omit<OpenCard, "id">), id: open.id } : null;
}

function waitingOf(runs: RunLine[], entries: Entry[]): Waiting[] {
  const known = new Set(entries.filter((entry) => isOfPerson(entry)).map((entry) => entry.run_id));
  return runs
    .filter((run) => !known.has(run.run_id) && run.kwargs.input && (isOpen(run) || endOf(run)))
    .map((run) => ({
      run: run.run_id,
      text: run.kwargs.input?.messages.map((said) => said.content).join("\n") ?? "",
      at: run.created_at,
      ended: endOf(run),
    }))
    .reverse();
}

function endOf({ dayloom_status }: RunLine): Waiting["ended"] {
  if (dayloom_status === "cancelled") return "cancelled";
  return dayloom_status === "error" || dayloom_status === "timeout" ? "failed" : null;
}

function isOfPerson(entry: Entry): boolean {
  return (entry.type === "message" && entry.role === "person") || entry.type === "answer";
}
