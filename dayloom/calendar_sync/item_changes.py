"""Changes of a thread's list of tasks as changes of the list that its user keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from dayloom.calendars import uids_in
from dayloom.stores.owner.calendar import MOST_TASKS, Calendar
from state.errors import CalendarChanged, TooLarge
from state.schedule import LISTED, Ending, Schedule, Status, Task
from state.task_edit import TaskEdit, plain_fields
from state.task_item import ItemChange, TaskItem

_WRITTEN: Final = {"minutes": "duration", "hours": "time_range"}


def item_changes(
    schedule: Schedule, edits: Sequence[TaskEdit], items: Sequence[TaskItem], calendar: Calendar
) -> tuple[ItemChange, ...]:
    """Return what becomes of the user's list; a task that stands only on the thread, from a file, is none of it.

    A to-do of the calendar that is changed stands in the list from then on. Raises CalendarChanged when a task is not
    on the list any more, and TooLarge.
    """
    there, now = {item.id: item for item in items}, datetime.now(UTC)
    todos = uids_in(calendar.text) if calendar.text else frozenset[str]()
    edits = [edit for edit in edits if edit.limits is None]
    series = _series_changes(schedule, edits, there, now)
    covered = {id_ for found in series.values() for id_ in found[1]}
    found = [change for change, _ in series.values()]
    for number, edit in enumerate(edits, 1):
        id_, parent = edit.task.source_id, edit.task.parent or ""
        if edit.id in covered:
            continue
        before, new = there.get(id_), edit.before is None and edit.was is None
        repeats = edit.task.repeat is not None and parent in there
        if before is None and not new and not repeats and id_.startswith(LISTED):
            raise CalendarChanged(f"{edit.task.title} is not on your list any more")
        kept = id_.startswith(LISTED) or parent in there or parent in todos
        if before or id_ in todos or repeats or (new and kept):
            start = before or TaskItem(id=id_, added=now, number=number, fields={})
            found.append(ItemChange(id=id_, before=before, after=_changed(schedule, start, edit)))
    if len(items) + sum(1 for one in found if one.before is None) > MOST_TASKS:
        raise TooLarge(f"There are {len(items)} tasks already, and {MOST_TASKS} are the most; delete some first.")
    return tuple(found)


def _series_changes(
    schedule: Schedule, edits: Sequence[TaskEdit], there: Mapping[str, TaskItem], now: datetime
) -> dict[str, tuple[ItemChange, frozenset[int]]]:
    """Return what becomes of each task that comes again, with the edits that are told by it.

    One time of it is changed by itself when another that is open stays as it was.
    """
    found: dict[str, tuple[ItemChange, frozenset[int]]] = {}
    for parent in dict.fromkeys(edit.task.parent for edit in edits if edit.task.repeat and edit.task.parent):
        mine = [edit for edit in edits if parent in (edit.task.parent, edit.task.source_id) and not _is_ending(edit)]
        open_ = {task.id for task in schedule.parts_of(parent) if task.status is not Status.EXISTING}
        if not mine or not open_ <= {edit.id for edit in mine} or not (parent in there or parent.startswith(LISTED)):
            continue
        before, new = there.get(parent), next((edit.after for edit in mine if edit.after), None)
        start = before or TaskItem(id=parent, added=now, number=1, fields={})
        old = next((edit.before for edit in mine if edit.before), None)
        after: TaskItem | None
        if new is None:
            after = start.model_copy(update={"ending": Ending.DROPPED, "ended": now})
        elif new.repeat is None:
            after = start
        else:
            whole = TaskEdit(id=new.id, before=old and _whole(old), after=_whole(new))
            after = _changed(schedule, start, whole)
        found[parent] = ItemChange(id=parent, before=before, after=after), frozenset(edit.id for edit in mine)
    return found


def _is_ending(edit: TaskEdit) -> bool:
    return edit.was is not None or edit.now is not None


def _whole(task: Task) -> Task:
    """Return a task as it stands in the list, whichever time of it this is."""
    return task.model_copy(update={"parent": None, "part": None, "period": None})


def _changed(schedule: Schedule, item: TaskItem, edit: TaskEdit) -> TaskItem | None:
    """Return the task with what differs in the form in which lists are kept; all else stays as it was written.

    None when it has gone into another one.
    """
    if edit.after is None and edit.now is None and edit.before is not None and edit.was is None:
        return None
    fields = item.fields or written_fields(schedule, edit.task)
    if item.fields and edit.before and edit.after:
        old, new = written_fields(schedule, edit.before), written_fields(schedule, edit.after)
        kept = {name: value for name, value in fields.items() if name in new or name not in old}
        fields = kept | {name: value for name, value in new.items() if old.get(name) != value}
    ended = edit.now
    return item.model_copy(
        update={
            "fields": fields,
            "ending": ended.ending if ended else None,
            "ended": ended.at if ended else None,
            "took": ended.took if ended else None,
        }
    )


def written_fields(schedule: Schedule, task: Task) -> dict[str, Any]:
    """Return a task as a row of a list is kept: `90min` or slots, ISO dates, clock times."""
    plain = plain_fields(schedule, task) | {"minutes": f"{task.minutes}min" if task.minutes else task.duration}
    plain |= {"repeat": str(task.repeat) if task.repeat and not task.period else None}
    plain |= {"parent": task.parent, "part": task.part, "period": _period(task)}
    return {_WRITTEN.get(name, name): value for name, value in plain.items() if value is not None}


def _period(task: Task) -> str | None:
    return f"{task.period.first}/{task.period.last}" if task.period else None
