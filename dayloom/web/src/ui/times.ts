import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";

/** What the page must know of the service and its person; asked once. */
export function useSettings() {
  return useQuery({ queryKey: ["settings"], queryFn: async () => (await api.GET("/settings")).data });
}

/** How times are told: in the schedule's zone and the person's language. */
export interface Times {
  zone: string | undefined;
  /** Thu 3 Dec, 10:45 */
  moment: (at: string) => string;
  /** 10:45:03 */
  clock: (at: string) => string;
  /** 4 min 12 s; 300 ms */
  duration: (seconds: number) => string;
}

export function useTimes(): Times {
  const { i18n } = useTranslation();
  const zone = useSettings().data?.timezone;
  const language = i18n.language === "zh" ? "zh-CN" : "en-GB";
  return useMemo(() => timesOf(language, zone), [language, zone]);
}

function timesOf(language: string, zone: string | undefined): Times {
  const timeZone = zone ? { timeZone: zone } : {};
  const moment = new Intl.DateTimeFormat(language, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...timeZone,
  });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: "medium", ...timeZone });
  return {
    zone,
    moment: (at) => moment.format(new Date(at)),
    clock: (at) => clock.format(new Date(at)),
    duration: (seconds) => durationIn(language, seconds),
  };
}

/** The two largest units that count. */
function durationIn(language: string, seconds: number): string {
  const say = (value: number, unit: string, digits = 0) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit,
      unitDisplay: "short",
      maximumFractionDigits: digits,
    }).format(value);
  if (seconds < 1) return say(seconds * 1000, "millisecond");
  if (seconds < 10) return say(seconds, "second", 1);
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86400), "day"],
    [Math.floor(whole / 3600) % 24, "hour"],
    [Math.floor(whole / 60) % 60, "minute"],
    [whole % 60, "second"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => say(value, unit))
    .join(" ");
}
