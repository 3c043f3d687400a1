"""A run as whoever started it sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from state.ids import RunId, ThreadId
from state.ports import Accepted
from state.run_status import RunStatus

PARENT: Final = "parent"
"""What a request for a child run is about: thread and run of its parent."""
_CHILD: Final = "child-"


def child_thread(name: str) -> ThreadId:
    """Return the thread of a child run."""
    return ThreadId(f"{_CHILD}{name}")


def is_child(thread: ThreadId) -> bool:
    """Tell whether this is the thread of a child run."""
    return thread.startswith(_CHILD)


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
