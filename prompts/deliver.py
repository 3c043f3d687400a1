"""The record of a turn: what the final message is written from, and what stands in when no model writes one."""

from __future__ import annotations

from collections.abc import Iterator

from prompts.changes import say_booked, say_changes, say_edits, say_open
from prompts.memory import say_kept
from prompts.wording import WORDS
from state.change import Change, Unplaced
from state.common import CommonState
from state.turn import taken_back_tasks, written_tasks


def summary(state: CommonState, changed: tuple[Change, ...]) -> str:
    """Return what was done and what is open: steps with marks, changes, the calendar, and what has no place."""
    open_tasks = say_open(without_place(state), state.schedule, state.locale)
    booked = list(say_booked(state.schedule, written_tasks(state), taken_back_tasks(state), state.locale))
    listed = list(say_edits(state.list_changes, state.locale))
    moved = say_changes(changed, state.locale) if changed or not (booked or listed) else ()
    kept = [line] if changed and (line := say_kept(state.memory, state.schedule, state.locale)) else []
    return "\n".join([*_steps(state), *listed, *moved, *booked, *open_tasks, *kept])


def one_line(state: CommonState, changed: tuple[Change, ...]) -> str:
    """Return the whole loop in one line, for the archive."""
    ending = state.outcome.status.value if state.outcome else "completed"
    booked = {"written into the calendar": written_tasks(state), "taken out of the calendar": taken_back_tasks(state)}
    return "; ".join(
        [
            ending,
            f"{len(changed)} changes",
            *([f"{len(state.list_changes)} changes of the list of tasks"] if state.list_changes else []),
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
