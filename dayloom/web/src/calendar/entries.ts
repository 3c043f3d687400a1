import type { Change } from "../conversation/thread";
import { addDays, dateOf, utc, type Wall, wallOf } from "./clock";
import type { ShownDraft } from "./draft";
import { type Position, type Schedule, slotSpan, type Task } from "./grid";

/** What an entry is: told apart by icon, border and word. */
export type EntryKind = "event" | "applied" | "suggested" | "proposed" | "ghost";

/** Something that lies on the calendar. */
export interface Entry {
  key: string;
  kind: EntryKind;
  title: string;
  start: Wall;
  end: Wall;
  allDay: boolean;
  /** What it stands for in the draft; null where only the calendar is known. */
  task: Task | null;
  /** An event of the calendar by its UID. */
  uid?: string;
  repeats?: boolean;
  location?: string;
  locked?: boolean;
  part?: { number: number; of: number };
  /** Its deadline has passed, or it lies after it. */
  trouble?: "overdue" | "late" | "risk";
  /** It has changed just now. */
  recent?: boolean;
  /** The open card is about it. */
  asked?: boolean;
  /** It is done. */
  done?: boolean;
  /** Why a drop was refused. */
  refused?: string | undefined;
}

/** Where something lay before. */
export interface OldPlace {
  task_id: number;
  title: string;
  start: Wall;
  end: Wall;
}

/** What is on top of the draft: what an open card would change, and what has changed just now. */
export interface Overlay {
  card: readonly Change[];
  recent: ReadonlySet<number>;
  old: readonly OldPlace[];
  refused: { task_id: number; why: string } | null;
}

export function spanIn(schedule: Schedule, at: Position): { start: Wall; end: Wall } {
  if (!at.start || !at.end) return slotSpan(schedule, at.day, at.slot_start, at.slot_end);
  return { start: wallOf(at.start, schedule.timezone), end: wallOf(at.end, schedule.timezone) };
}

/** Everything that lies on the calendar of a draft. */
export function entriesOf(draft: ShownDraft, overlay: Overlay, now: number): Entry[] {
  const { schedule } = draft;
  const asked = new Map(overlay.card.map((change) => [change.task_id, change]));
  const entries = schedule.tasks
    .flatMap((task) => entriesOfTask(schedule, task, overlay, now))
    .map((entry) => withRisk(entry, draft));
  const shown = entries.map((entry) => (entry.task ? withCard(entry, asked.get(entry.task.id), schedule) : entry));
  return [...shown, ...proposed(overlay.card, shown, schedule), ...ghosts(draft, overlay, shown)];
}

function entriesOfTask(schedule: Schedule, task: Task, overlay: Overlay, now: number): Entry[] {
  return task.slots.map((at, index) => ({
    key: `${task.id}-${index}`,
    title: task.title,
    ...spanIn(schedule, at),
    ...(task.source === "event" ? eventPart(task) : workPart(schedule, task, now)),
    task,
    recent: overlay.recent.has(task.id),
    refused: overlay.refused?.task_id === task.id ? overlay.refused.why : undefined,
  }));
}

function eventPart(task: Task): Pick<Entry, "kind" | "allDay" | "repeats" | "location" | "uid"> {
  return {
    kind: "event",
    allDay: task.event?.whole_day ?? false,
    repeats: task.event?.repeats ?? false,
    location: task.event?.location ?? "",
    uid: task.source_id,
  };
}

function workPart(
  schedule: Schedule,
  task: Task,
  now: number,
): Omit<Entry, "key" | "title" | "start" | "end" | "task"> {
  const done = (schedule.ended ?? []).some((one) => one.task.id === task.id);
  return {
    kind: task.status === "existing" ? "applied" : "suggested",
    allDay: false,
    locked: task.locked && task.status !== "existing",
    done,
    ...partOf(schedule, task),
    ...(done ? {} : troubleOf(schedule, task, now)),
  };
}

export function partOf(schedule: Schedule, task: Task): Pick<Entry, "part"> {
  if (!task.parent || !task.part || task.repeat) return {};
  const of = schedule.tasks.filter((one) => one.parent === task.parent).length;
  return of > 1 ? { part: { number: task.part, of } } : {};
}

/** Overdue is what has no end before a deadline that has passed; late, what lies after a deadline to come. */
export function troubleOf(schedule: Schedule, task: Task, now: number): Pick<Entry, "trouble"> {
  if (!task.deadline) return {};
  const due = Date.parse(task.deadline);
  const at = task.slots[0];
  const meets = at && utc(spanIn(schedule, at).end) <= utc(wallOf(task.deadline, schedule.timezone));
  if (meets) return {};
  return due <= now ? { trouble: "overdue" } : at ? { trouble: "late" } : {};
}

function withRisk(entry: Entry, { risks }: ShownDraft): Entry {
  const risky = entry.task !== null && !entry.done && risks.has(entry.task.id);
  return risky && !entry.trouble ? { ...entry, trouble: "risk" } : entry;
}

function withCard(entry: Entry, change: Change | undefined, schedule: Schedule): Entry {
  if (!change || entry.kind === "event") return entry;
  const stays = change.after && wallOf(change.after.start, schedule.timezone) === entry.start;
  return stays ? { ...entry, asked: true } : { ...entry, kind: "ghost" };
}

function proposed(card: readonly Change[], shown: readonly Entry[], schedule: Schedule): Entry[] {
  const stay = new Set(shown.filter((entry) => entry.asked).map((entry) => entry.task?.id));
  return card.flatMap((change) => {
    const after = change.after;
    if (!after || stay.has(change.task_id)) return [];
    const task = schedule.tasks.find((one) => one.id === change.task_id) ?? null;
    return {
      key: `card-${change.task_id}`,
      kind: "proposed" as const,
      title: change.title,
      start: wallOf(after.start, schedule.timezone),
      end: wallOf(after.end, schedule.timezone),
      allDay: false,
      task,
      ...(task ? partOf(schedule, task) : {}),
    };
  });
}

/** Old places: in the calendar where the draft moves its work, and where things lay just now. */
function ghosts(draft: ShownDraft, overlay: Overlay, shown: readonly Entry[]): Entry[] {
  const { schedule } = draft;
  const moved = draft.changes.flatMap(({ task_id, title, before }) =>
    before
      ? [
          {
            task_id,
            title,
            start: wallOf(before.start, schedule.timezone),
            end: wallOf(before.end, schedule.timezone),
          },
        ]
      : [],
  );
  const taken = new Set(shown.map((entry) => `${entry.task?.id} ${entry.start}`));
  const old = new Map([...moved, ...overlay.old].map((place) => [`${place.task_id} ${place.start}`, place]));
  return [...old]
    .filter(([place]) => !taken.has(place))
    .map(([place, { task_id, title, start, end }]) => ({
      key: `ghost-${place}`,
      kind: "ghost" as const,
      title,
      start,
      end,
      allDay: false,
      task: schedule.tasks.find((task) => task.id === task_id) ?? null,
    }));
}

/** What a draft has written carries our name in its UID, as what was added by hand does behind `event-`. */
function isWritten(uid: string): boolean {
  return uid.endsWith("@dayloom") && !uid.startsWith("event-");
}

/** The events of the stored calendar, for who has no draft open. */
export function storedEntries(
  events: readonly {
    id: string;
    title: string;
    location: string;
    repeats: boolean;
    whole_day: boolean;
    times: readonly { start: string; end: string }[];
  }[],
  zone: string,
): Entry[] {
  return events.flatMap((event) =>
    event.times.map(({ start, end }, index) => ({
      key: `${event.id}-${start}-${index}`,
      kind: isWritten(event.id) ? ("applied" as const) : ("event" as const),
      title: event.title,
      start: wallOf(start, zone),
      end: wallOf(end, zone),
      allDay: event.whole_day,
      task: null,
      uid: event.id,
      repeats: event.repeats,
      location: event.location,
    })),
  );
}

/** First and last date on which there is something. */
export function daysCovered(entries: readonly Entry[]): string[] {
  return [...new Set(entries.map((entry) => dateOf(entry.start)))].sort();
}

export function wholeDays(start: Wall, end: Wall): { start: string; end: string } {
  const last = end.endsWith("T00:00") && dateOf(end) > dateOf(start) ? dateOf(end) : addDays(dateOf(end), 1);
  return { start: dateOf(start), end: last };
}

/** An event of the stored calendar that a person may move: at a time, and not written by a draft. */
export function isOwnEvent({ kind, allDay, task, uid }: Entry): boolean {
  return kind === "event" && !allDay && task === null && uid !== undefined;
}
