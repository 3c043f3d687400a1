"""Layer four: where the turn stands right now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from prompts.changes import say_change
from prompts.fence import fence
from prompts.memory import say_memory
from prompts.week import Detail, say_days, say_week
from state.common import CommonState, new_words
from state.prompt import Purpose
from state.schedule import Schedule
from state.turn import baseline_schedule
from state.when import Locale, say_date, say_moment, say_position

LISTED: Final = 40

_WANTED: Final[Mapping[Purpose, str]] = {
    Purpose.PLAN: "Now plan: answer with one decision to plan, as JSON.",
    Purpose.EXECUTE: "Now work: answer with one decision to work, as JSON.",
    Purpose.DELIVER: "Now report: write the final message to the person, as plain text.",
    Purpose.ANSWER: "The person asked about this card: answer that in few words, as plain text. It stays open.",
}

_UNATTENDED: Final = (
    "This is a task that nobody watches. Break it down and act; do not ask, for a question stops the work until "
    "somebody comes: only when nothing can be done without the answer. End with a report: what was done, and what is "
    "still open."
)
_REFUSED: Final = "Your last reply was refused, for the reason above; put it right."


def opening(state: CommonState, detail: Detail) -> str:
    """Return the draft and the memory as they were when this turn began: they stay the same while the turn goes on."""
    draft = fence("The draft when the person wrote this.\n" + say_week(baseline_schedule(state), detail))
    return f"{draft}\n\n{remembered}" if (remembered := say_memory(state.memory)) else draft


def ending(state: CommonState, purpose: Purpose, record: str, detail: Detail) -> str:
    """Return what has changed since, `record`, where the turn stands, and what is wanted now."""
    lines = [*_progress(state), _order_policy(state), *_past(state), *_since(state, detail), record]
    refused = [_REFUSED] if state.corrections.latest and purpose in (Purpose.PLAN, Purpose.EXECUTE) else []
    return "\n".join([fence("\n".join(line for line in lines if line)), *_task(state), *refused, _WANTED[purpose]])


def _task(state: CommonState) -> list[str]:
    """Return what is said of work that nobody watches."""
    return [] if state.settings.attended else [line for line in (_UNATTENDED, state.task) if line]


def _progress(state: CommonState) -> list[str]:
    lines = [f"Round {state.rounds} of {state.settings.max_rounds}."]
    if state.goal != "\n".join(new_words(state.messages)):
        lines.append(f"Goal, in the person's words: {state.goal}")
    if state.plan is not None and (step := state.plan.step) is not None:
        done_when = f" Done when: {step.done_when}." if step.done_when else ""
        lines.append(f"Plan step {state.plan.current + 1} of {len(state.plan.steps)}: {step.content}.{done_when}")
    if state.queue.waiting or state.queue.current is not None:
        lines.append(f"Queue: {len(state.queue.waiting)} waiting, working on task {state.queue.current}.")
    if state.answer:
        lines.append(f"Latest answer on a card: {state.answer}")
    return [*lines, *_by_hand(state)]


def _by_hand(state: CommonState) -> list[str]:
    if not state.by_hand:
        return []
    moved = [say_change(change, Locale.EN) for change in state.by_hand[-LISTED:]]
    return ["The person has moved these themselves since; leave them there unless asked:", *moved]


def _order_policy(state: CommonState) -> str:
    if state.allow_reorder:
        return "Order: the person said that the order of tasks does not matter."
    return "Order: tasks of one ordered group keep their order; reordering is not allowed."


def _past(state: CommonState) -> list[str]:
    schedule, now, soonest = state.schedule, state.started_at, state.schedule.window.not_before
    today = [f"Today is {say_date(state.today)}."] if now else []
    if now is None or soonest is None or soonest.timestamp() <= schedule.start_of(1, 1).timestamp():
        return today
    said = say_moment(soonest.astimezone(schedule.zone))
    bound = (
        f"What begins before {said} is past or too soon: no tool places anything there, and "
        "what lies there stays; only the person can put work there, by hand."
    )
    return [*today, bound, *_list_missed(schedule, now)]


def _list_missed(schedule: Schedule, now: datetime) -> list[str]:
    missed = [
        f"[{task.id}] {task.title}, {say_position(schedule, at)}"
        for task in schedule.gone_by(now)
        if (at := task.position)
    ]
    overdue = ", ".join(f"[{task.id}]" for task in schedule.overdue_by(now)[:LISTED])
    lines = ["Missed, unless the person has done it; replan gives it a new place:", *missed[-LISTED:]] if missed else []
    return [*lines, f"Overdue without a place: {overdue}."] if overdue else lines


def _since(state: CommonState, detail: Detail) -> list[str]:
    before, now = baseline_schedule(state), state.schedule
    if before.tasks == now.tasks:
        return []
    days = [day for day in range(1, now.window.days + 1) if _on(before, day) != _on(now, day)]
    pending = ", ".join(f"[{task.id}]" for task in now.pending) or "none"
    return [
        "Days of the draft that have changed since, as they are now:",
        *say_days(now, days[: detail.days], detail),
        f"Tasks without a place now: {pending}.",
    ]


def _on(schedule: Schedule, day: int) -> list[tuple[int, int, int]]:
    return [(task.id, at.slot_start, at.slot_end) for task in schedule.tasks for at in task.slots if at.day == day]
