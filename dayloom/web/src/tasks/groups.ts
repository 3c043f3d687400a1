import { type Clock, type DueGroup, dueGroup } from "./due";
import type { Risk } from "./risks";
import { fieldsOf, isOpen, type Listed, leading, type Whole, wholesOf } from "./task";

export type Shown = "open" | "done" | "dropped";
export type Group = DueGroup | "risk" | "ended";

/** One line of the list: the head of a group, a task, or a part below the head of its whole. */
export type Row =
  | { kind: "group"; key: string; group: Group; count: number }
  | { kind: "task"; key: string; task: Listed; risk: Risk | undefined }
  | { kind: "whole"; key: string; whole: Whole; risk: Risk | undefined }
  | { kind: "part"; key: string; task: Listed; number: number };

interface Wanted {
  shown: Shown;
  search: string;
  risks: ReadonlyMap<string, Risk>;
  clock: Clock;
}

const ORDER: readonly Group[] = ["overdue", "risk", "today", "week", "later", "none", "ended"];

/** The lines of the list, the most urgent group first; in a group the earliest first, the newest of what is over. */
export function rowsOf(tasks: readonly Listed[], wanted: Wanted): Row[] {
  const groups = new Map<Group, Whole[]>(ORDER.map((group) => [group, []]));
  for (const whole of wholesOf(tasks).filter((one) => isWanted(one, wanted))) {
    groups.get(groupOf(whole, wanted))?.push(whole);
  }
  return ORDER.flatMap((group) => {
    const wholes = (groups.get(group) ?? []).sort(wanted.shown === "open" ? byDue(wanted.clock) : byEnd);
    if (wholes.length === 0) return [];
    const head: Row = { kind: "group", key: group, group, count: wholes.length };
    return [head, ...wholes.flatMap((whole) => linesOf(whole, wanted))];
  });
}

function isWanted(whole: Whole, { shown, search }: Wanted): boolean {
  const open = whole.parts.some(isOpen);
  const fits = shown === "open" ? open : !open && whole.parts.some((part) => part.ending === shown);
  const words = `${whole.title} ${fieldsOf(leading(whole)).category ?? ""}`.toLocaleLowerCase();
  return (
    fits &&
    search
      .toLocaleLowerCase()
      .split(/\s+/)
      .every((word) => words.includes(word))
  );
}

function riskOf(whole: Whole, risks: Wanted["risks"]): Risk | undefined {
  return whole.parts.map((part) => risks.get(part.id)).find(Boolean);
}

function groupOf(whole: Whole, { shown, risks, clock }: Wanted): Group {
  if (shown !== "open") return "ended";
  const due = dueGroup(fieldsOf(leading(whole)).deadline, clock);
  return due !== "overdue" && riskOf(whole, risks) ? "risk" : due;
}

function linesOf(whole: Whole, { risks }: Wanted): Row[] {
  const risk = riskOf(whole, risks);
  const [first] = whole.parts;
  if (whole.parts.length === 1 && first) return [{ kind: "task", key: first.id, task: first, risk }];
  const parts = whole.parts.map((task, index): Row => ({ kind: "part", key: task.id, task, number: index + 1 }));
  return [{ kind: "whole", key: `whole ${whole.id}`, whole, risk }, ...parts];
}

function byDue(clock: Clock) {
  const due = (whole: Whole) => {
    const { deadline, priority } = fieldsOf(leading(whole));
    // A date without a time lasts until the end of its day.
    return `${deadline ? clock.local(deadline).padEnd(16, "~") : "~"} ${priority ?? 5}`;
  };
  return (one: Whole, other: Whole) => due(one).localeCompare(due(other), "en");
}

function byEnd(one: Whole, other: Whole): number {
  return (leading(other).ended ?? "").localeCompare(leading(one).ended ?? "", "en");
}
