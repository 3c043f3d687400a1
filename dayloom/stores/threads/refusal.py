"""What a script may answer instead of `applied`, as errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from graph.open_card import not_open
from state.errors import DayloomError, MovedOn, RunCancelled, Stopped, Superseded, Unapproved, UnknownStep
from state.ids import ThreadId

_REFUSALS: Final[Mapping[str, Callable[[str], Stopped]]] = {
    "superseded": lambda thread: Superseded(f"another run has taken thread {thread!r} over"),
    "cancelled": lambda thread: RunCancelled(f"the run on thread {thread!r} was cancelled"),
    "clock": lambda thread: MovedOn(f"thread {thread!r} has a step from the future; set this machine's clock"),
}


def unknown_step(thread: str, checkpoint: str) -> UnknownStep:
    """Return the error for a step that is not, or no longer, kept."""
    return UnknownStep(f"there is no step {checkpoint!r} on thread {thread!r}")


def refusal(answer: str, thread: str) -> DayloomError:
    """Return the error for what a script answered instead of `applied`."""
    kind, _, why = answer.partition(": ")
    if kind == "unapproved":
        return Unapproved(f"the step was not committed: {why}")
    if kind == "stale":
        return not_open(ThreadId(thread), None, why)
    if kind in _REFUSALS:
        return _REFUSALS[kind](thread)
    return MovedOn(f"thread {thread!r} has moved on since this step began ({answer})")
