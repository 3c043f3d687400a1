import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSettings, useTimes } from "../ui/times";
import { type Clock, clockOf, sayDate } from "./due";
import { minutesOf, type TaskFields } from "./task";

/** The clock of the schedule's zone, as it was when the place was drawn. */
export function useTaskClock(): Clock {
  const { zone } = useTimes();
  return useMemo(() => clockOf(zone, new Date()), [zone]);
}

/** Minutes of the slot that a length without a unit counts. */
export function useSlotMinutes(): number {
  const settings = useSettings().data;
  const slot = settings?.grids.find(({ name }) => name === "periods12")?.slots[0];
  return slot ? minuteOfDay(slot.end) - minuteOfDay(slot.start) : 45;
}

function minuteOfDay(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return hour * 60 + minute;
}

/** Name weekdays, 1 for Monday, runs of them together: Mon–Wed, Fri. */
export function sayWeekdays(days: readonly number[], language: string): string {
  const format = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  const name = (day: number) => format.format(Date.UTC(2024, 0, day)); // 1 January 2024 was a Monday
  const runs: [number, number][] = [];
  for (const day of [...days].sort()) {
    const last = runs.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs
    .map(([first, last]) =>
      first === last ? name(first) : `${name(first)}${last - first > 1 ? "–" : ", "}${name(last)}`,
    )
    .join(", ");
}

/** How a task is told beside its title. */
export function useTaskWords() {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "zh" ? "zh-CN" : "en-GB";
  const { duration } = useTimes();
  const clock = useTaskClock();
  const slot = useSlotMinutes();
  const length = (lengths: readonly TaskFields["duration"][]) => {
    const minutes = lengths.map((one) => minutesOf(one, slot));
    return minutes.includes(null)
      ? String(lengths[0])
      : duration(60 * minutes.reduce<number>((sum, one) => sum + (one ?? 0), 0));
  };
  const about = (fields: TaskFields, withLength = true): string[] =>
    [
      withLength &&
        (fields.duration === undefined
          ? t("tasks.about.assumed", { length: length([undefined]) })
          : length([fields.duration])),
      fields.deadline && t("tasks.about.due", { date: sayDate(fields.deadline, clock, language) }),
      fields.earliest && t("tasks.about.earliest", { date: sayDate(fields.earliest, clock, language) }),
      fields.weekdays && (Array.isArray(fields.weekdays) ? sayWeekdays(fields.weekdays, language) : fields.weekdays),
      fields.time_range?.replace("-", "–"),
      fields.repeat,
      fields.max_block && t("tasks.about.block", { length: length([fields.max_block]) }),
      fields.category,
      fields.priority !== undefined && t("tasks.about.priority", { priority: fields.priority }),
      fields.locked && t("tasks.about.locked"),
    ].filter((one): one is string => Boolean(one));
  return { about, length };
}
