"""What differs between two schedules: the content of cards, previews and summaries."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from state.schedule import Position, Schedule, Value


def _unsaid(value: object) -> bool:
    return value is None


class ChangeKind(StrEnum):
    """What happened to a task."""

    PLACE = "place"
    MOVE = "move"
    UNPLACE = "unplace"


class Placed(Value):
    """A position with its clock times."""

    day: int
    slot_start: int
    slot_end: int
    start: datetime
    end: datetime

    @property
    def position(self) -> Position:
        """The position alone."""
        return Position(day=self.day, slot_start=self.slot_start, slot_end=self.slot_end)


class Change(Value):
    """One task whose place differs, with the old and the new place; `reason` says why a planner moved it."""

    task_id: int
    title: str
    kind: ChangeKind
    before: Placed | None
    after: Placed | None
    reason: str | None = None


class Unplaced(Value):
    """A task that has no place, and why; split into so many `parts` it would have some."""

    task_id: int
    title: str
    reason: str
    parts: int | None = Field(default=None, exclude_if=_unsaid)


def with_times(schedule: Schedule, position: Position | None) -> Placed | None:
    """Add clock times to a position."""
    if position is None:
        return None
    start, end = schedule.span_of(position)
    return Placed(day=position.day, slot_start=position.slot_start, slot_end=position.slot_end, start=start, end=end)


def changes(before: Schedule, after: Schedule) -> tuple[Change, ...]:
    """Return every task whose place differs, in the order of the new start, unplaced ones last.

    New ones that have a place are among them.
    """
    old = {task.id: task.slots for task in before.tasks}
    found = [_change(before, after, task.id) for task in after.tasks if old.get(task.id, ()) != task.slots]
    return tuple(sorted(found, key=lambda change: (change.after is None, _when(change), change.task_id)))


def _change(before: Schedule, after: Schedule, task_id: int) -> Change:
    there = before.by_id.get(task_id)
    old = with_times(before, there.position if there else None)
    new = with_times(after, after.by_id[task_id].position)
    kind = ChangeKind.MOVE if old and new else ChangeKind.PLACE if new else ChangeKind.UNPLACE
    return Change(task_id=task_id, title=after.by_id[task_id].title, kind=kind, before=old, after=new)


def _when(change: Change) -> datetime:
    at = change.after or change.before
    assert at is not None, "a change has an old or a new place"
    return at.start
