"""Recurring events that began long ago begin again shortly before the window, so that years need no counting."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any, Final

from icalendar import Component, vDDDTypes

from dayloom.calendars.component import value_of

_DAYS: Final = {"DAILY": 1, "WEEKLY": 7}
_PER_DAY: Final = {"HOURLY": 24, "MINUTELY": 24 * 60}


def fast_forward(event: Component, begin: datetime) -> Component:
    """Return the event with its start moved towards `begin` by whole steps of its rule, if nothing after changes.

    That is so for one rule without COUNT whose steps are whole days, or come out even after some days. The moved start
    stays clear of the window by the length of the event and a week, because a start is an occurrence even where the
    rule has none.
    """
    step, start = _step(event), value_of(event, "DTSTART")
    if step is None or not isinstance(event.get("DTEND", event["DTSTART"]), vDDDTypes):
        return event
    clear = begin.date() - timedelta(days=8) - _length(event, start)
    moved = (clear - _day(start)) // step * step
    return _move(event, moved) if moved > timedelta() else event


def _step(event: Component) -> timedelta | None:
    rule: Any = event.get("RRULE")
    if rule is None or isinstance(rule, list) or "COUNT" in rule or len(rule.get("INTERVAL", ())) > 1:
        return None
    frequency, interval = str(rule.get("FREQ", [""])[0]), int(rule.get("INTERVAL", [1])[0])
    if not 0 < interval < 10_000:
        return None
    if frequency in _PER_DAY:
        return timedelta(days=interval // math.gcd(interval, _PER_DAY[frequency]))
    return timedelta(days=_DAYS[frequency] * interval) if frequency in _DAYS else None


def _length(event: Component, start: date | datetime) -> timedelta:
    if "DTEND" in event:
        return _day(value_of(event, "DTEND")) - _day(start)
    return value_of(event, "DURATION") if "DURATION" in event else timedelta(days=1)


def _move(event: Component, by: timedelta) -> Component:
    moved = event.copy()
    for name in ("DTSTART", "DTEND"):
        if name in event:
            moved[name] = vDDDTypes(value_of(event, name) + by)
    return moved


def _day(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when
