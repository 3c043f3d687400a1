import type { Progress } from "./progress";
import type { Entry, Offer, OpenCard, Waiting } from "./thread";

type Of<Type extends Entry["type"]> = Extract<Entry, { type: Type }>;
export type Tool = Of<"tool">;
export type Answer = Of<"answer">["answer"];
export type Outcome = Of<"outcome">["outcome"];
/** What a card shows; the record keeps it as it was sent. */
export type CardPayload = Omit<OpenCard, "id">;

/** One line of the conversation as a person reads it. */
export type Row = { key: string } & (
  | { kind: "person"; text: string; at?: string }
  | { kind: "agent"; text: string; run: string | null; at?: string; last?: boolean }
  | { kind: "tools"; tools: Tool[] }
  | { kind: "card"; card: CardPayload; run: string | null; answer: Answer | null }
  | { kind: "open"; card: OpenCard }
  | { kind: "offer"; offer: Offer }
  | { kind: "stale"; why: string }
  | { kind: "outcome"; outcome: Outcome; run: string | null; last?: boolean }
  | { kind: "note"; note: Of<"by_hand"> | Of<"went_back"> | Of<"model_failed"> }
);

/** What is said of a turn that came to nothing although nothing went wrong; its words stand there already. */
const QUIET = new Set(["declined", "not_understood", "not_possible"]);

/** The record as rows: calls folded together, cards with their answers, endings only where they say something. */
export function rowsOf(entries: readonly Entry[], open: OpenCard | null): Row[] {
  const answers = new Map(
    entries.filter((entry) => entry.type === "answer").map((one) => [one.interrupt_id, one.answer]),
  );
  const rows: Row[] = [];
  entries.forEach((entry, place) => {
    const row = rowOf(entry, String(place), answers, open);
    const before = rows.at(-1);
    if (entry.type === "tool" && before?.kind === "tools") before.tools.push(entry);
    else if (row) rows.push(...withoutEcho(rows, row));
  });
  return rows;
}

function rowOf(entry: Entry, key: string, answers: Map<string, Answer>, open: OpenCard | null): Row | null {
  switch (entry.type) {
    case "message":
      return entry.role === "person"
        ? { kind: "person", key, text: entry.text, at: entry.at }
        : { kind: "agent", key, text: entry.text, at: entry.at, run: entry.run_id };
    case "tool":
      return { kind: "tools", key, tools: [entry] };
    case "card":
      return cardRow(entry, key, answers.get(entry.interrupt_id) ?? null, open);
    case "answer":
      return entry.answer.type === "respond" && entry.answer.message
        ? { kind: "person", key, text: entry.answer.message, at: entry.at }
        : null;
    case "outcome":
      return speaks(entry.outcome) ? { kind: "outcome", key, outcome: entry.outcome, run: entry.run_id } : null;
    case "by_hand":
    case "went_back":
    case "model_failed":
      return { kind: "note", key, note: entry };
    default:
      return null;
  }
}

function cardRow(entry: Of<"card">, key: string, answer: Answer | null, open: OpenCard | null): Row | null {
  const card = entry.payload as unknown as CardPayload;
  if (open && open.dayloom.id === entry.interrupt_id) return { kind: "open", key, card: open };
  // A question and its answer are words like others.
  return card.dayloom.kind === "question"
    ? { kind: "agent", key, text: textOf(card), run: null }
    : { kind: "card", key, card, run: entry.run_id, answer };
}

function textOf(card: CardPayload): string {
  return card.action_requests[0]?.description ?? "";
}

function speaks({ status, code }: Outcome): boolean {
  return status !== "completed" && !QUIET.has(code ?? "");
}

/** A question is said and then asked, an ending is said and then noted: once is enough. */
function withoutEcho(rows: Row[], row: Row): Row[] {
  const before = rows.at(-1);
  if (before?.kind !== "agent") return [row];
  const same =
    (row.kind === "agent" && row.text === before.text) ||
    (row.kind === "open" && textOf(row.card) === before.text) ||
    (row.kind === "outcome" && row.outcome.message === before.text);
  if (same && row.kind === "agent") return [];
  if (same) rows.pop();
  return [row];
}

/** What is not in the record yet: words taken in, and what was said since. */
export function liveRows(entries: readonly Entry[], waiting: Waiting[], progress: Progress | null): Row[] {
  const open = waiting.filter(({ ended }) => ended === null);
  const rows: Row[] = open
    .filter(({ run }) => run === progress?.run || !progress || progress.ended)
    .map(({ run, text }) => ({ kind: "person", key: `said-${run}`, text }));
  if (!progress) return rows;
  const known = entries.filter(
    (entry) => entry.type === "message" && entry.role === "agent" && entry.run_id === progress.run,
  ).length;
  progress.said.slice(known).forEach((text, place) => {
    rows.push({ kind: "agent", key: `live-${progress.run}-${known + place}`, text, run: null });
  });
  if (progress.writing) {
    const key = `live-${progress.run}-${Math.max(known, progress.said.length)}`;
    rows.push({ kind: "agent", key, text: progress.writing, run: null });
  }
  for (const { run, text } of open) {
    if (run !== progress.run && !progress.ended) rows.push({ kind: "person", key: `said-${run}`, text });
  }
  return rows;
}

/** Put in, where they were said, the words of turns that ended before the record had them. */
export function withLost(rows: Row[], entries: readonly Entry[], waiting: Waiting[]): Row[] {
  return waiting.reduce((all, { run, text, at, ended }) => {
    if (ended === null) return all;
    const entry = entries.findIndex((one) => new Date(one.at) > new Date(at));
    const place = entry < 0 ? -1 : all.findIndex(({ key }) => Number(key) >= entry);
    const said: Row[] = [
      { kind: "person", key: `said-${run}`, text },
      { kind: "outcome", key: `end-${run}`, outcome: { status: ended, message: "", proposed: [] }, run },
    ];
    return all.toSpliced(place < 0 ? all.length : place, 0, ...said);
  }, rows);
}

/** Mark the last words of each run that came to an end: they can be judged. */
export function withLast(rows: Row[], entries: readonly Entry[]): Row[] {
  const ended = new Set(entries.filter((entry) => entry.type === "outcome").map((entry) => entry.run_id));
  return rows
    .toReversed()
    .map((row) => {
      if ((row.kind !== "agent" && row.kind !== "outcome") || !ended.delete(row.run)) return row;
      return { ...row, last: true };
    })
    .toReversed();
}

/** The reason of a declined card, for as long as nothing else was said after it: shall it be remembered? */
export function currentOffer(entries: readonly Entry[], offers: readonly Offer[]): Offer | undefined {
  const offer = offers.at(-1);
  if (!offer) return undefined;
  const answered = entries.findIndex((entry) => entry.type === "answer" && entry.interrupt_id === offer.card);
  const later = entries.slice(answered + 1).some((entry) => entry.type === "message" && entry.role === "person");
  return later ? undefined : offer;
}
