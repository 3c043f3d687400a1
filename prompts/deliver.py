"""The prompt of the deliver node, and the text it falls back to when no model writes one."""

from __future__ import annotations

from collections.abc import Iterator

from langchain_core.messages import SystemMessage

from prompts.fence import fenced
from prompts.history import history
from prompts.instructions import instructions
from prompts.wording import WORDS
from state.change import Change, ChangeKind, Unplaced
from state.common import CommonState
from state.prompt import Prompt
from state.when import Locale, say_span

LISTED_CHANGES = 60


def deliver_prompt(state: CommonState, changed: tuple[Change, ...]) -> Prompt:
    """Ask for the final message of a completed turn."""
    record = SystemMessage("# Record of this turn\n\n" + fenced(summary(state, changed)))
    return Prompt(
        messages=(instructions("deliver", state.locale, ()), *history(state.messages), record),
        format=None,
        state=state,
    )


def summary(state: CommonState, changed: tuple[Change, ...]) -> str:
    """Return what was done and what is open: steps with marks, changes with old and new time, tasks without a place."""
    return "\n".join([*_steps(state), *_changed(state.locale, changed), *_open(state)])


def one_line(state: CommonState, changed: tuple[Change, ...]) -> str:
    """Return the whole loop in one line, for the archive."""
    ending = state.outcome.status.value if state.outcome else "completed"
    return f"{ending}; {len(changed)} changes; {sum(1 for _ in state.schedule.pending)} tasks without a place"


def _steps(state: CommonState) -> Iterator[str]:
    if state.plan is None:
        return
    for number, step in enumerate(state.plan.steps):
        yield f"{'✓' if number < state.plan.current else '○'} {step.content}"


def _changed(locale: Locale, changed: tuple[Change, ...]) -> Iterator[str]:
    words = WORDS[locale]
    yield words.changes.format(count=len(changed)) if changed else words.no_changes
    for change in changed[:LISTED_CHANGES]:
        yield f"- {say_change(change, locale)}"
    if len(changed) > LISTED_CHANGES:
        yield words.more.format(count=len(changed) - LISTED_CHANGES)


def say_change(change: Change, locale: Locale) -> str:
    """Return `Essay: Wed 25 Nov 2026 11:50-13:00 -> Thu …` in the person's language."""
    words = WORDS[locale]
    before = say_span(change.before.start, change.before.end, locale) if change.before else words.unplaced
    after = say_span(change.after.start, change.after.end, locale) if change.after else words.unplaced
    if change.kind is ChangeKind.PLACE:
        return f"{change.title}: {after}"
    return f"{change.title}: {before} → {after}"


def without_place(state: CommonState) -> tuple[Unplaced, ...]:
    """Return every task that has no place, with the planner's reason where there is one."""
    reasons = {entry.task_id: entry.reason for entry in state.unplaced}
    default = WORDS[state.locale].not_planned
    return tuple(
        Unplaced(task_id=task.id, title=task.title, reason=reasons.get(task.id, default))
        for task in state.schedule.pending
    )


def _open(state: CommonState) -> Iterator[str]:
    pending = without_place(state)
    if not pending:
        return
    yield WORDS[state.locale].pending.format(count=len(pending))
    for entry in pending[:LISTED_CHANGES]:
        yield f"- {entry.title}: {entry.reason}"
    if len(pending) > LISTED_CHANGES:
        yield WORDS[state.locale].more.format(count=len(pending) - LISTED_CHANGES)
