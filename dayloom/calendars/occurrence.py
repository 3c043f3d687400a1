"""When an event happens inside the window: its recurrences, exceptions and moved instances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from icalendar import Calendar, Component
from recurring_ical_events import CalendarQuery

from dayloom.calendars.component import value_of
from dayloom.calendars.fast_forward import fast_forward
from dayloom.calendars.parse import Entry
from dayloom.calendars.rule import check_rules, starts_excluded
from state.cells import Cells
from state.errors import BadInput

_REPEATS: Final = ("RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")


@dataclass(frozen=True)
class Occurrence:
    """One instance of an event, in the zone of the schedule; `whole_day` when it was given by date only."""

    component: Component
    start: datetime
    end: datetime
    whole_day: bool


def occurrences(series: Sequence[Entry], cells: Cells) -> list[Occurrence]:
    """Return the instances inside the window of one event: its entries of one UID, overridden instances among them.

    Raises `BadInput` for an event whose times cannot be worked out.
    """
    try:
        for entry in series:
            _check_times(entry, cells)
        found = [_occurrence(one, cells) for one in _expand(series, cells)]
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise BadInput(f"{series[0].where}: its times cannot be worked out ({error}); mend them") from error
    begin, end = cells.span
    inside = [one for one in found if one.start < end and (begin < one.end or begin <= one.start)]
    return sorted(inside, key=lambda one: one.start)


def is_override(entry: Entry) -> bool:
    """Tell whether the entry stands for one instance of a series."""
    return "RECURRENCE-ID" in entry.component


def repeats(series: Sequence[Entry]) -> bool:
    """Tell whether an event happens more than once, or is an instance of what does."""
    return any(name in entry.component for entry in series for name in _REPEATS)


def _expand(series: Sequence[Entry], cells: Cells) -> Iterator[Component]:
    if not repeats(series):
        yield from (entry.component for entry in series)
        return
    begin, end = cells.span
    for calendar, excluded_starts in _calendars(series, cells):
        for one in CalendarQuery(calendar, components=["VEVENT"]).between(begin, end):
            if "RECURRENCE-ID" in one and _clock(value_of(one, "RECURRENCE-ID")) in excluded_starts:
                continue
            yield one


def _clock(when: date | datetime) -> datetime:
    return when.replace(tzinfo=None) if isinstance(when, datetime) else datetime.combine(when, time())


def _calendars(series: Sequence[Entry], cells: Cells) -> Iterator[tuple[Calendar, frozenset[datetime]]]:
    """Yield one calendar per event of the UID, with the starts that an EXRULE takes away.

    The overridden instances belong to the first one.
    """
    mains = [one for one in series if not is_override(one)]
    overrides = [one for one in series if is_override(one)]
    shifts = any("RANGE" in one.component["RECURRENCE-ID"].params for one in overrides)
    for group in [[*mains[:1], *overrides], *([one] for one in mains[1:])]:
        calendar = Calendar()
        for entry in group:
            near = entry.component if shifts else fast_forward(entry.component, cells.span[0])
            check_rules(near, entry.where, cells.span)
            calendar.add_component(near)
        yield calendar, starts_excluded(group[0].component, cells.span)


def _occurrence(component: Component, cells: Cells) -> Occurrence:
    start, end = value_of(component, "DTSTART"), _end(component)
    return Occurrence(component, cells.week.moment(start), cells.week.moment(end), not isinstance(start, datetime))


def _end(component: Component) -> date | datetime:
    start: date | datetime = value_of(component, "DTSTART")
    if "DTEND" in component:
        return value_of(component, "DTEND")
    if "DURATION" in component:
        return _after(start, value_of(component, "DURATION"))
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _after(start: date | datetime, length: timedelta) -> date | datetime:
    """Add a length as RFC 5545 has it: days by the calendar, hours by the clock that ticks."""
    if not isinstance(start, datetime):
        return start + max(timedelta(days=-(-length // timedelta(days=1))), timedelta(days=1))
    if start.tzinfo is None:
        return start + length
    days, rest = timedelta(days=length.days), timedelta(seconds=length.seconds)
    moved = (start + days).timestamp() + rest.total_seconds()
    return datetime.fromtimestamp(moved, start.tzinfo)


def _check_times(entry: Entry, cells: Cells) -> None:
    component, where = entry.component, entry.where
    if "DTSTART" not in component:
        raise BadInput(f"{where}: has no DTSTART; add one, or remove the event")
    _check_kind(where, "DTSTART", value_of(component, "DTSTART"), date)
    if "DTEND" in component:
        _check_kind(where, "DTEND", value_of(component, "DTEND"), date)
    elif "DURATION" in component:
        _check_kind(where, "DURATION", value_of(component, "DURATION"), timedelta)
    _check_order(where, component, cells)


def _check_kind(where: str, name: str, value: Any, kind: type) -> None:
    if not isinstance(value, kind):
        raise BadInput(f"{where}: {name} is not a {'length' if kind is timedelta else 'date or date-time'}; mend it")


def _check_order(where: str, component: Component, cells: Cells) -> None:
    if cells.week.moment(_end(component)) < cells.week.moment(value_of(component, "DTSTART")):
        raise BadInput(f"{where}: ends before it starts; mend DTEND")
