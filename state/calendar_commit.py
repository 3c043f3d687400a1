"""What was written from a draft into the calendar, and what is needed to take it back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from state.ids import ThreadId
from state.schedule import Schedule, Status, Task, Value


class CalendarEntry(Value):
    """An entry of the calendar that a draft has brought: its revision as `sequence`, and when it was written."""

    uid: str
    title: str
    category: str = ""
    start: datetime
    end: datetime
    sequence: int
    at: datetime


class Commit(Value):
    """What one `apply` wrote: the tasks as the draft had them, the UIDs it wrote, and the entries it replaced."""

    id: str
    thread: ThreadId
    tasks: tuple[Task, ...]
    uids: tuple[str, ...]
    before: tuple[CalendarEntry, ...] = ()


class Act(StrEnum):
    """What a person does to a draft with their own hands."""

    EDIT = "edit"
    APPLY = "apply"
    UNDO = "undo"


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


def as_existing(task: Task) -> Task:
    """Return a task of the draft as an entry of the calendar, which nobody but its person moves."""
    return task.model_copy(update={"status": Status.EXISTING, "locked": True})


def holds(schedule: Schedule, commit: Commit) -> bool:
    """Tell whether the schedule has everything of a commit as entries of the calendar."""
    return all(schedule.by_id.get(task.id) == as_existing(task) for task in commit.tasks)


def drafts(schedule: Schedule, commit: Commit) -> bool:
    """Tell whether everything of a commit still lies in the draft as it was written."""
    return all(schedule.by_id.get(task.id) in (task, as_existing(task)) for task in commit.tasks)


def with_draft_applied(schedule: Schedule) -> Schedule:
    """Return the schedule with everything its draft places as entries of the calendar."""
    return schedule.replaced([as_existing(task) for task in schedule.suggested])


def with_commit(schedule: Schedule, commit: Commit) -> Schedule:
    """Return the schedule with what a commit wrote marked existing."""
    return schedule.replaced([as_existing(task) for task in commit.tasks if schedule.by_id.get(task.id) == task])


def without_commit(schedule: Schedule, commit: Commit) -> Schedule:
    """Return the schedule with what a commit wrote as a draft again, wherever it is still as it was written."""
    return schedule.replaced([task for task in commit.tasks if schedule.by_id.get(task.id) == as_existing(task)])
