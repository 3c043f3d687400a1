"""The times of one event brought to one type: programs mix dates with date-times, and UTC with local time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from icalendar import Component, vDDDTypes
from icalendar.prop import vDDDLists, vRecur

from dayloom.calendars.component import upper, value_of

WHOLE_DAY: Final = "X-MICROSOFT-CDO-ALLDAYEVENT"
_DAY: Final = timedelta(days=1)
_LAST_SECOND: Final = time(23, 59, 59)


def align(component: Component, master: Component, zone: tzinfo) -> Component:
    """Return the event with every time in the type of its start, and its RECURRENCE-ID in that of the series' start.

    `zone` is where whole days begin, and what time means that names no zone, if the calendar says so.
    """
    event = component.copy()
    event.subcomponents = []
    if not isinstance(getattr(event.get("DTSTART"), "dt", None), date):
        return event
    _set(event, "DTSTART", _start(event))
    start = value_of(event, "DTSTART")
    _align_end(event, start, zone)
    for name in ("EXDATE", "RDATE"):
        _align_list(event, name, start, zone)
    for rule in rules_of(event):
        _align_until(rule, start, zone)
    if "RECURRENCE-ID" in event and "DTSTART" in master:
        _set(event, "RECURRENCE-ID", like(value_of(event, "RECURRENCE-ID"), _start(master), zone))
    return event


def locate(component: Component, zone: tzinfo | None) -> Component:
    """Return the entry with its floating times in the zone that its calendar names."""
    if zone is None:
        return component
    entry = component.copy()
    entry.subcomponents = list(component.subcomponents)
    for name in ("DTSTART", "DTEND", "DUE", "RECURRENCE-ID"):
        value = getattr(entry.get(name), "dt", None)
        if isinstance(value, datetime) and value.tzinfo is None:
            _set(entry, name, value.replace(tzinfo=zone))
    return entry


def like(value: Any, start: date | datetime, zone: tzinfo) -> Any:
    """Return a time in the type of `start`: its day, or the same time on that day."""
    if isinstance(value, tuple):
        return value
    if not isinstance(start, datetime):
        return _local(value, zone).date() if isinstance(value, datetime) else value
    if not isinstance(value, datetime):
        return datetime.combine(value, start.timetz())
    if start.tzinfo is None:
        return _local(value, zone)
    return value.replace(tzinfo=start.tzinfo) if value.tzinfo is None else value


def rules_of(event: Component, name: str = "RRULE") -> Iterator[vRecur]:
    """Yield the rules of an event."""
    rules: Any = event.get(name, [])
    yield from rules if isinstance(rules, list) else [rules]


def first_of(rule: vRecur, part: str, default: Any = "") -> Any:
    """Return the one value that a part of a rule has, or its first."""
    values = rule.get(part)
    if values is None:
        return default
    return values[0] if isinstance(values, list) else values


def _local(when: datetime, zone: tzinfo) -> datetime:
    """Return the clock time at a place, without its zone."""
    return (when.astimezone(zone) if when.tzinfo else when).replace(tzinfo=None)


def _set(event: Component, name: str, value: Any) -> None:
    params = getattr(event.get(name), "params", {})
    event[name] = vDDDTypes(value)
    if "RANGE" in params:
        event[name].params["RANGE"] = params["RANGE"]


def _start(event: Component) -> date | datetime:
    """Return the start; Outlook writes a whole day as midnight to midnight, and says so."""
    start = value_of(event, "DTSTART")
    end = getattr(event.get("DTEND"), "dt", start)
    whole = upper(event, WHOLE_DAY) == "TRUE" and _at_midnight(start) and _at_midnight(end)
    return start.date() if whole else start


def _at_midnight(when: Any) -> bool:
    return isinstance(when, datetime) and when.time() == time()


def _align_end(event: Component, start: date | datetime, zone: tzinfo) -> None:
    end = getattr(event.get("DTEND"), "dt", None)
    if not isinstance(end, date):
        return
    if not isinstance(start, datetime):
        last = _whole_day_end(end, zone)
        _set(event, "DTEND", last if last != start else start + _DAY)
    elif not isinstance(end, datetime):
        until = datetime.combine(end, time(), tzinfo=start.tzinfo)
        _set(event, "DTEND", until if until > start or end < start.date() else until + _DAY)
    elif end.tzinfo is None:
        _set(event, "DTEND", end.replace(tzinfo=start.tzinfo))
    elif start.tzinfo is None:
        _set(event, "DTEND", _local(end, zone))


def _whole_day_end(end: date, zone: tzinfo) -> date:
    """Return the day after the last one; an end at some time of a day takes that day in."""
    if not isinstance(end, datetime):
        return end
    local = _local(end, zone)
    return local.date() + (_DAY if local.time() > time() else timedelta())


def _align_list(event: Component, name: str, start: date | datetime, zone: tzinfo) -> None:
    if name not in event:
        return
    lists: Any = event[name]
    values = [one.dt for group in (lists if isinstance(lists, list) else [lists]) for one in group.dts]
    if not isinstance(start, datetime):
        values = [value[0] if isinstance(value, tuple) else value for value in values]
    del event[name]
    if values:
        event[name] = [vDDDLists([like(value, start, zone)]) for value in values]


def _align_until(rule: vRecur, start: date | datetime, zone: tzinfo) -> None:
    """Read an UNTIL as other calendars do: without a zone as local to the event, and a date as that whole day."""
    until = first_of(rule, "UNTIL", None)
    if until is None:
        return
    if not isinstance(start, datetime):
        until = _local(until, zone).date() if isinstance(until, datetime) else until
    else:
        if not isinstance(until, datetime):
            until = datetime.combine(until, _LAST_SECOND)
        if start.tzinfo is None:
            until = _local(until, zone)
        else:
            until = (until if until.tzinfo else until.replace(tzinfo=start.tzinfo)).astimezone(UTC)
    rule["UNTIL"] = [until]
