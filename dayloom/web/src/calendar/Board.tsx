import type { Calendar } from "@event-calendar/core";
import { type DragEvent, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import styles from "./Board.module.css";
import { minutesOf, offsetOf, useClock, utc, type Wall, wallAt, weekdayOf } from "./clock";
import entryStyles from "./Entry.module.css";
import { EventCalendar } from "./EventCalendar";
import { type Entry, isOwnEvent, wholeDays } from "./entries";
import { entryContent } from "./entryContent";
import type { Span } from "./eventMoves";
import { nearestSlot, placeAt, slotLines, slotMinutes, slotSpan, type Task } from "./grid";
import type { Place } from "./moves";
import type { Shade } from "./shading";
import type { View } from "./Toolbar";
import type { Week } from "./week";
import { useEntryWords } from "./words";

const VIEW_OF: Record<View, string> = { day: "timeGridDay", week: "timeGridWeek", list: "listWeek" };
const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** So long an entry must be for more than one line. */
const SHORT = 40 * 60_000;

interface BoardProps {
  week: Week;
  view: View;
  /** What is dragged here from the tray. */
  dragged: Task | null;
  onOpen: (entry: Entry) => void;
  onMove: (task: Task, to: Place) => void;
  onMoveEvent: (entry: Entry, to: Span) => Promise<boolean>;
  onOutside: (task: Task) => void;
}

/** The days with all that lies on them; entries of the draft can be dragged, also from the tray and back. */
export function Board(props: BoardProps) {
  const { week, view } = props;
  const calendar = useRef<Calendar | null>(null);
  const options = useOptions(props);
  const drop = useTrayDrop(props, calendar);
  const { from, to } = hoursShown(week);
  const lines = slotLines(week.cells, from, to);
  return (
    <div className={styles.board} data-view={view} style={{ "--slots": lines } as React.CSSProperties} {...drop}>
      <EventCalendar options={options} calendar={calendar} />
    </div>
  );
}

/** From the first hour in which there is a slot or an entry to the last, in minutes. */
function hoursShown({ cells, entries }: Week): { from: number; to: number } {
  const timed = entries.filter((entry) => !entry.allDay);
  const starts = [...cells.map((cell) => cell.start), ...timed.map((entry) => minutesOf(entry.start))];
  const ends = [...cells.map((cell) => cell.end), ...timed.map(endMinutes)];
  const from = Math.floor(Math.min(...starts, 9 * 60) / 60) * 60;
  const to = Math.ceil(Math.max(...ends, 17 * 60) / 60) * 60;
  return { from, to: Math.min(to, 24 * 60) };
}

function endMinutes(entry: Entry): number {
  return entry.end.slice(0, 10) > entry.start.slice(0, 10) ? 1440 : minutesOf(entry.end);
}

function useOptions({ week, view, onOpen, onMove, onMoveEvent, onOutside }: BoardProps): Calendar.Options {
  const { t, i18n } = useTranslation();
  const clock = useClock();
  const words = useEntryWords();
  const handlers = useRef({ onOpen, onMove, onMoveEvent, onOutside, week });
  handlers.current = { onOpen, onMove, onMoveEvent, onOutside, week };
  const { draft, cells, days, entries, shades, zone, now } = week;
  const { from, to } = hoursShown(week);

  const fixed = useMemo<Calendar.Options>(
    () => ({
      headerToolbar: { start: "", center: "", end: "" },
      height: "100%",
      editable: false,
      slotEventOverlap: false,
      slotDuration: "00:30",
      slotLabelInterval: "01:00",
      slotLabelFormat: CLOCK,
      dayHeaderFormat: { weekday: "short", day: "numeric", month: "short" },
      listDaySideFormat: { day: "numeric", month: "long" },
      longPressDelay: 400,
      // Entries tell their times themselves; the component's way is slow.
      eventTimeFormat: () => "",
      nowIndicator: true,
      eventDragStop: ({ event, jsEvent }) => {
        const task = entryOf(event)?.task;
        if (task && isOverTray(jsEvent)) handlers.current.onMove(task, null);
      },
      eventResize: (info) => moveEvent(info, handlers.current),
      eventDrop: (info) => {
        const task = entryOf(info.event)?.task;
        if (handlers.current.week.draft === null) return moveEvent(info, handlers.current);
        const { draft: now } = handlers.current.week;
        if (!task || !now || isOverTray(info.jsEvent)) return info.revert();
        const place = placeAt(now.schedule, localWall(info.event.start));
        const old = task.slots[0];
        if (!place) handlers.current.onOutside(task);
        if (place && (place.day !== old?.day || place.slot_start !== old.slot_start)) {
          return handlers.current.onMove(task, place);
        }
        return info.revert();
      },
    }),
    [],
  );
  const spoken = useMemo<Calendar.Options>(
    () => ({
      locale: i18n.language === "zh" ? "zh-CN" : "en-GB",
      allDayContent: t("calendar.allDay"),
      noEventsContent: t("calendar.nothing"),
      eventContent: ({ event }) => {
        const shade = event.extendedProps.shade as Shade | undefined;
        if (shade) return { domNodes: [shadeWord(t(`calendar.shades.${shade.kind}`))] };
        const entry = entryOf(event);
        if (!entry) return { domNodes: [] };
        const shown =
          event.display === "preview" ? landed(entry, localWall(event.start), handlers.current.week) : entry;
        return { domNodes: [entryContent(shown, { ...words, clock }, () => handlers.current.onOpen(entry))] };
      },
    }),
    [i18n.language, t, words, clock],
  );
  const free = draft === null;
  const even = cells.every((cell, index) => index === 0 || cell.start === cells[index - 1]?.end);
  const shape = useMemo<Calendar.Options>(
    () => ({
      slotMinTime: clockTime(from),
      slotMaxTime: clockTime(to),
      scrollTime: clockTime(from),
      slotHeight: slotMinutes(cells) <= 15 ? 34 : 26,
      // Events of the stored calendar lie on no grid.
      snapDuration: clockTime(free ? 15 : even ? slotMinutes(cells) : 5),
    }),
    [from, to, cells, even, free],
  );
  const events = useMemo(
    () => [
      ...entries.map((entry) => eventOf(entry, draft !== null && !draft.past)),
      ...(view === "list" ? [] : shades.map(shadeEvent)),
    ],
    [entries, shades, draft, view],
  );
  const offset = offsetOf(now, zone);
  return useMemo(
    () => ({
      ...fixed,
      ...spoken,
      ...shape,
      view: VIEW_OF[view],
      date: days.first,
      firstDay: (weekdayOf(days.first) % 7) as 0 | 1 | 2 | 3 | 4 | 5 | 6,
      timeZone: offset,
      allDaySlot: entries.some((entry) => entry.allDay),
      events,
    }),
    [fixed, spoken, shape, view, days.first, offset, entries, events],
  );
}

/** Move an event of the stored calendar to where it was dropped; back when it may not be there. */
function moveEvent(
  info: Calendar.EventDropInfo | Calendar.EventResizeInfo,
  { onMoveEvent }: Pick<BoardProps, "onMoveEvent">,
) {
  const entry = entryOf(info.event);
  const to = { start: localWall(info.event.start), end: localWall(info.event.end) };
  if (entry) void onMoveEvent(entry, to).then((moved) => moved || info.revert());
}

function entryOf(event: Calendar.Event): Entry | undefined {
  return event.extendedProps.entry as Entry | undefined;
}

function eventOf(entry: Entry, open: boolean): Calendar.EventInput {
  const classes = [
    entryStyles[entry.kind],
    !entry.allDay && utc(entry.end) - utc(entry.start) < SHORT && entryStyles.short,
    entry.locked && entryStyles.locked,
    entry.trouble && entryStyles.trouble,
    entry.refused && entryStyles.refused,
    entry.recent && entry.kind !== "ghost" && entryStyles.recent,
    entry.done && entryStyles.done,
  ];
  const span = entry.allDay
    ? wholeDays(entry.start, entry.end)
    : { start: `${entry.start}:00`, end: `${entry.end}:00` };
  return {
    id: entry.key,
    ...span,
    allDay: entry.allDay,
    title: entry.title,
    startEditable: isOwnEvent(entry) || (open && entry.kind === "suggested" && !entry.locked),
    durationEditable: isOwnEvent(entry),
    classNames: classes.filter((name) => typeof name === "string"),
    extendedProps: { entry },
  };
}

function shadeEvent(shade: Shade): Calendar.EventInput {
  return {
    id: shade.key,
    start: `${shade.start}:00`,
    end: `${shade.end}:00`,
    allDay: false,
    display: "background",
    classNames: [entryStyles[shade.kind] ?? ""],
    extendedProps: { shade },
  };
}

function shadeWord(word: string): HTMLElement {
  const made = document.createElement("span");
  made.className = entryStyles.shadeWord ?? "";
  made.textContent = word;
  return made;
}

/** An entry while it is dragged: at the slot where it would lie. */
function landed(entry: Entry, at: Wall, { draft, cells }: Week): Entry {
  const place = draft && placeAt(draft.schedule, at);
  const cell = nearestSlot(cells, minutesOf(at));
  if (!draft || !place || !cell || !entry.task) return entry;
  const last = place.slot_start + entry.task.duration - 1;
  return { ...entry, ...slotSpan(draft.schedule, place.day, place.slot_start, last) };
}

/** The calendar component hands out wall clock times as if they were of the browser's zone. */
function localWall(date: Date): Wall {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return wallAt(day, date.getHours() * 60 + date.getMinutes());
}

function clockTime(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function isOverTray(event: Event): boolean {
  if (!(event instanceof MouseEvent)) return false;
  return document.elementsFromPoint(event.clientX, event.clientY).some((one) => one.closest("[data-tray]"));
}

/** What a place to drop on needs: a task from the tray lands in the slot it is dropped into. */
function useTrayDrop({ week, dragged, onMove, onOutside }: BoardProps, calendar: React.RefObject<Calendar | null>) {
  if (!dragged || !week.draft) return {};
  const { schedule } = week.draft;
  return {
    onDragOver: (event: DragEvent) => event.preventDefault(),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      const found = calendar.current?.dateFromPoint(event.clientX, event.clientY);
      const at = found && !found.allDay ? localWall(found.date) : null;
      const inside = at && week.cells.find((cell) => cell.end > minutesOf(at));
      const place = at && inside ? placeAt(schedule, wallAt(at.slice(0, 10), inside.start)) : null;
      if (place) onMove(dragged, place);
      else onOutside(dragged);
    },
  };
}
