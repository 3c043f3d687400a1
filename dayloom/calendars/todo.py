"""VTODOs as tasks to be placed.

SUMMARY, CATEGORIES, PRIORITY (0 or none: 3), DTSTART (earliest), DUE (deadline) and the length: X-DAYLOOM-DURATION in
slots, else ESTIMATED-DURATION or DURATION as the time the work takes. X-DAYLOOM-ORDER is the position in the category.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from icalendar import Component, vDuration

from dayloom.calendars.cells import Cells
from dayloom.calendars.component import by_uid, category_of, text_of, title_of, upper
from dayloom.calendars.field import Unreadable, read_deadline, read_duration, read_earliest, read_order
from dayloom.calendars.parse import Parsed
from dayloom.calendars.reading import LeftOut, Reading, Reason
from dayloom.calendars.row import slots_note
from state.errors import BadInput
from state.schedule import Source, Task


def read_todos(parsed: Parsed, cells: Cells) -> Reading:
    """Return the open VTODOs of a parsed file."""
    found = Reading()
    for uid, series in by_uid(parsed.components, "VTODO").items():
        found += _read(parsed, uid, series, cells)
    return found


def _read(parsed: Parsed, uid: str, series: Sequence[Component], cells: Cells) -> Reading:
    main = next((one for one in series if "RECURRENCE-ID" not in one), series[0])
    left = [LeftOut(title_of(one), uid, Reason.REPETITION) for one in series if one is not main]
    if reason := _settled(main):
        return Reading(left_out=(LeftOut(title_of(main), uid, reason), *left))
    try:
        task, notes = _task(main, uid, cells)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise BadInput(f"{parsed.where(main)}: {error}") from error
    return Reading(tasks=(task,), left_out=tuple(left), notes=tuple(notes))


def _settled(component: Component) -> Reason | None:
    if upper(component, "STATUS") == "CANCELLED":
        return Reason.CANCELLED
    done = upper(component, "STATUS") == "COMPLETED" or "COMPLETED" in component
    return Reason.COMPLETED if done or text_of(component, "PERCENT-COMPLETE") == "100" else None


def _task(component: Component, uid: str, cells: Cells) -> tuple[Task, list[str]]:
    title = title_of(component)
    duration, notes = _duration(component, title, cells)
    if "RRULE" in component:
        notes.append(f"{title}: repeats, but is planned once")
    order = text_of(component, "X-DAYLOOM-ORDER")
    return Task(
        id=1,
        source=Source.TASK_ITEM,
        source_id=uid,
        title=title,
        category=category_of(component),
        duration=duration,
        order=read_order(order, cells) if order else None,
        earliest=_when(component, "DTSTART", read_earliest, cells),
        deadline=_when(component, "DUE", read_deadline, cells),
        priority=_priority(component),
    ), notes


def _duration(component: Component, title: str, cells: Cells) -> tuple[int, list[str]]:
    if slots := text_of(component, "X-DAYLOOM-DURATION"):
        return read_duration(slots, cells).slots, []
    for name in ("ESTIMATED-DURATION", "DURATION"):
        length = _length(component.get(name))
        if length is not None and length > timedelta():
            minutes = -(-int(length.total_seconds()) // 60)
            slots = cells.slots_for(minutes)
            return slots, [slots_note(title, minutes, slots, cells)]
    return 1, [f"{title}: says no duration; taken as 1 slot"]


def _length(value: Any) -> timedelta | None:
    if value is None:
        return None
    length = getattr(value, "dt", None)
    if length is None:
        length = vDuration.from_ical(str(value))
    return length if isinstance(length, timedelta) else None


def _when(component: Component, name: str, read: Any, cells: Cells) -> datetime | None:
    value: Any = component.get(name)
    if value is None:
        return None
    if isinstance(value, list):
        raise Unreadable(f"has {name} twice; keep one")
    return read(value.dt, cells)


def _priority(component: Component) -> int:
    given = text_of(component, "PRIORITY")
    return int(given) if given in set("123456789") else 3
