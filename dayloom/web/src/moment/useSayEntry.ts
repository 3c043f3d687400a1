import { useTranslation } from "react-i18next";
import type { Entry } from "../conversation/thread";

const SHORT = 90;

/** What had just happened, in a few words. */
export function useSayEntry(): (entry: Entry) => string {
  const { t } = useTranslation();
  return (entry) => {
    if (entry.type !== "message") return t(`behind.replay.entries.${entry.type}`);
    const line = entry.text.split("\n")[0] ?? "";
    const words = line.length > SHORT ? `${line.slice(0, SHORT - 1)}…` : line;
    return t(`behind.replay.said.${entry.role}`, { words });
  };
}
