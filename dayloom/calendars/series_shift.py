"""A whole series at other times: its start, its rule, and the times that it leaves out or adds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from dayloom.calendars.component import value_of
from dayloom.calendars.event_lines import LENGTH, EventLines, shift_line, shift_time, time_line, written_times
from dayloom.calendars.parse import Entry
from state.errors import BadInput
from state.event_edit import EventFacts
from state.schedule import Schedule

_WEEK: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LISTS: Final = frozenset({"EXDATE", "RDATE", "RECURRENCE-ID"})
_MOVED: Final = _LISTS | {"DTSTART", "DTEND", "RRULE"}
_OF_DAYS: Final = re.compile(r"BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYMONTH|BYSETPOS")
_OF_CLOCK: Final = re.compile(r"BYHOUR|BYMINUTE|BYSECOND")
_UNTIL: Final = re.compile(r"(?<=UNTIL=)(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?", re.IGNORECASE)
_DAYS: Final = re.compile(r"(?<=BYDAY=)[^;]*", re.IGNORECASE)


@dataclass(frozen=True)
class Shift:
    """By how much the occurrences of a series move on the clock, over how many dates, and how long they last then."""

    by: timedelta
    days: int
    length: timedelta | None

    @classmethod
    def between(cls, was: EventFacts, now: EventFacts, main: Entry, week: Schedule) -> Shift:
        """Return what moves one occurrence of a series from one time to another, in the time zone of the series."""
        if was.whole_day != now.whole_day:
            raise BadInput("a series cannot change between whole days and hours; cancel it and add another one")
        start = value_of(main.component, "DTSTART")
        zone = (start.tzinfo if isinstance(start, datetime) else None) or week.zone
        old, new = (each.start.astimezone(zone).replace(tzinfo=None) for each in (was, now))
        length = None if was.length == now.length else now.length
        return cls(new - old, (new.date() - old.date()).days, length)

    def apply(self, lines: EventLines, entry: Entry) -> EventLines:
        """Return a component of the series moved; an instance that lies elsewhere by itself stays there."""
        own = [line for name in ("DTSTART", "DTEND") for line in lines.all(name)]
        names = lines.all("RECURRENCE-ID")
        regular = not names or written_times(names)[:1] == written_times(lines.all("DTSTART"))[:1]
        if self.by:
            lists = [shift_line(line, self.by) for name in sorted(_LISTS) for line in lines.all(name)]
            own = [shift_line(line, self.by) if regular else line for line in own]
            rules = [self._rule(line) for line in lines.all("RRULE")]
            lines = lines.having(*own, *lists, *rules, without=_MOVED)
        if self.length is None or not regular:
            return lines
        return lines.having(_end(lines, entry, self.by, self.length), without=LENGTH)

    def _rule(self, line: str) -> str:
        if _OF_CLOCK.search(line) or (self.days and _OF_DAYS.search(line)):
            raise BadInput(f"it repeats by a rule that cannot be moved so ({line.rpartition(':')[2]})")
        line = _UNTIL.sub(lambda found: shift_time(found, self.by), line)
        return _DAYS.sub(lambda found: self._weekdays(found[0]), line) if self.days else line

    def _weekdays(self, said: str) -> str:
        days = said.upper().split(",")
        if not set(days) <= set(_WEEK):
            raise BadInput(f"it repeats on {said}, which cannot be moved to another day")
        return ",".join(_WEEK[(_WEEK.index(day) + self.days) % 7] for day in days)


def _end(lines: EventLines, entry: Entry, by: timedelta, length: timedelta) -> str:
    start: date | datetime = value_of(entry.component, "DTSTART")
    moved = start + by + length
    if not isinstance(moved, datetime):
        return f"DTEND;VALUE=DATE:{moved:%Y%m%d}"
    if moved.tzinfo is None:
        return f"DTEND:{moved:%Y%m%dT%H%M%S}"
    return time_line("DTEND", moved, whole_day=False, like=lines.first("DTSTART"), zone=moved.tzinfo)
