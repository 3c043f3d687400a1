"""A run as whoever started it sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from state.ids import RunId, ThreadId
from state.ports import Accepted
from state.run_status import RunStatus


class MultitaskStrategy(StrEnum):
    """What becomes of a message while a run is at work on its thread: LangGraph's multitask strategies."""

    REJECT = "reject"
    ENQUEUE = "enqueue"
    INTERRUPT = "interrupt"
    ROLLBACK = "rollback"


@dataclass(frozen=True)
class Run:
    """One run of a thread: what it was asked to do, how it stands, and how many events it told (once it has ended)."""

    thread: ThreadId
    id: RunId
    status: RunStatus
    asked: Accepted
    events: int = 0
