import type { Schema } from "../api/client";
import { addDays, minutesOf, type Wall, wallAt, weekdayOf } from "./clock";

type Limits = Schema<"Limits">;
type Hours = Schema<"HoursLimit">;

/** A stretch that is shaded: kept free by the person, or outside of their hours or of the days that are planned. */
export interface Shade {
  key: string;
  kind: "free" | "closed" | "outside";
  start: Wall;
  end: Wall;
}

/** What is shaded on some days. */
export function shadesOf(
  limits: readonly (Limits | undefined)[],
  first: string,
  days: number,
  planned?: { start: string; days: number },
): Shade[] {
  const free = limits.flatMap((one) => one?.free ?? []).filter((one) => !one.category);
  const hours = limits.flatMap((one) => one?.hours ?? []).filter((one) => !one.category);
  const dates = Array.from({ length: days }, (_, index) => addDays(first, index));
  return dates.flatMap((date) => {
    const outside = planned && (date < planned.start || date >= addDays(planned.start, planned.days));
    if (outside) return [{ key: `outside-${date}`, kind: "outside", start: wallAt(date, 0), end: wallAt(date, 1440) }];
    return [...freeOn(free, date), ...closedOn(hours, date)];
  });
}

export function isOn(hours: Hours, date: string): boolean {
  return !hours.weekdays || hours.weekdays.includes(weekdayOf(date));
}

export function stretch(hours: string): [number, number] {
  const [first = "00:00", last = "24:00"] = hours.split("-");
  return [minutesOf(first), minutesOf(last) || 1440];
}

function freeOn(free: readonly Hours[], date: string): Shade[] {
  return free
    .filter((one) => isOn(one, date))
    .map((one) => {
      const [start, end] = stretch(one.hours);
      return {
        key: `free-${date}-${one.hours}`,
        kind: "free",
        start: wallAt(date, start),
        end: wallAt(date, end),
      };
    });
}

/** What lies before and after the hours a person works in. */
function closedOn(hours: readonly Hours[], date: string): Shade[] {
  const said = hours.filter((one) => isOn(one, date)).map((one) => stretch(one.hours));
  if (said.length === 0) return [];
  const opens = Math.max(...said.map(([start]) => start));
  const closes = Math.min(...said.map(([, end]) => end));
  const sides: [string, number, number][] = [
    ["before", 0, opens],
    ["after", closes, 1440],
  ];
  return sides
    .filter(([, start, end]) => end > start)
    .map(([side, start, end]) => ({
      key: `closed-${date}-${side}`,
      kind: "closed",
      start: wallAt(date, start),
      end: wallAt(date, end),
    }));
}
