import type { Schema } from "../api/client";
import { addDays, dateOf, daysBetween, minutesOf, type Wall, wallAt } from "./clock";

export type Schedule = Schema<"Schedule-Output">;
export type Task = Schema<"Task-Output">;
export type Position = Schema<"Position">;

/** A slot of the day in minutes since midnight; one over midnight ends after 1440. */
export interface Cell {
  slot: number;
  start: number;
  end: number;
}

export function cellsOf(grid: readonly { slot: number; start: string; end: string }[]): Cell[] {
  return grid.map(({ slot, start, end }) => {
    const [first, last] = [minutesOf(start), minutesOf(end)];
    return { slot, start: first, end: last <= first ? last + 1440 : last };
  });
}

/** The slot that begins nearest to a time of the day. */
export function nearestSlot(cells: readonly Cell[], minutes: number): Cell | undefined {
  return cells.reduce<Cell | undefined>(
    (best, cell) =>
      best === undefined || Math.abs(cell.start - minutes) < Math.abs(best.start - minutes) ? cell : best,
    undefined,
  );
}

/** The usual length of a slot; the shorter one when two are equally common. */
export function slotMinutes(cells: readonly Cell[]): number {
  const counts = new Map<number, number>();
  for (const { start, end } of cells) counts.set(end - start, (counts.get(end - start) ?? 0) + 1);
  return [...counts].sort(([one, often], [other, oftener]) => oftener - often || one - other)[0]?.[0] ?? 30;
}

/** When slots of a day begin and end. */
export function slotSpan(schedule: Schedule, day: number, first: number, last: number): { start: Wall; end: Wall } {
  const cells = cellsOf(schedule.grid);
  const date = addDays(schedule.window.start, day - 1);
  return {
    start: wallAt(date, cells[first - 1]?.start ?? 0),
    end: wallAt(date, cells[last - 1]?.end ?? 1440),
  };
}

/** Where something lies that is dropped at a time: the day of the window and the nearest slot; null outside of it. */
export function placeAt(schedule: Schedule, at: Wall): { day: number; slot_start: number } | null {
  const day = daysBetween(schedule.window.start, dateOf(at)) + 1;
  const cell = nearestSlot(cellsOf(schedule.grid), minutesOf(at));
  return cell && day >= 1 && day <= schedule.window.days ? { day, slot_start: cell.slot } : null;
}

/** Lines where slots begin and end, and their pauses filled, as a background for hours `from` to `to` in minutes. */
export function slotLines(cells: readonly Cell[], from: number, to: number): string {
  const at = (minutes: number) => `${(((minutes - from) / (to - from)) * 100).toFixed(3)}%`;
  const stops: string[] = [];
  let last = from;
  for (const { start, end } of cells) {
    if (start > last) stops.push(`var(--pause) ${at(last)} ${at(start)}`);
    stops.push(`var(--slot-line) ${at(start)} calc(${at(start)} + 1px)`);
    stops.push(`transparent calc(${at(start)} + 1px) ${at(end)}`);
    last = Math.max(last, end);
  }
  stops.push(`var(--pause) ${at(last)} 100%`);
  return `linear-gradient(to bottom, ${stops.join(", ")})`;
}
