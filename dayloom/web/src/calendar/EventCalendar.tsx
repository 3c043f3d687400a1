import {
  type Calendar,
  type Calendar as Created,
  createCalendar,
  destroyCalendar,
  Interaction,
  List,
  TimeGrid,
} from "@event-calendar/core";
import "@event-calendar/core/index.css";
import { type RefObject, useEffect, useRef } from "react";

const PLUGINS = [TimeGrid, List, Interaction];

/**
 * The component calls its grid a table though its entries stand outside of the rows, which screen readers cannot
 * follow; each entry says its day and time itself.
 */
function withoutTable(host: HTMLElement): () => void {
  const roles = ["table", "rowgroup", "row", "cell", "columnheader", "list", "listitem"].map((one) => `[role=${one}]`);
  const mend = () => {
    for (const one of host.querySelectorAll(roles.join())) {
      for (const name of ["role", "aria-colindex", "aria-colspan"]) one.removeAttribute(name);
    }
    for (const heading of host.querySelectorAll("h4:not([aria-level])")) heading.setAttribute("aria-level", "3");
  };
  const observer = new MutationObserver(mend);
  observer.observe(host, { childList: true, subtree: true });
  mend();
  return () => observer.disconnect();
}

/** Entries are drawn anew with every change: the one that had the focus has it again. */
function keepFocus(host: HTMLElement): () => void {
  let key: string | undefined;
  const note = (event: FocusEvent) => {
    key = event.target instanceof HTMLElement ? event.target.dataset.entry : undefined;
  };
  const leave = (event: FocusEvent) => {
    if (event.relatedTarget) key = undefined;
  };
  const observer = new MutationObserver(() => {
    if (key === undefined || document.activeElement !== document.body) return;
    host.querySelector<HTMLElement>(`[data-entry="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  });
  host.addEventListener("focusin", note);
  host.addEventListener("focusout", leave);
  observer.observe(host, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    host.removeEventListener("focusin", note);
    host.removeEventListener("focusout", leave);
  };
}

interface EventCalendarProps {
  options: Calendar.Options;
  /** Filled with the calendar while it is there. */
  calendar: RefObject<Created | null>;
}

/** The calendar component, made for another framework: options that change are handed on one by one. */
export function EventCalendar({ options, calendar }: EventCalendarProps) {
  const host = useRef<HTMLDivElement>(null);
  const given = useRef(options);
  useEffect(() => {
    if (!host.current) return;
    const made = createCalendar(host.current, PLUGINS, given.current);
    calendar.current = made;
    const stop = [withoutTable(host.current), keepFocus(host.current)];
    return () => {
      for (const end of stop) end();
      calendar.current = null;
      void destroyCalendar(made);
    };
  }, [calendar]);
  useEffect(() => {
    for (const name of Object.keys(options) as (keyof Calendar.Options)[]) {
      if (options[name] !== given.current[name]) calendar.current?.setOption(name, options[name]);
    }
    given.current = options;
  }, [options, calendar]);
  return <div ref={host} data-place="calendar" />;
}
