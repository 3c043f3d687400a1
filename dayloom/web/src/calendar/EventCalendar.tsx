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
    return () => {
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
