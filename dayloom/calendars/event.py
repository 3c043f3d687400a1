"""VEVENTs as entries of the schedule: one task per event, one position per occurrence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from icalendar import Component

from dayloom.calendars.component import category_of, sequence_of, title_of, upper, value_of
from dayloom.calendars.occurrence import Occurrence, is_override, occurrences, repeats
from dayloom.calendars.parse import Entry
from dayloom.calendars.people import location_of, people_of
from dayloom.calendars.reading import LeftOut, Reading, Reason
from dayloom.calendars.value_types import align
from state.cells import Cells
from state.errors import BadInput
from state.schedule import EventInfo, Position, Source, Status, Task
from state.when import say_date, say_moment

CAN_EMBED: Final = "X-DAYLOOM-CAN-EMBED"
"""An event with this property set to TRUE may host one task per occurrence (a train ride, a lecture)."""


def read_events(entries: Iterable[Entry], cells: Cells, addresses: frozenset[str]) -> Reading:
    """Return the events that lie in the window; `addresses` are the person's own, in lower case.

    A UID is one event over all files. One whose times cannot be worked out is left out, with its line and a cure.
    """
    found = Reading()
    for uid, series in _by_uid(entries, cells).items():
        try:
            found += _event(uid, series, cells, addresses)
        except BadInput as refused:
            found += Reading(left_out=(LeftOut(title_of(series[0].component), uid, Reason.UNREADABLE, str(refused)),))
    return found


def _by_uid(entries: Iterable[Entry], cells: Cells) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.uid, []).append(entry)
    return {uid: _align(_with_main(series), cells) for uid, series in groups.items()}


def _with_main(series: list[Entry]) -> list[Entry]:
    """Return the entries of a UID; where all are instances and one repeats, the series is kept in that one."""
    if not all(map(is_override, series)):
        return series
    return [_without(one, "RECURRENCE-ID") if "RRULE" in one.component else one for one in series]


def _without(entry: Entry, name: str) -> Entry:
    component = entry.component.copy()
    component.pop(name)
    return replace(entry, component=component)


def _align(series: Sequence[Entry], cells: Cells) -> list[Entry]:
    master = next((one for one in series if not is_override(one)), series[0]).component
    return [replace(one, component=align(one.component, master, one.zone or cells.week.zone)) for one in series]


def _event(uid: str, series: Sequence[Entry], cells: Cells, addresses: frozenset[str]) -> Reading:
    series, old = newest(series)
    main, title = series[0].component, title_of(series[0].component)
    outdated = tuple(LeftOut(title_of(one.component), uid, reason) for one, reason in old)
    if not (found := occurrences(series, cells)):
        return Reading(left_out=(LeftOut(title, uid, Reason.OUTSIDE_WINDOW, _when_of(main)), *outdated))
    reason = _not_busy(main, addresses)
    if reason is Reason.CANCELLED or (reason and len(series) == 1):
        return Reading(left_out=(LeftOut(title, uid, reason, _moment_of(found[0])), *outdated))
    idle = [(one, _idle(one, addresses)) for one in found]
    at = cells.merge(position for one, why in idle if not why for position in cells.positions(one.start, one.end))
    left = tuple(LeftOut(title_of(one.component), uid, why, _moment_of(one)) for one, why in idle if why)
    events = (_task(series, uid, title, at),) if at else ()
    return Reading(events=events, left_out=left + outdated)


def newest(series: Sequence[Entry]) -> tuple[list[Entry], list[tuple[Entry, Reason]]]:
    """Return the event in its newest revision, then its overridden instances in theirs, and what these supersede."""
    instances: dict[str, list[Entry]] = {}
    for one in series:
        at = value_of(one.component, "RECURRENCE-ID").isoformat() if is_override(one) else ""
        instances.setdefault(at, []).append(one)
    current: list[Entry] = []
    old: list[tuple[Entry, Reason]] = []
    for at in sorted(instances, key=bool):
        newest = max(map(_revision, instances[at]))
        kept: list[Entry] = []
        for one in instances[at]:
            if _revision(one) != newest and (at or not _split(one, instances[at])):
                old.append((one, Reason.OUTDATED))
            elif any(one.component == other.component for other in kept):
                old.append((one, Reason.DUPLICATE))
            else:
                kept.append(one)
        current += kept
    return current, old


def _split(one: Entry, others: Sequence[Entry]) -> bool:
    """Tell whether a program has written a series in parts, under one UID and revision in one file."""
    return all(
        other.file == one.file and sequence_of(other.component) == sequence_of(one.component) for other in others
    )


def _revision(entry: Entry) -> tuple[int, bool, float]:
    component = entry.component
    return sequence_of(component), upper(component, "STATUS") == "CANCELLED", _last_modified(component)


def _last_modified(component: Component) -> float:
    stamps = (getattr(component.get(name), "dt", None) for name in ("LAST-MODIFIED", "DTSTAMP"))
    return next((stamp.timestamp() for stamp in stamps if isinstance(stamp, datetime)), 0.0)


def _idle(one: Occurrence, addresses: frozenset[str]) -> Reason | None:
    """Return why an occurrence takes no time of the person, or None when it does."""
    return _not_busy(one.component, addresses) or (Reason.NO_TIME if one.end <= one.start else None)


def _not_busy(component: Component, addresses: frozenset[str]) -> Reason | None:
    if upper(component, "STATUS") == "CANCELLED":
        return Reason.CANCELLED
    free = upper(component, "TRANSP") or upper(component, "X-MICROSOFT-CDO-BUSYSTATUS")
    if free in {"TRANSPARENT", "FREE"}:
        return Reason.FREE
    return Reason.DECLINED if addresses & set(_decliners(component)) else None


def _decliners(component: Component) -> Iterator[str]:
    found: Any = component.get("ATTENDEE", [])
    for attendee in found if isinstance(found, list) else [found]:
        if str(attendee.params.get("PARTSTAT", "")).upper() == "DECLINED":
            yield from (text.lower().removeprefix("mailto:") for text in (attendee, attendee.params.get("EMAIL", "")))


def _task(series: Sequence[Entry], uid: str, title: str, at: tuple[Position, ...]) -> Task:
    component = series[0].component
    return Task(
        id=1,
        source=Source.EVENT,
        source_id=uid,
        title=title,
        category=category_of(component),
        status=Status.EXISTING,
        locked=True,
        can_embed=upper(component, CAN_EMBED) == "TRUE",
        duration=max(1, at[0].length),
        slots=at,
        event=_info(series),
    )


def _info(series: Sequence[Entry]) -> EventInfo | None:
    """Return what else an event says of itself; None when that is nothing."""
    main = series[0]
    lines = list(main.block.own) if main.block else []
    info = EventInfo(
        attendees=people_of(lines, "ATTENDEE"),
        organizer=next(iter(people_of(lines, "ORGANIZER")), ""),
        location=location_of(lines),
        calendar=main.calendar,
        repeats=repeats(series),
        whole_day=not isinstance(value_of(main.component, "DTSTART"), datetime),
    )
    return None if info == EventInfo() else info


def _moment_of(one: Occurrence) -> str:
    return say_date(one.start.date()) if one.whole_day else say_moment(one.start)


def _when_of(component: Component) -> str:
    start = value_of(component, "DTSTART")
    said = say_moment(start) if isinstance(start, datetime) else say_date(start)
    return f"from {said}" if "RRULE" in component else said
