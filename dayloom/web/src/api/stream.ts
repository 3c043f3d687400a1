import { createParser, type EventSourceMessage } from "eventsource-parser";
import { ApiProblem } from "./client";
import { setConnected } from "./connection";

/** A silent stream is told a sign of life every 15 seconds; after so many milliseconds without one it is lost. */
const SILENCE = 40_000;
const SLOWEST = 10_000;

export interface Source {
  /** What it is called, for the page to know which streams are open. */
  name: string;
  open: (signal: AbortSignal) => Promise<Response>;
  /** It is open, for the first time or again: what was missed must be looked up. */
  onOpen: () => void;
  onEvents: (events: EventSourceMessage[]) => void;
}

/** Read a stream of events for as long as the signal lets; it comes back by itself, sooner when the machine is online again. */
export async function follow(source: Source, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const response = await source.open(signal);
      failures = 0;
      setConnected(source.name, true);
      source.onOpen();
      await read(response, source.onEvents, signal);
    } catch (error) {
      // What does not exist or may not be seen does not come back by asking again.
      if (error instanceof ApiProblem && error.status < 500 && error.status !== 429) break;
    }
    if (signal.aborted) break;
    setConnected(source.name, false);
    await pause(Math.min(SLOWEST, 300 * 2 ** failures) * (0.75 + Math.random() / 2), signal);
  }
  setConnected(source.name, true);
}

async function read(response: Response, onEvents: Source["onEvents"], signal: AbortSignal): Promise<void> {
  let found: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => found.push(event) });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (reader) {
    const timer = setTimeout(() => void reader.cancel(), SILENCE);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done || signal.aborted) return;
    parser.feed(value);
    if (found.length > 0) onEvents(found);
    found = [];
  }
}

/** Wait, but no longer than until the machine is online again or the page is looked at. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const woken = new AbortController();
    const wake = () => {
      woken.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    addEventListener("online", wake, { signal: woken.signal });
    document.addEventListener("visibilitychange", () => document.hidden || wake(), { signal: woken.signal });
    signal.addEventListener("abort", wake, { signal: woken.signal });
  });
}
