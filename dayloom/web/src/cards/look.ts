import {
  CalendarCheck2,
  CircleHelp,
  ListChecks,
  ListTodo,
  type LucideIcon,
  Mail,
  Shuffle,
  SquarePen,
} from "lucide-react";
import type { CardPayload } from "../conversation/rows";

/** What a card is about, which decides how it looks: what acts in the calendar never looks like a draft. */
export type Look = "draft" | "calendar" | "list" | "message" | "plan" | "question" | "reorder";

const CALENDAR = new Set(["apply_schedule", "undo_apply", "add_event", "move_event", "cancel_event"]);

export const ICONS: Record<Look, LucideIcon> = {
  draft: SquarePen,
  calendar: CalendarCheck2,
  list: ListTodo,
  message: Mail,
  plan: ListChecks,
  question: CircleHelp,
  reorder: Shuffle,
};

export function lookOf(card: CardPayload): Look {
  if (card.dayloom.kind !== "tool") return card.dayloom.kind;
  const tool = actionOf(card).name;
  if (tool === "send_message") return "message";
  if (CALENDAR.has(tool)) return "calendar";
  return card.dayloom.edits?.length ? "list" : "draft";
}

export function actionOf(card: CardPayload) {
  return card.action_requests[0] ?? { name: "", args: {}, description: "" };
}

/** How many changes it makes. */
export function sizeOf({ dayloom }: CardPayload): number {
  return dayloom.changes.length + (dayloom.edits?.length ?? 0);
}

/** The words of a card in parts: its lines about tasks and events, and what it tells after all changes. */
export function partsOf(card: CardPayload): { edits: string[]; notes: string } {
  const [, ...lines] = actionOf(card).description.split("\n");
  const count = card.dayloom.edits?.length ?? 0;
  const said = lines.filter((line) => line.startsWith("- ")).length;
  // A card of another kind, or of a later version, is told in its own words.
  if (said < sizeOf(card)) return { edits: [], notes: lines.join("\n") };
  return { edits: lines.slice(0, count).map((line) => line.slice(2)), notes: lines.slice(sizeOf(card)).join("\n") };
}
