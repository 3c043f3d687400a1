"""Layer four: where the turn stands right now."""

from __future__ import annotations

from collections import Counter
from typing import Final

from langchain_core.messages import SystemMessage

from prompts.changes import say_change
from prompts.fence import defuse, fence
from state.common import CommonState
from state.schedule import Schedule, Task
from state.when import Locale, say_date, say_moment

LISTED_TASKS: Final = 40


def situation(state: CommonState) -> SystemMessage:
    """Return goal, round, plan, latest correction and answer, order policy and draft as the model sees them."""
    parts = [
        f"Goal, in the person's words: {state.goal}",
        *_progress(state),
        _order_policy(state),
        draft(state.schedule),
        *_past(state.schedule),
    ]
    return SystemMessage("# Now\n\n" + "\n".join(parts))


def _progress(state: CommonState) -> list[str]:
    lines = [f"Round {state.rounds} of {state.settings.max_rounds}."]
    if state.plan is not None and (step := state.plan.step) is not None:
        done_when = f" Done when: {step.done_when}." if step.done_when else ""
        lines.append(f"Plan step {state.plan.current + 1} of {len(state.plan.steps)}: {step.content}.{done_when}")
    if state.queue.waiting or state.queue.current is not None:
        lines.append(f"Queue: {len(state.queue.waiting)} waiting, working on task {state.queue.current}.")
    if state.answer:
        lines.append(f"Latest answer on a card: {state.answer}")
    if state.corrections.latest:
        lines.append(f"Your last reply was refused: {state.corrections.latest}")
    return [*lines, *_by_hand(state)]


def _by_hand(state: CommonState) -> list[str]:
    if not state.by_hand:
        return []
    moved = [defuse(say_change(change, Locale.EN)) for change in state.by_hand[-LISTED_TASKS:]]
    return ["The person has moved these themselves since; leave them there unless asked:\n" + fence("\n".join(moved))]


def _order_policy(state: CommonState) -> str:
    if state.allow_reorder:
        return "Order: the person said that the order of tasks does not matter."
    return "Order: tasks of one ordered group keep their order; reordering is not allowed."


def draft(schedule: Schedule) -> str:
    """Return the window and the tasks, the fullest days and what is still pending."""
    window = schedule.window
    last = schedule.date_of(window.days)
    limits = [f"at most {window.daily_cap} slots of tasks a day"] if window.daily_cap is not None else []
    limits += [f"{window.buffer} free slots around everything"] if window.buffer else []
    head = (
        f"Draft version {schedule.version}: {say_date(window.start)} to {say_date(last)} (days 1 to {window.days}), "
        f"{schedule.timezone}, {len(schedule.grid)} slots a day from {schedule.grid[0].start:%H:%M} "
        f"to {schedule.grid[-1].end:%H:%M}{'; ' if limits else ''}{'; '.join(limits)}."
    )
    return "\n".join([head, _load(schedule), _pending(schedule)])


def _past(schedule: Schedule) -> list[str]:
    soonest = schedule.window.not_before
    if soonest is None or soonest <= schedule.start_of(1, 1):
        return []
    said = say_moment(soonest.astimezone(schedule.zone))
    return [f"What begins before {said} is past or too soon: nothing is placed there, and what lies there stays."]


def _load(schedule: Schedule) -> str:
    load: Counter[int] = Counter()
    for task in schedule.suggested:
        for position in task.slots:
            load[position.day] += position.length
    placed = sum(1 for _ in schedule.suggested)
    events = sum(len(task.slots) for task in schedule.events)
    days = ", ".join(f"{say_date(schedule.date_of(day))}: {load[day]}" for day in sorted(load))
    return f"Placed tasks: {placed}; events: {events}. Task slots by day: {days or 'none'}."


def _pending(schedule: Schedule) -> str:
    pending = list(schedule.pending)
    if not pending:
        return "Pending tasks: none."
    lines = [_task(task) for task in pending[:LISTED_TASKS]]
    if len(pending) > LISTED_TASKS:
        lines.append(f"… and {len(pending) - LISTED_TASKS} more; list_tasks shows them.")
    return f"Pending tasks ({len(pending)}):\n" + fence("\n".join(lines))


def _task(task: Task) -> str:
    facts = [f"{task.duration} slots"]
    facts += (
        [f"{defuse(task.category)}" + (f" no. {task.order}" if task.order is not None else "")] if task.category else []
    )
    facts += [f"not before {say_moment(task.earliest)}"] if task.earliest else []
    facts += [f"due {say_moment(task.deadline)}"] if task.deadline else []
    return f"{task.id}: {defuse(task.title)} ({', '.join(facts)})"
