"""The newest draft of the schedule, published while the run is still working."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from state.change import Change
from state.schedule import Schedule, Value


class PreviewState(StrEnum):
    """How settled a preview is."""

    WORKING = "working"
    FINAL = "final"
    ABANDONED = "abandoned"


class Clash(Value):
    """A task of a draft, and the event of the calendar that lies there now."""

    task_id: int
    title: str
    event: str


class Preview(Value):
    """A draft with a version that only grows, and its difference to the committed calendar.

    `warnings` say what of the person's own last move they should know: which order and limits it broke.
    `outdated` says, for whoever looks at it, where the calendar has changed since and it no longer fits.
    """

    version: int
    state: PreviewState
    schedule: Schedule
    changes: tuple[Change, ...]
    warnings: tuple[str, ...] = Field(default=(), exclude_if=lambda found: not found)
    outdated: tuple[Clash, ...] = Field(default=(), exclude_if=lambda found: not found)
