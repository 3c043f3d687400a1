"""What a thread takes in of its person's calendar and tasks, and how that differs from what it had."""

from __future__ import annotations

from dataclasses import dataclass

from state.schedule import Schedule, Source, Task


@dataclass(frozen=True)
class TakenIn:
    """A schedule on the calendar and tasks as they are now; `seen` stands for their version.

    It is None where the schedule was given as it is. `refused` says why they could not be taken in; the schedule is
    then as it was.
    """

    schedule: Schedule
    seen: str | None
    refused: str = ""


@dataclass(frozen=True)
class News:
    """The entries that came, that went, that lie elsewhere in the calendar, and the tasks that lost their place."""

    came: tuple[Task, ...] = ()
    went: tuple[Task, ...] = ()
    moved: tuple[Task, ...] = ()
    unplaced: tuple[Task, ...] = ()


def news_of(before: Schedule, after: Schedule) -> News:
    """Return how a schedule differs from the one before it."""
    both = [(before.by_id[task.id], task) for task in after.tasks if task.id in before.by_id]
    return News(
        came=tuple(task for task in after.tasks if task.id not in before.by_id),
        went=tuple(task for task in before.tasks if task.id not in after.by_id),
        moved=tuple(new for old, new in both if new.source is Source.EVENT and old.slots != new.slots),
        unplaced=tuple(new for old, new in both if old.slots and not new.slots),
    )
