import { useTranslation } from "react-i18next";
import { sayWeekdays } from "../tasks/words";
import { useTimes } from "../ui/times";
import type { HoursLimit, Limits } from "./limits";

/** Limits as sentences, to be read before they are kept. */
export function useLimitWords() {
  const { t, i18n } = useTranslation();
  const { duration } = useTimes();
  const language = i18n.language === "zh" ? "zh-CN" : "en-GB";

  const sayHours = ({ hours, weekdays, category }: HoursLimit) => {
    const [from = "", to = ""] = hours.split("-");
    const days = weekdays?.length ? t("tasks.limits.say.on", { days: sayWeekdays(weekdays, language) }) : "";
    return [
      t(`tasks.limits.say.${sideOf(from, to)}`, { from, to }),
      days || t("tasks.limits.say.daily"),
      category ? t("tasks.limits.say.for", { category }) : "",
    ]
      .filter(Boolean)
      .join(t("tasks.limits.say.space"));
  };
  const length = (minutes: number) => (minutes === 0 ? t("tasks.limits.say.zero") : duration(minutes * 60));

  return (limits: Limits): string[] => [
    ...(["hours", "free", "prefer"] as const).flatMap((name) =>
      limits[name].map((one) => t(`tasks.limits.say.${name}`, { hours: sayHours(one) })),
    ),
    ...(["most_minutes", "buffer", "notice", "block"] as const).flatMap((name) => {
      const minutes = limits[name];
      if (minutes == null) return [];
      if (name === "block" && minutes === 0) return [t("tasks.limits.say.anyBlock")];
      return [t(`tasks.limits.say.${name}`, { length: length(minutes) })];
    }),
    ...(["lunch", "evening", "count_events"] as const).flatMap((name) => {
      const said = limits[name];
      return said == null ? [] : [t(`tasks.limits.say.${name}_${said ? "yes" : "no"}`)];
    }),
  ];
}

function sideOf(from: string, to: string): "whole" | "until" | "from" | "between" {
  if (from === "00:00") return to === "24:00" ? "whole" : "until";
  return to === "24:00" ? "from" : "between";
}
