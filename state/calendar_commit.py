"""What was written into the calendar and the list of tasks, and what is needed to take it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time
from enum import StrEnum
from typing import Any, Final

from pydantic import Field

from state.change import Change, ChangeKind, Placed
from state.ids import ThreadId
from state.schedule import Schedule, Source, Status, Task, Value
from state.task_edit import TaskEdit, shows, with_edits
from state.task_item import ItemChange


class CalendarEntry(Value):
    """An entry of the calendar that a draft has brought: its revision as `sequence`, and when it was written.

    `ics` is an event that was changed or added, as it is written with all that others have said of it. A new one stands
    in the `calendar` of this name, where there are several.
    """

    uid: str
    title: str
    category: str = ""
    start: datetime
    end: datetime
    sequence: int
    at: datetime
    ics: str = ""
    calendar: str = Field(default="", exclude_if=lambda name: not name)


class Commit(Value):
    """What one act of a thread wrote.

    From an `apply` the tasks as the draft had them, the UID of each, and the entries it replaced; from a change of the
    list its `edits` on the thread, and what became of the `items` of the user's own list; from a change of events its
    `edits`, their UIDs, and the entries that stood there.
    """

    id: str
    thread: ThreadId
    tasks: tuple[Task, ...] = ()
    uids: tuple[str, ...] = ()
    before: tuple[CalendarEntry, ...] = ()
    edits: tuple[TaskEdit, ...] = ()
    items: tuple[ItemChange, ...] = ()

    @property
    def undoing(self) -> tuple[TaskEdit, ...]:
        """What takes its changes of the list back."""
        return tuple(edit.reversed for edit in reversed(self.edits))


class Act(StrEnum):
    """What is done to a draft or a conversation by hand, and with calendar and list of tasks by whoever was told to.

    `send` is a message that goes out.
    """

    EDIT = "edit"
    APPLY = "apply"
    UNDO = "undo"
    TASKS = "tasks"
    MESSAGES = "messages"
    EVENTS = "events"
    SEND = "send"


IN_LIST: Final = frozenset({Act.TASKS, Act.EVENTS})
"""What changes the list of tasks or events by edits, and leaves the draft as it is."""


class Receipt(Value):
    """What an operation was asked and answered, so that repeating it changes nothing.

    `done` is false while the calendar has taken it and its thread has not. `refused` says why it was given up.
    """

    request: str
    act: Act | None = None
    commit: Commit | None = None
    answer: dict[str, Any] = Field(default_factory=dict[str, Any])
    done: bool = True
    refused: str | None = None


def calendar_changes(found: tuple[Change, ...], commit: Commit | None, schedule: Schedule) -> tuple[Change, ...]:
    """Return what changes in the calendar: what a commit writes over moves, and comes back when it is taken back.

    `found` are the changes as the days of the schedule show them, on which the replaced entries need not lie.
    """
    if commit is None or not commit.before:
        return found
    replaced = {entry.uid: entry for entry in commit.before}
    entries = {task.id: replaced[uid] for task, uid in zip(commit.tasks, commit.uids, strict=False) if uid in replaced}
    return tuple(_over(change, entries.get(change.task_id), schedule) for change in found)


def _over(change: Change, entry: CalendarEntry | None, schedule: Schedule) -> Change:
    if entry is None:
        return change
    there = _place(entry, schedule)
    if change.after is None:
        return change.model_copy(update={"kind": ChangeKind.MOVE, "after": there})
    if (change.after.start, change.after.end) == (there.start, there.end):
        return change
    return change.model_copy(update={"kind": ChangeKind.MOVE, "before": there})


def _closing(end: time) -> time:
    return time.max if end == time() else end


def _place(entry: CalendarEntry, schedule: Schedule) -> Placed:
    """Return where an entry lies, counted in the days and slots of a schedule, in whose window it need not be."""
    start, end = entry.start.astimezone(schedule.zone), entry.end.astimezone(schedule.zone)
    until = end.time() if end.date() == start.date() else time.max
    touched = [slot.slot for slot in schedule.grid if slot.start < until and start.time() < _closing(slot.end)]
    first, last = (touched[0], touched[-1]) if touched else (1, 0)
    return Placed(day=schedule.day_of(start.date()), slot_start=first, slot_end=last, start=start, end=end)


def as_existing(task: Task) -> Task:
    """Return a task of the draft as an entry of the calendar, which nobody but its person moves."""
    return task.model_copy(update={"status": Status.EXISTING, "locked": True})


def holds(schedule: Schedule, commit: Commit) -> bool:
    """Tell whether the schedule has everything of a commit: as entries of the calendar, and its changes of the list."""
    return shows(schedule, commit.edits) and all(
        schedule.by_id.get(task.id) == as_existing(task) for task in commit.tasks
    )


def can_follow(schedule: Schedule, commit: Commit) -> bool:
    """Tell whether everything of a commit is on the schedule as it was when it was written, or follows it already."""
    return holds(schedule, commit) or (
        shows(schedule, commit.undoing)
        and all(schedule.by_id.get(task.id) in (task, as_existing(task)) for task in commit.tasks)
    )


def with_draft_applied(schedule: Schedule) -> Schedule:
    """Return the schedule with everything its draft places as entries of the calendar."""
    return schedule.with_tasks([as_existing(task) for task in schedule.suggested])


def with_draft_again(schedule: Schedule, ids: Collection[int]) -> Schedule:
    """Return the schedule with these tasks as draft again, as far as the thread has written them into the calendar.

    There they stay until the draft is applied anew. What was done is over, and none of them.
    """
    open_ = {"status": Status.SUGGESTED, "locked": False}
    written = (schedule.by_id[id_] for id_ in ids if id_ in schedule.by_id and id_ not in schedule.ended_by_id)
    return schedule.with_tasks([task.model_copy(update=open_) for task in written if is_written(task)])


def is_written(task: Task) -> bool:
    """Tell whether this is work that its thread has written into the calendar."""
    return task.source is Source.TASK_ITEM and task.status is Status.EXISTING


def with_commit(schedule: Schedule, commit: Commit) -> Schedule:
    """Return the schedule with what a commit wrote marked existing, and its changes of the list made."""
    there = [as_existing(task) for task in commit.tasks if schedule.by_id.get(task.id) == task]
    return with_edits(schedule.with_tasks(there), commit.edits)


def without_commit(schedule: Schedule, commit: Commit) -> Schedule:
    """Return the schedule with what a commit wrote as a draft again, and the list as it was before it.

    What is not as it was written any more stays.
    """
    back = [task for task in commit.tasks if schedule.by_id.get(task.id) == as_existing(task)]
    return with_edits(schedule.with_tasks(back), commit.undoing)
