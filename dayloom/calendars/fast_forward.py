"""Recurring events that began long ago begin again shortly before the window, so that years need no counting."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from icalendar import Component, vDDDTypes

from dayloom.calendars.component import value_of

_STEPS: Final = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}


def fast_forward(event: Component, begin: datetime) -> Component:
    """Return the event with its start moved towards `begin` by whole steps of its rule, if nothing after changes.

    That is so for one daily or weekly rule without COUNT. The moved start stays clear of the window by the length of
    the event and a week, because a start is an occurrence even where the rule has none.
    """
    step, start = _step(event), value_of(event, "DTSTART")
    if step is None or not isinstance(event.get("DTEND", event["DTSTART"]), vDDDTypes):
        return event
    clear = begin.date() - timedelta(days=8) - _length(event, start)
    moved = (clear - _day(start)) // step * step
    return _moved(event, moved) if moved > timedelta() else event


def _step(event: Component) -> timedelta | None:
    rule: Any = event.get("RRULE")
    if rule is None or isinstance(rule, list) or "COUNT" in rule or len(rule.get("INTERVAL", ())) > 1:
        return None
    unit = _STEPS.get(str(rule.get("FREQ", [""])[0]))
    interval = int(rule.get("INTERVAL", [1])[0])
    return unit * interval if unit and 0 < interval < 10_000 else None


def _length(event: Component, start: date | datetime) -> timedelta:
    if "DTEND" in event:
        return _day(value_of(event, "DTEND")) - _day(start)
    return value_of(event, "DURATION") if "DURATION" in event else timedelta(days=1)


def _moved(event: Component, by: timedelta) -> Component:
    moved = event.copy()
    for name in ("DTSTART", "DTEND"):
        if name in event:
            moved[name] = vDDDTypes(value_of(event, name) + by)
    return moved


def _day(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when
