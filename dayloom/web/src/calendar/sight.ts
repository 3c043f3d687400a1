import { useEffect, useRef } from "react";
import { dateOf, daysBetween } from "./clock";
import type { Week } from "./week";

/** Bring into sight what an open card would change, once for each card. */
export function useCardInSight(week: Week | undefined, onDate: (date: string) => void) {
  const shown = useRef("");
  const first = week?.entries.find((entry) => entry.kind === "proposed");
  const place = first ? `${first.key} ${first.start}` : "";
  const date = first && dateOf(first.start);
  const away = week && date && (date < week.days.first || daysBetween(week.days.first, date) >= week.days.count);
  useEffect(() => {
    if (place === "" || place === shown.current) return;
    if (away && date) return onDate(date);
    shown.current = place;
    const key = place.split(" ")[0];
    // The calendar draws what it is given a moment later.
    const timer = setTimeout(() => {
      document.querySelector(`[data-entry="${key}"]`)?.scrollIntoView({ block: "nearest" });
    }, 400);
    return () => clearTimeout(timer);
  }, [place, away, date, onDate]);
}
