import type { TFunction } from "i18next";
import type { Job } from "./queries";

type Recurrence = NonNullable<Job["recurrence"]>;

/** How often a job is due, in words. */
export function sayRecurrence(recurrence: Recurrence, t: TFunction<"words">, language: string): string {
  if (recurrence.type === "cron") {
    if (recurrence.expression === "0 * * * *") return t("behind.jobs.recurs.hourly");
    return t("behind.jobs.recurs.cron", { expression: recurrence.expression });
  }
  const { count, at, weekdays } = recurrence;
  if (!weekdays.length) return t("behind.jobs.recurs.days", { count, at });
  const days = new Intl.ListFormat(language).format(weekdays.map((day) => weekdayName(day, language)));
  return t("behind.jobs.recurs.weeks", { count, days, at });
}

function weekdayName(day: number, language: string): string {
  // 1 January 2024 was a Monday, as weekday 1 is.
  const date = new Date(Date.UTC(2024, 0, day));
  return new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(date);
}
