import { api, bodyOf, type Schema } from "./client";

/** A conversation as the list shows it. */
export type ThreadLine = Schema<"ThreadLine">;

/** A conversation in LangGraph's words, whose schema leaves this open. */
export interface ThreadState extends Omit<ThreadLine, "title" | "waits" | "metadata"> {
  metadata: { title?: string; [key: string]: unknown };
  interrupts: Record<string, { id: string; value: unknown }[]>;
}

/** A run, with what was asked of it. */
export interface RunLine {
  run_id: string;
  created_at: string;
  dayloom_status: "pending" | "running" | "interrupted" | "success" | "error" | "timeout" | "cancelled";
  kwargs: { input?: { messages: { content: string }[] } };
}

export type Decision =
  | { type: "approve"; scope?: "turn" }
  | { type: "edit"; edited_action: { name: string; args: Record<string, unknown> } }
  | { type: "reject"; message?: string; scope?: "turn" }
  | { type: "respond"; message: string };

const ASSISTANT = "dayloom";
const at = (thread_id: string) => ({ params: { path: { thread_id } } });

export async function listThreads(): Promise<ThreadLine[]> {
  return (await api.GET("/threads", { params: { query: { limit: 100 } } })).data?.threads ?? [];
}

export async function getThread(thread: string): Promise<ThreadState> {
  return (await api.GET("/threads/{thread_id}", at(thread))).data as unknown as ThreadState;
}

/** Make a conversation; one that is there already stays as it is. */
export async function createThread(thread: string, title: string): Promise<void> {
  const body = { thread_id: thread, if_exists: "do_nothing", metadata: { title } } as const;
  await api.POST("/threads", { body });
}

export async function renameThread(thread: string, title: string): Promise<void> {
  await api.PATCH("/threads/{thread_id}", { ...at(thread), body: { metadata: { title } } });
}

export async function deleteThread(thread: string): Promise<void> {
  await api.DELETE("/threads/{thread_id}", at(thread));
}

/** The newest runs of a conversation, newest first. */
export async function listRuns(thread: string, limit = 30): Promise<RunLine[]> {
  const { data } = await api.GET("/threads/{thread_id}/runs", {
    params: { path: { thread_id: thread }, query: { limit } },
  });
  return data as unknown as RunLine[];
}

type Asked = { input: { messages: { role: string; content: string }[] } } | { command: { resume: unknown } };

async function startRun(thread: string, key: string, asked: Asked): Promise<RunLine> {
  const { data } = await api.POST("/threads/{thread_id}/runs", {
    params: { path: { thread_id: thread }, header: { "Idempotency-Key": key } },
    body: bodyOf<"RunCreate">({ assistant_id: ASSISTANT, stream_mode: ["custom"], ...asked }),
  });
  return data as RunLine;
}

/** Say something; the same key again finds the run that it has started. */
export function say(thread: string, text: string, key: string): Promise<RunLine> {
  return startRun(thread, key, { input: { messages: [{ role: "user", content: text }] } });
}

/** Answer the card of this name. */
export function answerCard(thread: string, card: string, decision: Decision, key: string): Promise<RunLine> {
  return startRun(thread, key, { command: { resume: { [card]: { decisions: [decision] } } } });
}

/** Stop what is at work; what was agreed to before stays. */
export async function stopRun(thread: string, run: string): Promise<void> {
  const path = { thread_id: thread, run_id: run };
  await api.POST("/threads/{thread_id}/runs/{run_id}/cancel", { params: { path } });
}

/** The events of the run that is at work, or else of the newest, from its first, and of all that come. */
export async function openEvents(thread: string, signal: AbortSignal): Promise<Response> {
  const body = bodyOf<"EventStreamRequest">({ channels: ["custom"] });
  const asked = { ...at(thread), body, signal, parseAs: "stream" } as const;
  return (await api.POST("/threads/{thread_id}/stream/events", asked)).response;
}
