import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** A moment as the clock on the wall of its schedule shows it: its own offset counts, not that of this machine. */
function wall(at: string): Date {
  return new Date(`${at.slice(0, 19)}Z`);
}

/** Days and times of changes, in the person's language. */
export function useWall() {
  const { i18n } = useTranslation();
  const language = i18n.language === "zh" ? "zh-CN" : "en-GB";
  return useMemo(() => {
    const zone = { timeZone: "UTC" };
    const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", ...zone });
    const short = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", ...zone });
    const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", ...zone });
    return {
      day: (at: string) => day.format(wall(at)),
      time: (at: string) => time.format(wall(at)),
      range: ({ start, end }: { start: string; end: string }) => time.formatRange(wall(start), wall(end)),
      dayAndRange: ({ start, end }: { start: string; end: string }) =>
        `${short.format(wall(start))}, ${time.formatRange(wall(start), wall(end))}`,
    };
  }, [language]);
}
