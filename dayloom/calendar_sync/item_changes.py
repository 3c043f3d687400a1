"""Changes of a thread's list of tasks as changes of the list that its user keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from dayloom.calendars import uids_in
from dayloom.stores.owner.calendar import MOST_TASKS, Calendar
from state.errors import CalendarChanged, TooLarge
from state.schedule import LISTED, Schedule, Task
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
    found: list[ItemChange] = []
    for number, edit in enumerate(edits, 1):
        id_ = edit.task.source_id
        before, new = there.get(id_), edit.before is None and edit.was is None
        if before is None and not new and id_.startswith(LISTED):
            raise CalendarChanged(f"{edit.task.title} is not on your list any more")
        if before or id_ in todos or (new and id_.startswith(LISTED)):
            start = before or TaskItem(id=id_, added=now, number=number, fields={})
            found.append(ItemChange(id=id_, before=before, after=_changed(schedule, start, edit)))
    if len(items) + sum(1 for one in found if one.before is None) > MOST_TASKS:
        raise TooLarge(f"There are {len(items)} tasks already, and {MOST_TASKS} are the most; delete some first.")
    return tuple(found)


def _changed(schedule: Schedule, item: TaskItem, edit: TaskEdit) -> TaskItem:
    """Return the task with what differs in the form in which lists are kept; all else stays as it was written."""
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
    return {_WRITTEN.get(name, name): value for name, value in plain.items() if value is not None}
