import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiProblem, api, type Schema } from "../api/client";
import type { Change, Entry } from "../conversation/thread";
import { daysBetween, wallOf, weekdayOf } from "./clock";
import type { ShownDraft } from "./draft";
import type { Position, Task } from "./grid";

type WeekView = Schema<"WeekView">;
type EntryView = Schema<"EntryView">;

/** The draft as it was when so many entries of the conversation had happened; null before there was one. */
export function usePastDraft(thread: string | null, entries: readonly Entry[], at: number | null) {
  const index = at === null ? undefined : entries[at - 1]?.index;
  const { data, error, refetch } = useQuery({
    queryKey: ["replay", thread, "week", index],
    enabled: thread !== null && index !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before: WeekView | null | undefined) => before,
    queryFn: () => fetchWeek(thread ?? "", index ?? 0),
  });
  const draft = useMemo(() => {
    if (index === undefined) return null;
    return data ? draftOf(data, changesBefore(entries, at)) : data;
  }, [index, data, entries, at]);
  return { draft, error, refetch };
}

async function fetchWeek(thread: string, index: number): Promise<WeekView | null> {
  try {
    const params = { path: { thread_id: thread, index } };
    return (await api.GET("/threads/{thread_id}/replay/{index}/week", { params })).data ?? null;
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.status === 404) return null;
    throw problem;
  }
}

/** How the draft differed from the calendar then. */
function changesBefore(entries: readonly Entry[], at: number | null): Change[] {
  const last = entries.slice(0, at ?? undefined).findLast((entry) => entry.type === "preview");
  return last?.type === "preview" ? last.changes : [];
}

function draftOf(view: WeekView, changes: Change[]): ShownDraft {
  const pending = view.pending.map((one) => taskOf(view, one, []));
  const byId = new Map<number, EntryView[]>();
  for (const one of view.entries) byId.set(one.task_id, [...(byId.get(one.task_id) ?? []), one]);
  const placed = [...byId.values()].flatMap((all) => (all[0] ? taskOf(view, all[0], all) : []));
  return {
    past: true,
    version: view.version ?? 0,
    state: "final",
    changes,
    warnings: [],
    outdated: [],
    risks: new Map(),
    reasons: new Map(view.pending.flatMap(({ task_id, reason }) => (reason ? [[task_id, reason] as const] : []))),
    schedule: {
      version: view.state_version ?? 0,
      timezone: view.timezone,
      window: { start: view.start, days: view.days.length, buffer: 0, allow_past: false, span_pauses: false },
      grid: view.grid,
      tasks: [...placed, ...pending],
      ended: [],
      limits: limitsOf(view),
      usual: NOTHING_SAID,
    },
  };
}

const NOTHING_SAID: Schema<"Limits"> = { hours: [], free: [], prefer: [] };

/** The hours of the shown days as limits of their weekdays. */
function limitsOf(view: WeekView): Schema<"Limits"> {
  const hours = (kind: "hours" | "kept_free") =>
    view.days.flatMap((day) =>
      day[kind].map(({ start, end, category }) => {
        const [first, last] = [wallOf(start, view.timezone), wallOf(end, view.timezone)];
        const close = last.slice(0, 10) > first.slice(0, 10) ? "24:00" : last.slice(11);
        return { hours: `${first.slice(11)}-${close}`, weekdays: [weekdayOf(day.date)], category: category ?? null };
      }),
    );
  return { ...NOTHING_SAID, hours: hours("hours"), free: hours("kept_free") };
}

function taskOf(
  view: WeekView,
  one: Omit<Schema<"PendingView">, "overdue" | "reason">,
  entries: readonly EntryView[],
): Task {
  const { task_id: id, kind: source, slots: duration, part, ...rest } = one;
  const event = entries.find((entry) => entry.kind === "event");
  return {
    ...rest,
    id,
    source,
    duration,
    can_embed: false,
    slots: entries.map((entry) => positionOf(view, entry)),
    parent: part?.id ?? null,
    part: part?.number ?? null,
    event: event && {
      attendees: [],
      organizer: "",
      location: event.location,
      calendar: event.calendar,
      repeats: entries.length > 1,
      whole_day: event.whole_day,
    },
  };
}

function positionOf(view: WeekView, { at, start, end }: EntryView): Position {
  const day = at?.day ?? daysBetween(view.start, wallOf(start, view.timezone)) + 1;
  return { day, slot_start: at?.slot_start ?? 1, slot_end: at?.slot_end ?? 0, start, end };
}
