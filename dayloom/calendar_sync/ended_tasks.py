"""Which tasks of a user's list are to be planned, and which were done or dropped, on a thread's schedule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dayloom.calendar_sync.task_list import as_row
from dayloom.calendars import Row, read_listed
from state.schedule import MOST_ENDED, EndedTask, Schedule
from state.task_edit import without_place
from state.task_item import TaskItem


def open_rows(items: Iterable[TaskItem]) -> list[Row]:
    """Return the tasks of a list that are to be planned, as the rows they were read from.

    Of a task that comes again those times are left out that stand in the list by themselves, or are over.
    """
    own: defaultdict[str, list[str]] = defaultdict(list)
    kept = list(items)
    for item in kept:
        if item.fields.get("period"):
            own[str(item.fields.get("parent"))].append(item.id)
    rows = [(as_row(item), own[item.id]) for item in kept if item.ending is None]
    return [replace(row, cells={**row.cells, "without": ids}) if ids else row for row, ids in rows]


def with_reopened(schedule: Schedule, items: Iterable[TaskItem]) -> Schedule:
    """Return the schedule with tasks that are to be planned again although they have ended on it."""
    again = {item.id for item in items if item.ending is None}
    back = [one.task for one in schedule.ended if one.task.source_id in again and one.task.id not in schedule.by_id]
    ended = tuple(one for one in schedule.ended if one.task.source_id not in again)
    if ended == schedule.ended:
        return schedule
    return schedule.model_copy(update={"tasks": (*schedule.tasks, *map(without_place, back)), "ended": ended})


def with_ended(schedule: Schedule, items: Sequence[TaskItem]) -> Schedule:
    """Return the schedule with what has ended on the list, so that it can be taken back on this thread too."""
    known = {one.task.source_id for one in schedule.ended}
    newest = sorted((item for item in items if item.ending), key=lambda item: item.ended or item.added)[-MOST_ENDED:]
    fresh = [item for item in newest if item.id not in known]
    if not fresh:
        return schedule
    week, id_ = schedule.model_copy(update={"tasks": ()}), schedule.next_id
    ended = list(schedule.ended)
    there = {task.source_id: task.id for task in schedule.tasks}
    for number, item in enumerate(fresh):
        for task in read_listed([_once(item)], week).tasks:
            numbered = task.model_copy(update={"id": there.get(item.id, id_ + number)})
            assert item.ending is not None
            ended.append(EndedTask(task=numbered, ending=item.ending, at=item.ended or item.added, took=item.took))
    return schedule.model_copy(update={"ended": tuple(ended)[-MOST_ENDED:]})


def _once(item: TaskItem) -> Row:
    """Return the row of a task that is over, as one task however often it came."""
    row = as_row(item)
    apart = ("max_block",) if item.fields.get("period") else ("repeat", "max_block")
    return replace(row, cells={name: value for name, value in row.cells.items() if name not in apart})
