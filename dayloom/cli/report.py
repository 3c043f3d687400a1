"""What a command came to: the JSON object for scripts, and the exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from graph.agent import RunStatus, Turn
from prompts.deliver import without_place
from state.change import Change, changes
from state.desk import without_draft
from state.errors import DayloomError, ModelUnavailable, Unavailable, Unreadable
from state.outcome import Outcome, OutcomeStatus
from state.turn import baseline_schedule


class ExitCode(IntEnum):
    """What the shell is told."""

    DONE = 0
    USAGE = 2
    UNFINISHED = 3
    WAITING = 4
    UNREACHABLE = 5


@dataclass(frozen=True)
class Report:
    """How a thread stands after a run, and what changed: in this turn, or against the calendar."""

    turn: Turn
    changes: tuple[Change, ...]

    @property
    def json(self) -> dict[str, Any]:
        """The object that `--json` prints; scripts rely on its keys."""
        state, asked = self.turn.state, self.turn.interrupt
        return {
            "thread_id": self.turn.thread,
            "run_id": self.turn.run,
            "status": self.turn.status.value,
            "outcome": state.outcome.model_dump(mode="json") if state.outcome else None,
            "interrupt": asked.payload if asked else None,
            "schedule": state.schedule.model_dump(mode="json"),
            "changes": changes_json(self.changes),
            "unplaced": [entry.model_dump(mode="json") for entry in without_place(state)],
            "rounds": state.rounds,
            "model_calls": state.model_calls,
            "usage": state.usage.model_dump(mode="json"),
            "preview_version": state.preview_version,
        }

    @property
    def exit_code(self) -> ExitCode:
        """How the run ended, for the shell."""
        if self.turn.interrupt is not None:
            return ExitCode.WAITING
        match self.turn.state.outcome:
            case Outcome(status=OutcomeStatus.COMPLETED):
                return ExitCode.DONE
            case Outcome(status=OutcomeStatus.FAILED):
                return ExitCode.UNREACHABLE
            case _:
                return ExitCode.UNFINISHED


def of_turn(turn: Turn) -> Report:
    """Report on a run: what changed since its first execute round."""
    return Report(turn, changes(baseline_schedule(turn.state), turn.state.schedule))


def of_thread(turn: Turn) -> Report:
    """Report on a thread: what the draft adds to the calendar."""
    return Report(turn, changes(without_draft(turn.state.schedule), turn.state.schedule))


def changes_json(found: Iterable[Change]) -> list[dict[str, Any]]:
    """Return changes as scripts see them."""
    return [change.model_dump(mode="json", exclude={"reason"}) for change in found]


def failure_json(error: DayloomError, thread: str | None) -> dict[str, Any]:
    """Return the object for a command that could not do its work: the same keys, status `error`, the reason as text."""
    code = error.code if isinstance(error, ModelUnavailable) else _snake(type(error).__name__)
    return {
        "thread_id": thread,
        "run_id": None,
        "status": RunStatus.ERROR.value,
        "outcome": Outcome(status=OutcomeStatus.FAILED, code=code, message=str(error)).model_dump(mode="json"),
        "interrupt": None,
        "schedule": {},
        "changes": [],
        "unplaced": [],
        "rounds": 0,
        "model_calls": 0,
        "usage": {"prompt_tokens": 0, "completion_tokens": 0},
        "preview_version": 0,
    }


def exit_code_of(error: DayloomError) -> ExitCode:
    """Return the exit code for an error: a service is at fault, or else what was asked for."""
    return ExitCode.UNREACHABLE if isinstance(error, Unavailable | Unreadable) else ExitCode.USAGE


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")
