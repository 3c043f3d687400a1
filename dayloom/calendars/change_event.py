"""One event of a calendar file changed, added or cancelled; every line of it that nobody changes stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from dayloom.calendars.component import sequence_of, value_of
from dayloom.calendars.event import newest
from dayloom.calendars.event_lines import LENGTH, EventLines, time_line
from dayloom.calendars.lines import CalendarLines, Line, calendars_in, lines_of
from dayloom.calendars.occurrence import Occurrence, is_override, occurrences, repeats
from dayloom.calendars.parse import Entry, parse
from dayloom.calendars.series_shift import Shift
from dayloom.calendars.source import File, clean, open_file
from dayloom.calendars.zone_rules import yearly_zone
from state.cells import Cells
from state.errors import BadInput, CalendarChanged
from state.event_edit import EventEdit, EventFacts, EventRule, Scope
from state.schedule import PERIODS12, Schedule, Window

MOST_BYTES: Final = 256 * 1024
"""An event with more lines than this is not changed here: it would be kept three times over."""
_OF_SERIES: Final = frozenset({"RRULE", "EXRULE", "RDATE", "EXDATE"})


@dataclass(frozen=True)
class ChangedEvent:
    """The components of one event as they are written now, and their revision."""

    text: bytes
    sequence: int


def change_event(file: File, edit: EventEdit, at: datetime, timezone: str) -> ChangedEvent:
    """Return an event of a calendar file as an edit leaves it; `timezone` is that of times which have none.

    Raises CalendarChanged when the event is not there as the edit knows it, or cannot be changed so.
    """
    if edit.was is None:
        assert edit.now is not None, "an edit is about an event"
        return ChangedEvent(_new_event(edit.uid, edit.now, at, timezone).to_bytes(), 0)
    try:
        found = _Found.of(open_file(file), edit, timezone)
        sequence = found.sequence + 1
        text = b"".join(lines.revised(sequence, at).to_bytes() for lines in _change(found, edit, edit.was))
    except BadInput as wrong:
        raise CalendarChanged(f"{edit.was.title} cannot be changed here: {wrong}") from wrong
    if len(text) > MOST_BYTES:
        raise CalendarChanged(f"{edit.was.title} is too long to be changed here; change it where it comes from")
    return ChangedEvent(text, sequence)


def _new_event(uid: str, facts: EventFacts, at: datetime, timezone: str) -> EventLines:
    # What comes again keeps its time on the wall across changes of the clock, as far as yearly rules can say the zone.
    local = facts.rule is not None and timezone != "UTC" and yearly_zone(timezone, facts.start.year) is not None
    like = f"DTSTART;TZID={timezone}:" if local else ""
    times = [
        time_line(name, moment, whole_day=facts.whole_day, like=like, zone=ZoneInfo(timezone))
        for name, moment in (("DTSTART", facts.start), ("DTEND", facts.end))
    ]
    rule = [_rule_line(facts.rule, facts, timezone)] if facts.rule else []
    lines = EventLines((f"UID:{uid}", *times, *rule, "STATUS:CONFIRMED", "TRANSP:OPAQUE"))
    return lines.revised(0, at).saying(None, facts)


def _rule_line(rule: EventRule, facts: EventFacts, timezone: str) -> str:
    """Return the rule of a new series; its last day counts whole."""
    parts = [f"FREQ={_FREQUENCIES[rule.per]}", *([f"INTERVAL={rule.every}"] if rule.every > 1 else [])]
    if rule.until is not None:
        last = datetime.combine(rule.until, time(23, 59, 59), tzinfo=ZoneInfo(timezone)).astimezone(UTC)
        parts.append(f"UNTIL={rule.until:%Y%m%d}" if facts.whole_day else f"UNTIL={last:%Y%m%dT%H%M%SZ}")
    return f"RRULE:{';'.join(parts)}"


_FREQUENCIES: Final = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}


@dataclass(frozen=True)
class _Found:
    """The newest components of one event, with the days around the time that is meant."""

    series: Sequence[Entry]
    week: Schedule

    @classmethod
    def of(cls, file: File, edit: EventEdit, timezone: str) -> _Found:
        """Return the event with the UID of an edit; raises CalendarChanged and BadInput."""
        parsed = parse(File(file.name, b"".join(_only(calendars_in(file, lines_of(file)), edit.uid))))
        if parsed.left_out:
            raise BadInput(parsed.left_out[0].detail)
        series = [entry for entry in parsed.entries if entry.uid == edit.uid and entry.component.name == "VEVENT"]
        if not series:
            raise CalendarChanged(f"{edit.facts.title} is not in your calendar any more")
        window = Window(start=edit.facts.start.date() - timedelta(days=1), days=3)
        return cls(newest(series)[0], Schedule(window=window, grid=PERIODS12, timezone=timezone))

    @property
    def sequence(self) -> int:
        """The newest revision of any of its components."""
        return max(sequence_of(entry.component) for entry in self.series)

    @cached_property
    def main(self) -> Entry:
        """The component that stands for the whole of it; raises BadInput when there are several."""
        mains = [entry for entry in self.series if not is_override(entry)]
        ranges = any("RANGE" in entry.component["RECURRENCE-ID"].params for entry in self.series if is_override(entry))
        if len(mains) != 1 or ranges:
            raise BadInput("its series is kept in parts; change it where it comes from")
        return mains[0]

    @property
    def zone(self) -> tzinfo:
        """The time zone in which it was written."""
        start = value_of(self.main.component, "DTSTART")
        return (start.tzinfo if isinstance(start, datetime) else None) or self.week.zone

    @property
    def whole_day(self) -> bool:
        """Whether the series is one of whole days."""
        return not isinstance(value_of(self.main.component, "DTSTART"), datetime)

    def occurrence(self, facts: EventFacts) -> Occurrence:
        """Return the time it happens that is meant; raises CalendarChanged."""
        found = occurrences(self.series, Cells(self.week))
        meant = facts.start.timestamp()
        exact = [one for one in found if one.start.timestamp() == meant]
        around = [one for one in found if one.start.timestamp() <= meant < one.end.timestamp()]
        if not (exact or around):
            raise CalendarChanged(f"{facts.title} lies elsewhere in your calendar now")
        return (exact or around)[0]


def _only(calendars: Sequence[CalendarLines], uid: str) -> Iterator[bytes]:
    """Yield a calendar with one event and all time zones."""
    for calendar in calendars:
        blocks = [one for one in calendar.blocks if one.name == "VTIMEZONE" or clean(one.text("UID")) == uid]
        lines: list[Line] = [*calendar.head, *(line for block in blocks for line in block.lines)]
        body = b"".join(line.raw if line.raw.endswith(b"\n") else line.raw + b"\r\n" for line in lines)
        yield b"BEGIN:VCALENDAR\r\n" + body + b"END:VCALENDAR\r\n"


def _lines(entry: Entry) -> EventLines:
    assert entry.block is not None, "what was parsed has its lines"
    return EventLines.of(entry.block)


def _change(found: _Found, edit: EventEdit, was: EventFacts) -> list[EventLines]:
    """Return the components of an event as they become."""
    there = found.occurrence(was)
    if not repeats(found.series):
        return [_cancelled(found.main) if edit.now is None else _moved(found, found.main, there, was, edit.now)]
    if edit.scope is Scope.ONE:
        return _change_one(found, there, was, edit.now)
    if edit.now is None:
        return [_cancelled(entry) for entry in found.series]
    shift, like = Shift.between(was, edit.now, found.main, found.week), _lines(found.main)
    return [shift.apply(_lines(entry), entry).saying(was, edit.now, like) for entry in found.series]


def _cancelled(entry: Entry) -> EventLines:
    return _lines(entry).having("STATUS:CANCELLED", without={"STATUS"})


def _moved(found: _Found, entry: Entry, there: Occurrence, was: EventFacts, now: EventFacts) -> EventLines:
    """Return what happens once as it becomes."""
    lines = _lines(entry).saying(was, now)
    if (was.start, was.end, was.whole_day) == (now.start, now.end, now.whole_day):
        return lines
    kept = now.length == was.length and now.whole_day == there.whole_day
    return _at(found, lines, now, now.start + (there.end - there.start) if kept else now.end)


def _at(found: _Found, lines: EventLines, now: EventFacts, end: datetime) -> EventLines:
    like = lines.first("DTSTART")
    times = [
        time_line(name, moment, whole_day=now.whole_day, like=like, zone=found.zone)
        for name, moment in (("DTSTART", now.start), ("DTEND", end))
    ]
    return lines.having(*times, without={"DTSTART", *LENGTH})


def _change_one(found: _Found, there: Occurrence, was: EventFacts, now: EventFacts | None) -> list[EventLines]:
    """Return a series with one of its occurrences taken out, or standing apart."""
    named = _recurrence_id(found, there)
    own = next((one for one in found.series if is_override(one) and _id_of(found, one) == named), None)
    rest = [_lines(entry) for entry in found.series if entry is not own and entry is not found.main]
    main, like = _lines(found.main), _lines(found.main).first("DTSTART")
    how = {"whole_day": found.whole_day, "like": like, "zone": found.zone}
    if now is None:
        return [main.having(time_line("EXDATE", named, **how)), *rest]
    if own is not None:
        return [main, *rest, _moved(found, own, there, was, now)]
    apart = main.having(time_line("RECURRENCE-ID", named, **how), without=_OF_SERIES).saying(was, now)
    return [main, *rest, _at(found, apart, now, now.end)]


def _recurrence_id(found: _Found, there: Occurrence) -> datetime:
    """Return the time by which the series names an occurrence."""
    name = "RECURRENCE-ID" if "RECURRENCE-ID" in there.component else "DTSTART"
    return found.week.moment(value_of(there.component, name))


def _id_of(found: _Found, entry: Entry) -> datetime:
    return found.week.moment(value_of(entry.component, "RECURRENCE-ID"))
