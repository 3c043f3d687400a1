"""How a run hands control back, as its last event tells it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from state.common import CommonState, Phase, new_words
from state.events import Event, EventType
from state.outcome import NO_ERROR, OutcomeStatus


class RunStatus(StrEnum):
    """How a run stands; all but the first two are final."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCESS = "success"
    INTERRUPTED = "interrupted"
    ERROR = "error"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Tell whether the run has ended."""
        return self not in (RunStatus.PENDING, RunStatus.RUNNING)


LAST: Final[Mapping[RunStatus, EventType]] = {
    RunStatus.SUCCESS: EventType.RUN_COMPLETED,
    RunStatus.INTERRUPTED: EventType.RUN_INTERRUPTED,
    RunStatus.ERROR: EventType.RUN_FAILED,
    RunStatus.TIMEOUT: EventType.RUN_FAILED,
    RunStatus.CANCELLED: EventType.RUN_CANCELLED,
}
"""The last event of a run that ended so."""


def run_status(state: CommonState) -> RunStatus:
    """Return how the run that left this state stands."""
    if state.interrupt is not None:
        return RunStatus.INTERRUPTED
    outcome = state.outcome
    if outcome is None or (
        outcome.code not in NO_ERROR and outcome.status in {OutcomeStatus.FAILED, OutcomeStatus.ABORTED}
    ):
        return RunStatus.ERROR
    return RunStatus.CANCELLED if outcome.status is OutcomeStatus.CANCELLED else RunStatus.SUCCESS


def last_event(state: CommonState) -> Event:
    """Return the event that ends the run that left this state."""
    status = run_status(state)
    if status is RunStatus.INTERRUPTED:
        return Event(type=EventType.RUN_INTERRUPTED)
    outcome = state.outcome.model_dump(mode="json") if state.outcome else None
    return Event(type=LAST[status], data={"outcome": outcome})


def unfinished(state: CommonState) -> bool:
    """Tell whether a turn is under way, or a message was taken in that none has begun to answer."""
    return state.phase is not Phase.DONE or bool(new_words(state.messages))
