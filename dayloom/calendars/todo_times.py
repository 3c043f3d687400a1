"""When a to-do begins and is due; of a repeating one, the open instance that the window meets first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from dateutil.rrule import rrulestr
from icalendar import Component

from dayloom.calendars.component import upper, value_of
from dayloom.calendars.parse import Entry
from dayloom.calendars.rule import check_rules
from dayloom.calendars.value_types import align, like, rules_of
from state.cells import Cells

_MOST: Final = 50_000
"""How many instances are looked at before the window is reached; rules with more are refused before."""
_TIMES: Final = ("DTSTART", "DUE", "DURATION")


@dataclass(frozen=True)
class Times:
    """When a to-do may begin and when it is due; a date means the whole day."""

    start: date | datetime | None = None
    due: date | datetime | None = None


def open_instance(entry: Entry, instances: Sequence[Entry], cells: Cells) -> Times | None:
    """Return when the to-do is to be done; None when its open instances all lie outside of the window.

    `instances` are what its file says of single repetitions. Raises `BadInput`.
    """
    times = _times(entry)
    if times.start is None and times.due is None:
        return times
    zone = entry.zone or cells.week.zone
    rules = list(rules_of(entry.component))
    if not rules:
        return times
    anchor = times.due if times.start is None or _rule_means_due(rules[0], times) else times.start
    assert anchor is not None
    anchored = _anchor(entry.component, anchor)
    check_rules(anchored, entry.where, cells.span)
    done = {like(value_of(one.component, "RECURRENCE-ID"), anchor, zone) for one in instances if _is_done(one)}
    begin, end = cells.span
    for moment in _moments(align(anchored, anchored, zone), anchor):
        found = _shift(times, anchor, moment)
        if cells.week.moment(found.start or moment) >= end:
            return None
        if moment not in done and _over(found.due or moment, cells) >= begin:
            return found
    return None


def _times(entry: Entry) -> Times:
    start, due, length = (getattr(entry.component.get(name), "dt", None) for name in _TIMES)
    if due is None and start is not None and isinstance(length, timedelta):
        due = _last(start, length)
    return Times(start, due)


def _last(start: date | datetime, length: timedelta) -> date | datetime:
    """Return the end of a length; of whole days the last one, as a due date counts until its evening."""
    return start + length if isinstance(start, datetime) else start + max(length - timedelta(days=1), timedelta())


def _rule_means_due(rule: Any, times: Times) -> bool:
    """Tell whether the rule names days on which the to-do is due and not those on which it begins."""
    return not _fits(rule, times.start) and _fits(rule, times.due)


def _fits(rule: Any, when: date | datetime | None) -> bool:
    if when is None:
        return False
    clock = _clock(when)
    return next(_first_of(rule, clock), None) == clock


def _first_of(rule: Any, clock: datetime) -> Iterator[datetime]:
    plain = {part: values for part, values in rule.items() if part not in {"UNTIL", "COUNT"}}
    yield from islice(rrulestr(type(rule)(plain).to_ical().decode(), dtstart=clock), 1)


def _clock(when: date | datetime) -> datetime:
    return when.replace(tzinfo=None) if isinstance(when, datetime) else datetime(when.year, when.month, when.day)


def _anchor(component: Component, anchor: date | datetime) -> Component:
    """Return the to-do's repetition as if it began at `anchor`."""
    event = Component()
    event.add("DTSTART", anchor)
    for name in ("RRULE", "EXDATE"):
        if name in component:
            event[name] = component[name]
    return event


def _moments(event: Component, anchor: date | datetime) -> Iterator[date | datetime]:
    rule = next(rules_of(event))
    until = rule.get("UNTIL")
    text = type(rule)({part: values for part, values in rule.items() if part != "UNTIL"}).to_ical().decode()
    gone = {one.dt for group in _lists(event.get("EXDATE", [])) for one in group.dts}
    for clock in islice(rrulestr(text, dtstart=_clock(anchor)), _MOST):
        moment = clock.replace(tzinfo=anchor.tzinfo) if isinstance(anchor, datetime) else clock.date()
        if until and moment > until[0]:
            return
        if moment not in gone:
            yield moment


def _lists(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _shift(times: Times, anchor: date | datetime, moment: date | datetime) -> Times:
    away = _clock(moment) - _clock(anchor)
    return Times(times.start + away if times.start else None, times.due + away if times.due else None)


def _over(due: date | datetime, cells: Cells) -> datetime:
    return cells.week.moment(due) if isinstance(due, datetime) else cells.week.close_of(due)


def _is_done(entry: Entry) -> bool:
    component = entry.component
    return upper(component, "STATUS") in {"COMPLETED", "CANCELLED"} or "COMPLETED" in component
