import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "./client";
import { useSession } from "./session";
import { follow } from "./stream";
import { useVisible } from "./visible";

/** What the page must look up anew after an event of the user; the first word of a query's key. */
const TOUCHED: Record<string, string[]> = {
  "calendar.changed": ["calendar", "tasks", "limits", "preview", "settings", "feeds"],
  "draft.outdated": ["thread", "preview"],
  "message.received": ["inbox"],
};

function touchedBy(type: string): string[] {
  return type.startsWith("job.") ? ["jobs", "inbox"] : (TOUCHED[type] ?? []);
}

/** What must be looked up anew when something has changed on a conversation, here or in another tab. */
function touchedThread(data: string): readonly (readonly unknown[])[] {
  const { thread_id: id, what } = JSON.parse(data) as {
    thread_id: string | null;
    what: "run" | "draft" | "note" | null;
  };
  if (what === "draft") return [["preview", id]];
  const about = [["threads"], ["thread", id], ["runs", id], ["replay", id]];
  // Without an id some may have been missed: whatever is shown may be old.
  return id === null ? [["threads"], ["thread"], ["runs"], ["replay"], ["preview"]] : about;
}

/** Forget what these queries have found, once for events that come together. */
export function makeRefresh(queries: QueryClient): (keys: Iterable<readonly unknown[]>) => void {
  const due = new Map<string, readonly unknown[]>();
  return (keys) => {
    if (due.size === 0) {
      setTimeout(() => {
        const all = [...due.values()];
        due.clear();
        for (const queryKey of all) void queries.invalidateQueries({ queryKey });
      }, 40);
    }
    for (const key of keys) due.set(JSON.stringify(key), key);
  };
}

/** Keep what the page shows of the user's calendar, tasks, jobs and inbox up to date, whoever changes it. */
export function useUserEvents(): void {
  const queries = useQueryClient();
  const { ended, epoch } = useSession();
  const visible = useVisible();
  const opened = useRef(false);
  useEffect(() => {
    if (ended || !visible) return;
    const left = new AbortController();
    const refresh = makeRefresh(queries);
    const source = {
      name: `user-${epoch}`,
      open: async (signal: AbortSignal) => (await api.GET("/events/stream", { signal, parseAs: "stream" })).response,
      onOpen: () => {
        if (opened.current) void queries.invalidateQueries();
        opened.current = true;
      },
      onEvents: (events: { event?: string | undefined; data: string }[]) =>
        refresh(
          events.flatMap(({ event, data }) =>
            event === "thread.changed" ? touchedThread(data) : touchedBy(event ?? "").map((key) => [key]),
          ),
        ),
    };
    void follow(source, left.signal);
    return () => left.abort();
  }, [queries, ended, epoch, visible]);
}
