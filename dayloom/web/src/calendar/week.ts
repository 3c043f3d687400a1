import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { api } from "../api/client";
import { useThread } from "../conversation/thread";
import { useSettings } from "../ui/times";
import { addDays, dateOf, wallOf, weekdayOf } from "./clock";
import { type ShownDraft, useShownDraft } from "./draft";
import { type Entry, entriesOf, storedEntries } from "./entries";
import { type Cell, cellsOf } from "./grid";
import { useRecent } from "./recent";
import { type Shade, shadesOf } from "./shading";
import type { View } from "./Toolbar";

/** The days that are shown. */
export interface Days {
  first: string;
  count: number;
}

/** All that the calendar shows. */
export interface Week {
  draft: ShownDraft | null;
  zone: string;
  cells: Cell[];
  days: Days;
  entries: Entry[];
  shades: Shade[];
  now: number;
}

/** The time, each minute. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** The days of a view around a date; a week begins as the plan does. */
export function daysAround(date: string, view: View, begins: string): Days {
  if (view === "day") return { first: date, count: 1 };
  const back = (weekdayOf(date) - weekdayOf(begins) + 7) % 7;
  return { first: addDays(date, -back), count: 7 };
}

/** The draft of the open thread; without one, the calendar as it is stored. */
export function useWeek(
  view: View,
  date: string | null,
  refused: { task_id: number; why: string } | null,
): { week: Week | undefined; error: Error | null; refetch: () => unknown } {
  const { draft, error, refetch } = useShownDraft();
  const { card } = useThread();
  const settings = useSettings();
  const now = useNow();
  const recent = useRecent(draft?.schedule);
  const zone = draft?.schedule.timezone ?? settings.data?.timezone;
  const today = zone ? dateOf(wallOf(now, zone)) : "";
  const begins = draft?.schedule.window.start ?? settings.data?.next_days.start ?? today;
  const at = date ?? begins;
  const days = useMemo(() => daysAround(at, view, draft ? begins : "2026-11-30"), [at, view, begins, draft]);
  const stored = useStored(draft === null, days);
  const limits = useLimits(draft === null);

  const cells = useMemo(() => {
    const grid = settings.data?.grids.find((one) => one.name === settings.data?.next_days.grid)?.slots;
    return cellsOf(draft?.schedule.grid ?? grid ?? []);
  }, [draft, settings.data]);
  const asked = draft?.past ? undefined : card?.dayloom.changes;
  const found = useMemo(() => {
    if (draft) return entriesOf(draft, { card: asked ?? [], ...recent, refused }, now);
    return zone ? storedEntries(stored.data?.events ?? [], zone) : [];
  }, [draft, asked, recent, refused, now, zone, stored.data]);
  const entries = useSame(found);
  const shades = useMemo(() => {
    const said = draft ? [draft.schedule.limits, draft.schedule.usual] : [limits.data?.limits];
    return shadesOf(said, days.first, days.count, draft?.schedule.window);
  }, [draft, limits.data, days]);

  const loaded = draft !== undefined && settings.data && zone && (draft || stored.data);
  const week = loaded ? { draft: draft ?? null, zone, cells, days, entries, shades, now } : undefined;
  return { week, error: error ?? settings.error ?? stored.error, refetch };
}

/** The same value while it says the same, so that nothing is drawn anew each minute. */
function useSame<Value>(value: Value): Value {
  const [kept, setKept] = useState({ value, text: JSON.stringify(value) });
  if (kept.value === value) return kept.value;
  const text = JSON.stringify(value);
  if (text === kept.text) return kept.value;
  setKept({ value, text });
  return value;
}

function useStored(enabled: boolean, { first, count }: Days) {
  return useQuery({
    queryKey: ["calendar", first, count],
    enabled: enabled && first !== "",
    placeholderData: (before) => before,
    queryFn: async () => (await api.GET("/calendar/events", { params: { query: { start: first, days: count } } })).data,
  });
}

function useLimits(enabled: boolean) {
  return useQuery({ queryKey: ["limits"], enabled, queryFn: async () => (await api.GET("/limits")).data });
}
