/** An event of a run, as the service tells it while the run is at work. */
export interface RunEvent {
  run: string;
  index: number;
  type: string;
  data: Record<string, unknown>;
  at: string;
}

/** What the agent is doing, for one quiet line; a tool is named as the service calls it. */
export type Doing =
  | { kind: "queued" | "reading" | "thinking" | "correcting" | "writing" | "stopping" }
  | { kind: "retrying" }
  | { kind: "using"; tool: string; onCopy: boolean };

/** A run as far as it has told of itself; everything it has committed stands in the record. */
export interface Progress {
  run: string;
  /** The index of the event that comes next; what comes again was seen. */
  next: number;
  /** What is being written. */
  writing: string;
  /** What was said and finished, in order; the record has it a moment later. */
  said: string[];
  doing: Doing;
  ended: boolean;
}

const ENDINGS = new Set(["run.interrupted", "run.completed", "run.failed", "run.cancelled"]);

export function isEnding(type: string): boolean {
  return ENDINGS.has(type);
}

/** Take events in; those of another run begin anew, those seen before change nothing. */
export function advance(progress: Progress | null, events: readonly RunEvent[]): Progress | null {
  return events.reduce(take, progress);
}

function take(progress: Progress | null, event: RunEvent): Progress {
  const known = progress?.run === event.run ? progress : begun(event.run);
  return event.index < known.next ? known : { ...known, ...changed(known, event), next: event.index + 1 };
}

function begun(run: string): Progress {
  return { run, next: 0, writing: "", said: [], doing: { kind: "queued" }, ended: false };
}

function changed(known: Progress, { type, data }: RunEvent): Partial<Progress> {
  if (isEnding(type)) return { ended: true, writing: "" };
  switch (type) {
    case "run.started":
      // A run that another process carries on begins to speak anew.
      return { doing: { kind: "reading" }, writing: "" };
    case "memory.loaded":
    case "round.started":
    case "tool.completed":
    case "tool.blocked":
    case "interrupt.resolved":
    case "context.compacted":
      return { doing: { kind: "thinking" } };
    case "message.delta":
      return { doing: { kind: "writing" }, writing: known.writing + String(data.text ?? "") };
    case "message.retracted":
      return { doing: { kind: "thinking" }, writing: "" };
    case "message":
      return {
        doing: { kind: "thinking" },
        writing: "",
        said: data.of_card ? known.said : [...known.said, String(data.text)],
      };
    case "correction":
      return { doing: { kind: "correcting" } };
    case "model.retry":
      return { doing: { kind: "retrying" } };
    case "tool.started":
      return { doing: { kind: "using", tool: String(data.name), onCopy: data.on_copy === true } };
    case "run.cancel_requested":
      return { doing: { kind: "stopping" } };
    default:
      return {};
  }
}
