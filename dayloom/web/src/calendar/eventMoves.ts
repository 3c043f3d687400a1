import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, bodyOf } from "../api/client";
import { toast, toastError } from "../ui/toasts";
import { useClock, utc, type Wall } from "./clock";
import type { Entry } from "./entries";

export interface Span {
  start: Wall;
  end: Wall;
}

/** What is meant of a series is the one that is shown. */
async function change(uid: string, repeats: boolean, from: Span, to: Span): Promise<void> {
  const minutes = Math.round((utc(to.end) - utc(to.start)) / 60_000);
  await api.PATCH("/calendar/events/{uid}", {
    params: { path: { uid } },
    body: bodyOf<"ChangedCalendarEvent">({ start: to.start, minutes, ...(repeats ? { on: from.start } : {}) }),
  });
}

/** Moving events of the stored calendar by hand, which can be taken back. */
export function useEventMoves() {
  const queries = useQueryClient();
  const { t } = useTranslation();
  const clock = useClock();

  async function write(entry: Entry, from: Span, to: Span) {
    await change(entry.uid ?? "", entry.repeats ?? false, from, to);
    await queries.invalidateQueries({ queryKey: ["calendar"] });
  }

  /** Move an event; tells whether it could be. */
  return async (entry: Entry, to: Span): Promise<boolean> => {
    try {
      await write(entry, entry, to);
    } catch (problem) {
      toastError(problem);
      return false;
    }
    toast({
      text: t("calendar.move.moved", { title: entry.title, when: clock.span(to.start, to.end) }),
      action: { name: t("calendar.apply.undo"), act: () => void write(entry, to, entry).catch(toastError) },
    });
    return true;
  };
}
