"""The prompt of the deliver node, and the text it falls back to when no model writes one."""

from __future__ import annotations

from collections.abc import Iterator

from langchain_core.messages import SystemMessage

from prompts.changes import say_booked, say_changes, say_open
from prompts.fence import fence
from prompts.history import history
from prompts.instructions import instructions
from prompts.wording import WORDS
from state.change import Change, Unplaced
from state.common import CommonState
from state.prompt import Prompt
from state.turn import taken_back, written


def deliver_prompt(state: CommonState, changed: tuple[Change, ...]) -> Prompt:
    """Ask for the final message of a completed turn."""
    record = SystemMessage("# Record of this turn\n\n" + fence(summary(state, changed)))
    return Prompt(
        messages=(instructions("deliver", state.locale, ()), *history(state.messages), record),
        format=None,
    )


def summary(state: CommonState, changed: tuple[Change, ...]) -> str:
    """Return what was done and what is open: steps with marks, changes, the calendar, and what has no place."""
    open_tasks = say_open(without_place(state), state.locale)
    booked = list(say_booked(state.schedule, written(state), taken_back(state), state.locale))
    moved = say_changes(changed, state.locale) if changed or not booked else ()
    return "\n".join([*_steps(state), *moved, *booked, *open_tasks])


def one_line(state: CommonState, changed: tuple[Change, ...]) -> str:
    """Return the whole loop in one line, for the archive."""
    ending = state.outcome.status.value if state.outcome else "completed"
    booked = {"written into the calendar": written(state), "taken out of the calendar": taken_back(state)}
    return "; ".join(
        [
            ending,
            f"{len(changed)} changes",
            *(f"{len(tasks)} {how}" for how, tasks in booked.items() if tasks),
            f"{sum(1 for _ in state.schedule.pending)} tasks without a place",
        ]
    )


def without_place(state: CommonState) -> tuple[Unplaced, ...]:
    """Return every task that has no place, with the planner's reason where there is one."""
    reasons = {entry.task_id: entry.reason for entry in state.unplaced}
    default = WORDS[state.locale].not_planned
    return tuple(
        Unplaced(task_id=task.id, title=task.title, reason=reasons.get(task.id, default))
        for task in state.schedule.pending
    )


def _steps(state: CommonState) -> Iterator[str]:
    if state.plan is None:
        return
    for number, step in enumerate(state.plan.steps):
        yield f"{'✓' if number < state.plan.current else '○'} {step.content}"
