"""The newest draft of the schedule, published while the run is still working."""

from __future__ import annotations

from enum import StrEnum

from state.change import Change
from state.schedule import Schedule, Value


class PreviewState(StrEnum):
    """How settled a preview is."""

    WORKING = "working"
    FINAL = "final"
    ABANDONED = "abandoned"


class Preview(Value):
    """A draft with a version that only grows, and its difference to the committed calendar."""

    version: int
    state: PreviewState
    schedule: Schedule
    changes: tuple[Change, ...]
