import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** A date and time as a clock in the schedule's zone shows it, such as `2026-12-03T10:45`; never in the browser's zone. */
export type Wall = string;

const formatters = new Map<string, Intl.DateTimeFormat>();

function partsIn(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formatters.set(zone, made);
  return made;
}

/** What the clocks of a zone show at a moment. */
export function wallOf(moment: string | number, zone: string): Wall {
  const parts = partsIn(zone).formatToParts(new Date(moment));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** The zone's distance from UTC at a moment, such as `+01:00`. */
export function offsetOf(moment: number, zone: string): string {
  const minutes = Math.round((utc(wallOf(moment, zone)) - moment) / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`;
}

/** A wall clock time as if it were UTC: for sums, and for Intl with the zone UTC. */
export function utc(wall: Wall): number {
  return Date.parse(`${wall.length === 10 ? `${wall}T00:00` : wall}:00Z`);
}

export function dateOf(wall: Wall): string {
  return wall.slice(0, 10);
}

/** Minutes since midnight of `10:45`, or of the time in a wall clock time. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.slice(-5).split(":").map(Number);
  return hours * 60 + minutes;
}

/** So many minutes after midnight of a date; more than a day leads to the next. */
export function wallAt(date: string, minutes: number): Wall {
  return new Date(utc(date) + minutes * 60_000).toISOString().slice(0, 16);
}

export function addDays(date: string, days: number): string {
  return dateOf(wallAt(date, days * 1440));
}

export function daysBetween(first: string, then: string): number {
  return Math.round((utc(dateOf(then)) - utc(dateOf(first))) / 86_400_000);
}

/** Monday is 1, Sunday 7. */
export function weekdayOf(date: string): number {
  return new Date(utc(date)).getUTCDay() || 7;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** How the calendar tells its times, in the person's language. */
export interface ClockWords {
  time: (wall: Wall) => string;
  /** Thu 3 Dec */
  day: (wall: Wall) => string;
  /** Thursday 3 December */
  longDay: (wall: Wall) => string;
  /** Thu 3 Dec, 10:45–11:30 */
  span: (start: Wall, end: Wall) => string;
  /** 30 Nov – 6 Dec 2026 */
  days: (first: string, last: string) => string;
  /** 1 hour 40 minutes */
  length: (minutes: number) => string;
}

export function useClock(): ClockWords {
  const { i18n } = useTranslation();
  return useMemo(() => clockWords(i18n.language === "zh" ? "zh-CN" : "en-GB"), [i18n.language]);
}

function clockWords(language: string): ClockWords {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options });
    // A week says the same few times and days again and again.
    const known = new Map<Wall, string>();
    return (wall: Wall) => {
      const told = known.get(wall) ?? made.format(utc(wall));
      known.set(wall, told);
      return told;
    };
  };
  const time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const shortDay = format({ weekday: "short", day: "numeric", month: "short" });
  const day = (wall: Wall) => shortDay(dateOf(wall));
  const long = new Intl.DateTimeFormat(language, { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
  const unit = (value: number, name: "hour" | "minute") =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(value);
  return {
    time,
    day,
    longDay: format({ weekday: "long", day: "numeric", month: "long" }),
    span: (start, end) => `${day(start)}, ${time(start)}–${time(end)}`,
    days: (first, last) => (first === last ? long.format(utc(first)) : long.formatRange(utc(first), utc(last))),
    length: (minutes) => {
      const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
      return [...(hours ? [unit(hours, "hour")] : []), ...(rest || !hours ? [unit(rest, "minute")] : [])].join(" ");
    },
  };
}
