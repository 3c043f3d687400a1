"""VTODOs as tasks to be placed.

SUMMARY, CATEGORIES, PRIORITY (0 or none: 3), DTSTART (earliest), DUE or DTSTART + DURATION (deadline) and the length:
X-DAYLOOM-DURATION in slots, else ESTIMATED-DURATION, else a DURATION without a DTSTART, as the time the work takes.
X-DAYLOOM-ORDER is the position in the category.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from icalendar import Component, vDuration

from dayloom.calendars.component import category_of, sequence_of, text_of, title_of, upper
from dayloom.calendars.field import read_deadline, read_duration, read_earliest, read_order
from dayloom.calendars.parse import Entry
from dayloom.calendars.reading import LeftOut, Reading, Reason
from dayloom.calendars.row import slots_note
from dayloom.calendars.sheet import Row
from dayloom.calendars.todo_times import Times, open_instance
from state.cells import Cells
from state.errors import BadInput
from state.schedule import Source, Task
from state.when import say_date, say_moment

T = TypeVar("T")


def read_todos(entries: Iterable[Entry], cells: Cells) -> Reading:
    """Return the open VTODOs; one that cannot be read is left out, with its line and a cure."""
    found = Reading()
    for series in _by_uid(entries):
        task, rest = _read(series, cells, lambda entry, times: _task(entry.component, entry.uid, times, cells))
        found += Reading(tasks=(task,) if task else ()) + rest
    return found


def list_todos(entries: Iterable[Entry], cells: Cells) -> tuple[tuple[Row, ...], Reading]:
    """Return the open VTODOs as rows of a list, and what of them is left out or was taken otherwise than written."""
    rows: list[Row] = []
    left = Reading()
    for series in _by_uid(entries):
        row, rest = _read(series, cells, _row)
        rows += [row] if row else []
        left += rest
    return tuple(rows), left


def _by_uid(entries: Iterable[Entry]) -> Iterable[list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.uid, []).append(entry)
    return groups.values()


def _read(
    series: Sequence[Entry], cells: Cells, make: Callable[[Entry, Times], tuple[T, list[str]]]
) -> tuple[T | None, Reading]:
    """Return what `make` makes of an open VTODO and notes, or else why it is left out."""
    uid = series[0].uid
    mains = [one for one in series if "RECURRENCE-ID" not in one.component]
    main = max(mains or series, key=lambda one: sequence_of(one.component))
    rest = [one for one in series if one is not main]
    left = tuple(LeftOut(title_of(one.component), uid, _why_superseded(one)) for one in rest)
    title = title_of(main.component)
    if reason := _why_over(main.component):
        return None, Reading(left_out=(LeftOut(title, uid, reason), *left))
    try:
        times = open_instance(main, rest, cells)
        if times is None:
            return None, Reading(left_out=(LeftOut(title, uid, Reason.OUTSIDE_WINDOW, "its next repetition"), *left))
        made, notes = make(main, times)
    except BadInput as refused:
        return None, Reading(left_out=(LeftOut(title, uid, Reason.UNREADABLE, str(refused)), *left))
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        detail = f"{main.where}: {error}"
        return None, Reading(left_out=(LeftOut(title, uid, Reason.UNREADABLE, detail), *left))
    return made, Reading(left_out=left, notes=tuple(notes))


def _why_superseded(entry: Entry) -> Reason:
    return Reason.REPETITION if "RECURRENCE-ID" in entry.component else Reason.OUTDATED


def _why_over(component: Component) -> Reason | None:
    if upper(component, "STATUS") == "CANCELLED":
        return Reason.CANCELLED
    done = upper(component, "STATUS") == "COMPLETED" or "COMPLETED" in component
    return Reason.COMPLETED if done or text_of(component, "PERCENT-COMPLETE") == "100" else None


def _task(component: Component, uid: str, times: Times, cells: Cells) -> tuple[Task, list[str]]:
    title = title_of(component)
    duration, notes = _duration(component, title, cells)
    deadline = read_deadline(times.due, cells) if times.due else None
    notes += _repeat_note(component, title, times)
    order = text_of(component, "X-DAYLOOM-ORDER")
    return Task(
        id=1,
        source=Source.TASK_ITEM,
        source_id=uid,
        title=title,
        category=category_of(component),
        duration=duration,
        order=read_order(order, cells) if order else None,
        earliest=read_earliest(times.start, cells) if times.start else None,
        deadline=deadline,
        priority=_priority(component),
    ), notes


def _row(entry: Entry, times: Times) -> tuple[Row, list[str]]:
    component, title = entry.component, title_of(entry.component)
    minutes = _minutes(component)
    said = {
        "title": title,
        "category": category_of(component),
        "duration": text_of(component, "X-DAYLOOM-DURATION") or (f"{minutes}min" if minutes else None),
        "order": text_of(component, "X-DAYLOOM-ORDER"),
        "earliest": times.start,
        "deadline": times.due,
        "priority": _priority(component),
    }
    cells = {name: value for name, value in said.items() if value not in (None, "")}
    return Row(entry.where, cells, entry.uid), _repeat_note(component, title, times)


def _repeat_note(component: Component, title: str, times: Times) -> list[str]:
    return [f"{title}: repeats; the instance {_say_times(times)} is planned"] if "RRULE" in component else []


def _say_times(times: Times) -> str:
    when, word = (times.due, "due") if times.due else (times.start, "from")
    return f"{word} {say_moment(when) if isinstance(when, datetime) else say_date(when)}" if when else ""


def _duration(component: Component, title: str, cells: Cells) -> tuple[int, list[str]]:
    if slots := text_of(component, "X-DAYLOOM-DURATION"):
        return read_duration(slots, cells).slots, []
    if minutes := _minutes(component):
        slots = cells.week.slots_for(minutes)
        return slots, [slots_note(title, minutes, slots, cells)]
    return 1, [f"{title}: says no duration; taken as 1 slot"]


def _minutes(component: Component) -> int | None:
    """Return how long the work takes: beside a start, DURATION says when it is due, and without one only the work."""
    for name in ("ESTIMATED-DURATION", *(() if "DTSTART" in component else ("DURATION",))):
        length = _length(component.get(name))
        if length is not None and length > timedelta():
            return -(-int(length.total_seconds()) // 60)
    return None


def _length(value: Any) -> timedelta | None:
    if value is None:
        return None
    length = getattr(value, "dt", None)
    if length is None:
        length = vDuration.from_ical(str(value))
    return length if isinstance(length, timedelta) else None


def _priority(component: Component) -> int:
    given = text_of(component, "PRIORITY")
    return int(given) if given in set("123456789") else 3
