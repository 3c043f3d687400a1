import { useQueryClient } from "@tanstack/react-query";
import type { EventSourceMessage } from "eventsource-parser";
import { useEffect, useRef, useState } from "react";
import { makeRefresh } from "../api/live";
import { useSession } from "../api/session";
import { follow } from "../api/stream";
import { openEvents } from "../api/threads";
import { useVisible } from "../api/visible";
import { advance, isEnding, type Progress, type RunEvent } from "./progress";

/** What a run changes beyond its own conversation when it ends. */
const LEFT_BEHIND = ["threads", "tasks", "limits", "memory", "calendar"];

/** Follow the runs of a conversation, whoever starts them; the record and the draft are looked up as they change. */
export function useProgress(thread: string | null): Progress | null {
  const queries = useQueryClient();
  const { ended, epoch } = useSession();
  const visible = useVisible();
  const opened = useRef(false);
  const [progress, setProgress] = useState<Progress | null>(null);
  useEffect(() => {
    if (thread === null || ended || !visible) return;
    const left = new AbortController();
    const refresh = makeRefresh(queries);
    const source = {
      name: `thread-${epoch}-${thread}`,
      open: (signal: AbortSignal) => openEvents(thread, signal),
      onOpen: () => {
        if (opened.current) refresh(["replay", "thread", "runs", "preview"].map((key) => [key, thread]));
        opened.current = true;
      },
      onEvents: (told: EventSourceMessage[]) => {
        const events = told.map(read);
        setProgress((before) => advance(before, events));
        refresh(events.flatMap((event) => touchedBy(event, thread)));
      },
    };
    void follow(source, left.signal);
    return () => left.abort();
  }, [thread, queries, ended, epoch, visible]);
  return progress;
}

function read({ id, data }: EventSourceMessage): RunEvent {
  const told = JSON.parse(data).params.data.payload;
  return { ...told, run: (id ?? "").split(":")[0] };
}

function touchedBy({ type, run }: RunEvent, thread: string): (readonly unknown[])[] {
  if (isEnding(type)) {
    const own = ["replay", "thread", "runs", "preview", "trace"].map((key) => [key, thread]);
    return [...own, ...LEFT_BEHIND.map((key) => [key])];
  }
  switch (type) {
    case "run.created":
      return [["runs", thread], ["thread", thread], ["threads"]];
    case "round.started":
    case "message":
    case "tool.completed":
    case "tool.blocked":
      return [
        ["replay", thread],
        ["trace", thread, run],
      ];
    case "interrupt.opened":
    case "interrupt.resolved":
      return [
        ["replay", thread],
        ["thread", thread],
      ];
    case "preview.updated":
      return [["preview", thread]];
    default:
      return [];
  }
}
