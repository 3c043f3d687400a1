"""What tools work on: the draft, the work queue, and what the person has allowed."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from state.calendar_commit import Commit
from state.schedule import HostLink, Position, Schedule, Status, Value
from state.when import Locale


class OrderScope(StrEnum):
    """Which tasks keep their order among each other."""

    GROUP = "group"
    ALL = "all"


class Queue(Value):
    """Task ids to work through one by one; looking a task up never enqueues it."""

    waiting: tuple[int, ...] = ()
    current: int | None = None
    applied: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()


class Desk(Value):
    """The copy a tool works on; committing means that the state takes over what the tool returns.

    `now` is when the turn began, `locale` the language of the person, who reads the reasons of planners. `operation`
    names the call, so that what it makes has a name of its own; `listed` says that the schedule has taken in a list of
    tasks that the person keeps. `commit` is what a tool that acts in the calendar writes there, or takes back; None
    when there is nothing. `child_report` is what the child run of the call has reported.
    """

    schedule: Schedule
    queue: Queue = Queue()
    allow_reorder: bool = False
    order_scope: OrderScope = OrderScope.GROUP
    now: AwareDatetime | None = None
    locale: Locale = Locale.EN
    operation: str = ""
    listed: bool = False
    commit: Commit | None = None
    child_report: str = ""


class Placement(Value):
    """Where one task of the draft lies; `position` None means pending."""

    task_id: int
    position: Position | None
    host: HostLink | None = None


def placements(schedule: Schedule) -> tuple[Placement, ...]:
    """Return where every task of the draft lies, events left out."""
    return tuple(
        Placement(task_id=task.id, position=task.position, host=task.host)
        for task in schedule.tasks
        if task.status is not Status.EXISTING
    )


def with_placements(schedule: Schedule, wanted: tuple[Placement, ...]) -> Schedule:
    """Return the next version with these tasks placed (or pending) so, unchecked."""
    placed = ((task, _place_at(at)) for at in wanted if (task := schedule.by_id.get(at.task_id)))
    moved = [(task, place) for task, place in placed if any(getattr(task, name) != at for name, at in place.items())]
    return schedule.with_tasks([task.model_copy(update=place) for task, place in moved])


def _place_at(at: Placement) -> dict[str, Any]:
    slots = (at.position,) if at.position else ()
    return {"slots": slots, "host": at.host, "status": Status.SUGGESTED if at.position else Status.PENDING}


def without_draft(schedule: Schedule) -> Schedule:
    """Return the calendar without the draft: every suggested task pending."""
    return with_placements(schedule, tuple(Placement(task_id=task.id, position=None) for task in schedule.suggested))
