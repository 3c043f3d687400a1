"""VTODOs as tasks to be placed.

SUMMARY, CATEGORIES, PRIORITY (0 or none: 3), DTSTART (earliest), DUE or DTSTART + DURATION (deadline) and the length:
X-DAYLOOM-DURATION in slots, else ESTIMATED-DURATION, else a DURATION without a DTSTART, as the time the work takes.
X-DAYLOOM-ORDER is the position in the category.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from icalendar import Component, vDuration

from dayloom.calendars.component import category_of, sequence_of, text_of, title_of, upper
from dayloom.calendars.field import read_deadline, read_duration, read_earliest, read_order
from dayloom.calendars.parse import Entry
from dayloom.calendars.reading import LeftOut, Reading, Reason
from dayloom.calendars.row import slots_note
from dayloom.calendars.todo_times import Times, open_instance
from state.cells import Cells
from state.errors import BadInput
from state.schedule import Source, Task
from state.when import say_date, say_moment


def read_todos(entries: Iterable[Entry], cells: Cells) -> Reading:
    """Return the open VTODOs; one that cannot be read is left out, with its line and a cure."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.uid, []).append(entry)
    found = Reading()
    for uid, series in groups.items():
        found += _read(uid, series, cells)
    return found


def _read(uid: str, series: Sequence[Entry], cells: Cells) -> Reading:
    mains = [one for one in series if "RECURRENCE-ID" not in one.component]
    main = max(mains or series, key=lambda one: sequence_of(one.component))
    rest = [one for one in series if one is not main]
    left = tuple(LeftOut(title_of(one.component), uid, _why_superseded(one)) for one in rest)
    title = title_of(main.component)
    if reason := _why_over(main.component):
        return Reading(left_out=(LeftOut(title, uid, reason), *left))
    try:
        times = open_instance(main, rest, cells)
        if times is None:
            return Reading(left_out=(LeftOut(title, uid, Reason.OUTSIDE_WINDOW, "its next repetition"), *left))
        task, notes = _task(main.component, uid, times, cells)
    except BadInput as refused:
        return Reading(left_out=(LeftOut(title, uid, Reason.UNREADABLE, str(refused)), *left))
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        detail = f"{main.where}: {error}"
        return Reading(left_out=(LeftOut(title, uid, Reason.UNREADABLE, detail), *left))
    return Reading(tasks=(task,), left_out=left, notes=tuple(notes))


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
    if "RRULE" in component:
        notes.append(f"{title}: repeats; the instance {_say_times(times)} is planned")
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


def _say_times(times: Times) -> str:
    when, word = (times.due, "due") if times.due else (times.start, "from")
    return f"{word} {say_moment(when) if isinstance(when, datetime) else say_date(when)}" if when else ""


def _duration(component: Component, title: str, cells: Cells) -> tuple[int, list[str]]:
    if slots := text_of(component, "X-DAYLOOM-DURATION"):
        return read_duration(slots, cells).slots, []
    # Beside a start, DURATION says when the task is due; without one it can only mean the work.
    for name in ("ESTIMATED-DURATION", *(() if "DTSTART" in component else ("DURATION",))):
        length = _length(component.get(name))
        if length is not None and length > timedelta():
            minutes = -(-int(length.total_seconds()) // 60)
            slots = cells.week.slots_for(minutes)
            return slots, [slots_note(title, minutes, slots, cells)]
    return 1, [f"{title}: says no duration; taken as 1 slot"]


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
