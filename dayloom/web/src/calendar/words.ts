import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Entry } from "./entries";
import type { EntryWords } from "./entryContent";
import type { IconName } from "./icons";

/** The words of entries in the person's language. */
export function useEntryWords(): Omit<EntryWords, "clock"> {
  const { t } = useTranslation();
  return useMemo(() => {
    const say = (entry: Entry): [IconName, string][] => [
      ...(entry.refused
        ? [["refused", t("calendar.marks.refused", { why: entry.refused })] as [IconName, string]]
        : []),
      ...(entry.trouble ? [[entry.trouble, t(`calendar.marks.${entry.trouble}`)] as [IconName, string]] : []),
      ...(entry.part ? [["part", t("calendar.marks.part", entry.part)] as [IconName, string]] : []),
      ...flags(entry).map((flag) => [flag, t(`calendar.marks.${flag}`)] as [IconName, string]),
    ];
    return {
      kind: (entry) => t(`calendar.kinds.${entry.allDay && entry.kind === "event" ? "allDay" : entry.kind}`),
      marks: (entry) => say(entry).map(([icon, word]) => ({ icon, word })),
    };
  }, [t]);
}

function flags(entry: Entry): ("locked" | "repeats" | "recent" | "done" | "asked")[] {
  const all = ["locked", "done", "asked", "repeats", "recent"] as const;
  return all.filter((flag) => entry[flag] && !(flag === "recent" && entry.kind === "ghost"));
}
