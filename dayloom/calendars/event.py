"""VEVENTs as entries of the schedule: one task per event, one position per occurrence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from icalendar import Component

from dayloom.calendars.cells import Cells, merge_cells
from dayloom.calendars.component import by_uid, category_of, sequence_of, title_of, upper, value_of
from dayloom.calendars.occurrence import Occurrence, occurrences
from dayloom.calendars.parse import Parsed
from dayloom.calendars.reading import LeftOut, Reading, Reason
from state.schedule import Position, Source, Status, Task
from state.when import say_date, say_moment

CAN_EMBED: Final = "X-DAYLOOM-CAN-EMBED"
"""An event with this property set to TRUE may host one task per occurrence (a train ride, a lecture)."""


def read_events(parsed: Parsed, cells: Cells) -> Reading:
    """Return the events of a parsed file that lie in the window."""
    events: list[Task] = []
    left_out: list[LeftOut] = []
    for uid, series in by_uid(parsed.components, "VEVENT").items():
        task, left = _event(parsed, uid, series, cells)
        events.extend(task)
        left_out.extend(left)
    return Reading(events=tuple(events), left_out=tuple(left_out))


def _event(parsed: Parsed, uid: str, series: Sequence[Component], cells: Cells) -> tuple[list[Task], list[LeftOut]]:
    series, old = _newest(series)
    main, title = series[0], title_of(series[0])
    outdated = [LeftOut(title_of(one), uid, Reason.OUTDATED) for one in old]
    if not (found := occurrences(parsed, series, cells)):
        return [], [LeftOut(title, uid, Reason.OUTSIDE_WINDOW, _when_of(main)), *outdated]
    if len(series) == 1 and (reason := _not_busy(main)):
        return [], [LeftOut(title, uid, reason, _moment_of(found[0])), *outdated]
    placed = [(one, *_places(one, cells)) for one in found]
    at = merge_cells(position for _, positions, _ in placed for position in positions)
    left = [LeftOut(title_of(one.component), uid, reason, _moment_of(one)) for one, _, reason in placed if reason]
    return ([_task(main, uid, title, at)] if at else []), left + outdated


def _newest(series: Sequence[Component]) -> tuple[list[Component], list[Component]]:
    """Return the event, its newest revision first and then its overridden instances, and the revisions before."""
    mains = [one for one in series if "RECURRENCE-ID" not in one]
    newest = max(map(sequence_of, mains), default=0)
    current = [one for one in mains if sequence_of(one) == newest]
    overrides = [one for one in series if "RECURRENCE-ID" in one]
    return current + overrides, [one for one in mains if sequence_of(one) != newest]


def _places(one: Occurrence, cells: Cells) -> tuple[tuple[Position, ...], Reason | None]:
    if reason := _not_busy(one.component):
        return (), reason
    if one.end <= one.start:
        return (), Reason.NO_TIME
    touched = tuple(cells.touched(one.start, one.end))
    return touched, None if touched else Reason.OUTSIDE_SLOTS


def _not_busy(component: Component) -> Reason | None:
    if upper(component, "STATUS") == "CANCELLED":
        return Reason.CANCELLED
    return Reason.FREE if upper(component, "TRANSP") == "TRANSPARENT" else None


def _task(component: Component, uid: str, title: str, at: tuple[Position, ...]) -> Task:
    return Task(
        id=1,
        source=Source.EVENT,
        source_id=uid,
        title=title,
        category=category_of(component),
        status=Status.EXISTING,
        locked=True,
        can_embed=upper(component, CAN_EMBED) == "TRUE",
        duration=at[0].length,
        slots=at,
    )


def _moment_of(one: Occurrence) -> str:
    return say_date(one.start.date()) if one.whole_day else say_moment(one.start)


def _when_of(component: Component) -> str:
    start = value_of(component, "DTSTART")
    said = say_moment(start) if isinstance(start, datetime) else say_date(start)
    return f"from {said}" if "RRULE" in component else said
