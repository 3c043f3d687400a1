"""How a run ended."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from state.schedule import Value

DECLINED: Final = "declined"
"""The code of a turn that the person has left at a card: nothing went wrong in it."""


class OutcomeStatus(StrEnum):
    """The five true endings of a run."""

    COMPLETED = "completed"
    ABORTED = "aborted"
    EXHAUSTED = "exhausted"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Outcome(Value):
    """The ending, its stable code when it is not plain success, and the text for the person."""

    status: OutcomeStatus
    code: str | None = None
    message: str = ""
