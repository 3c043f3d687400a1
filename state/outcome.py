"""How a run ended."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pydantic import Field

from state.schedule import Value
from state.tool import ToolCall

DECLINED: Final = "declined"
"""The code of a turn that the person has left at a card."""

NOT_UNDERSTOOD: Final = "not_understood"
"""The code of a turn in which nothing was done because the words were not understood."""

NOT_POSSIBLE: Final = "not_possible"
"""The code of a turn in which nothing could be done, and the person is told why."""

NO_ERROR: Final = frozenset({DECLINED, NOT_UNDERSTOOD, NOT_POSSIBLE})
"""The codes of turns that came to nothing although nothing went wrong in them."""


class OutcomeStatus(StrEnum):
    """The five true endings of a run."""

    COMPLETED = "completed"
    ABORTED = "aborted"
    EXHAUSTED = "exhausted"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Outcome(Value):
    """The ending, its stable code when it is not plain success, and the text for the person.

    `proposed` are the calls that a run of one call of the model would make, none of which was run.
    """

    status: OutcomeStatus
    code: str | None = None
    message: str = ""
    proposed: tuple[ToolCall, ...] = Field(default=(), exclude_if=lambda calls: not calls)
