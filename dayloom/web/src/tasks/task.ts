import type { Schema } from "../api/client";

export type Listed = Schema<"ListedTask">;

/** What is kept of a task: checked and understood by the service when it came in. */
export interface TaskFields {
  title?: string;
  /** Slots, or minutes as `90min`; nothing said is one slot. */
  duration?: number | string;
  category?: string;
  earliest?: string;
  deadline?: string;
  weekdays?: number[] | string;
  time_range?: string;
  priority?: number;
  locked?: boolean;
  repeat?: string;
  min_block?: string;
  max_block?: string;
  part?: number;
}

export function fieldsOf(task: Pick<Listed, "task">): TaskFields {
  return task.task as TaskFields;
}

export const titleOf = (task: Pick<Listed, "task">): string => fieldsOf(task).title ?? "";

/** A task as its person sees it: one title, planned whole or in parts. */
export interface Whole {
  id: string;
  title: string;
  parts: Listed[];
}

/** Put parts of one task together, in the order of the list. */
export function wholesOf(tasks: readonly Listed[]): Whole[] {
  const found = new Map<string, Whole>();
  for (const task of tasks) {
    const id = task.parent ?? task.id;
    const whole = found.get(id) ?? { id, title: fieldsOf(task).title ?? "", parts: [] };
    whole.parts.push(task);
    found.set(id, whole);
  }
  return [...found.values()];
}

export const isOpen = (task: Listed): boolean => !task.ending;

/** The task that says what holds of the whole: its first open part. */
export function leading(whole: Whole): Listed {
  return whole.parts.find(isOpen) ?? (whole.parts[0] as Listed);
}

/** Minutes that a length says; null where it says none that is known. */
export function minutesOf(duration: TaskFields["duration"], slotMinutes: number): number | null {
  if (duration === undefined) return slotMinutes;
  if (typeof duration === "number") return duration * slotMinutes;
  return parseLength(duration);
}

const LENGTH = /^(?:(\d+(?:[.,]\d+)?)\s*(?:h|hours?|hrs?|小时))?\s*(?:(\d+)\s*(?:m|min|mins|minutes?|分钟|分)?)?$/i;

/** Minutes that a typed length says: 90min, 1h30, 1.5h, 45; null when it says none. */
export function parseLength(text: string): number | null {
  const found = LENGTH.exec(text.trim());
  if (!found || (found[1] === undefined && found[2] === undefined)) return null;
  return Math.round(Number((found[1] ?? "0").replace(",", ".")) * 60) + Number(found[2] ?? 0);
}

/** A length as it can be typed: 2h, 1h30, 45min. */
export function writeLength(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${rest}min`;
  return rest ? `${hours}h${String(rest).padStart(2, "0")}` : `${hours}h`;
}
