"""What reading files gives: entries, and everything that was left out or changed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from state.schedule import Schedule, Task


class Reason(StrEnum):
    """Why something in a file is not on the schedule."""

    CANCELLED = "cancelled"
    FREE = "marked as free time"
    OUTSIDE_WINDOW = "outside the planned days"
    NO_TIME = "takes no time"
    COMPLETED = "already done"
    REPETITION = "a repetition of a task; a task is planned once"
    DUPLICATE = "already read from another place"
    OUTDATED = "an older revision of the event"
    IN_CALENDAR = "already in the calendar"
    NOT_A_TASK = "an event in a task file; give the file as a calendar too"
    NOT_PLANNED = "neither an event nor a task"
    GONE = "no longer in the files"
    UNREADABLE = "cannot be read"
    DECLINED = "declined"


@dataclass(frozen=True)
class LeftOut:
    """An entry, or one occurrence of it, that is not on the schedule; `detail` says when or where."""

    title: str
    uid: str
    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        where = f" ({self.detail})" if self.detail else ""
        return f"{self.title}{where}: {self.reason}"


@dataclass(frozen=True)
class Reading:
    """What files hold for one window; ids are provisional, counted from 1.

    `notes` are things taken otherwise than they were written (rounded durations, assumed lengths).
    """

    events: tuple[Task, ...] = ()
    tasks: tuple[Task, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: Reading) -> Reading:
        return Reading(
            self.events + other.events,
            self.tasks + other.tasks,
            self.left_out + other.left_out,
            self.notes + other.notes,
        )


@dataclass(frozen=True)
class Loaded:
    """A schedule made from files, with what was left out and what was taken otherwise than written."""

    schedule: Schedule
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
