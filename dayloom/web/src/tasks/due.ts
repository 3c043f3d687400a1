/** Dates of tasks on the clock of the schedule's zone, as `2026-12-04 18:00`: they compare as text. */
export interface Clock {
  now: string;
  today: string;
  /** The last of the seven days that begin today. */
  weekEnd: string;
  local: (at: string) => string;
}

const DAY = 86_400_000;

export function clockOf(zone: string | undefined, now: Date): Clock {
  const format = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone });
  const local = (at: string) =>
    /(?:Z|[+-]\d\d:\d\d)$/.test(at) ? format.format(new Date(at)) : at.replace("T", " ").slice(0, 16);
  const here = format.format(now);
  return { now: here, today: here.slice(0, 10), weekEnd: format.format(now.getTime() + 6 * DAY).slice(0, 10), local };
}

/** Say a date, with its time where it has one. */
export function sayDate(at: string, clock: Clock, language: string): string {
  const local = clock.local(at);
  const options: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };
  if (local.length > 10) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (local.slice(0, 4) !== clock.today.slice(0, 4)) options.year = "numeric";
  return new Intl.DateTimeFormat(language, options).format(
    new Date(`${local.replace(" ", "T")}${local.length > 10 ? ":00Z" : ""}`),
  );
}

export type DueGroup = "overdue" | "today" | "week" | "later" | "none";

/** When something is due, seen from now; a date without a time lasts until its end. */
export function dueGroup(deadline: string | undefined, clock: Clock): DueGroup {
  if (!deadline) return "none";
  const due = clock.local(deadline);
  const day = due.slice(0, 10);
  if (due.length > 10 ? due < clock.now : day < clock.today) return "overdue";
  if (day === clock.today) return "today";
  return day <= clock.weekEnd ? "week" : "later";
}
