"""What to do about the list of tasks: add, change, finish, drop, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dayloom.offline.act import Act, Ask, Propose, Reached, Unable, call
from dayloom.offline.facts import Facts
from dayloom.offline.grid import date_meant, minutes_of
from dayloom.offline.requests import AddTask, Amount, ChangeTask, EndTask
from dayloom.offline.task_names import tasks_called
from dayloom.offline.whereabouts import Where
from dayloom.offline.wording import say_amount, say_choices, say_refusal, say_task
from dayloom.offline.words import PRONOUNS
from state.schedule import Source, Task
from state.tool import ToolCall
from state.when import say_date


def add_task(request: AddTask, facts: Facts) -> Act:
    """Put a new task on the list; how long it takes is asked for."""
    if request.amount is None:
        return Ask(facts.say.how_long.format(title=request.title))
    deadline = _deadline(request.due or request.on, facts)
    if deadline is None and (request.due or request.on):
        return Unable(facts.say.no_such_date, "outside_window")
    earliest = _day(request.on[0], facts) if request.on else None
    given = {"title": request.title, "minutes": to_minutes(request.amount, facts)}
    given |= {"deadline": deadline} if deadline else {}
    given |= {"earliest": f"{earliest}"} if earliest else {}
    said = facts.say.propose_add.format(title=request.title, amount=say_amount(facts, request.amount))
    return propose_list(call("add_tasks", tasks=[given]), said + _say_due(deadline, facts), facts)


def change_task(request: ChangeTask, facts: Facts) -> Act:
    """Change the title, length, deadline, priority or lock of a task."""
    if facts.has_changed(request.name, "change_task"):
        return Reached(facts.say.list_changed)
    task = listed_task(request.name, facts, whole=True)
    if not isinstance(task, Task):
        return task
    deadline = _deadline(request.due, facts)
    if deadline is None and request.due:
        return Unable(facts.say.no_such_date, "outside_window")
    changed = call(
        "change_task",
        task_ids=[task.id],
        title=request.title or None,
        minutes=_new_length(request, task, facts),
        deadline=deadline,
        priority=request.priority,
        locked=request.locked,
    )
    return propose_list(changed, facts.say.propose_change.format(title=say_task(facts, task)), facts)


def _new_length(request: ChangeTask, task: Task, facts: Facts) -> int | None:
    if request.minutes:
        return (task.minutes or task.duration * minutes_of(facts.schedule.grid[0])) + request.minutes
    return to_minutes(request.amount, facts) if request.amount else None


def end_task(request: EndTask, facts: Facts) -> Act:
    """Mark a task as done with all its parts, drop it, or put it back on the list."""
    say = facts.say
    if facts.has_changed(request.name, "finish_task", "drop_task"):
        return Reached(say.list_changed)
    found = _ended(request.name, facts) if request.back else _all_parts(request.name, facts)
    if not isinstance(found, tuple):
        return found
    ids, task = [one.id for one in found], found[0]
    if request.back:
        back = call("finish_task", task_ids=ids, back=True)
        return propose_list(back, _say(say.propose_reopen, task, facts), facts)
    if not request.done:
        return propose_list(call("drop_task", task_ids=ids), _say(say.propose_drop, task, facts), facts)
    took = to_minutes(request.took, facts) if request.took and len(ids) == 1 else None
    return propose_list(call("finish_task", task_ids=ids, took=took), _say(say.propose_finish, task, facts), facts)


def propose_list(made: ToolCall, said: str, facts: Facts) -> Act:
    """Propose a change of the list, or say what came of it."""
    for exchange in facts.exchanges:
        if exchange.call == made and exchange.done:
            return Reached(facts.say.list_changed)
        if exchange.call == made and exchange.refused:
            return Unable(say_refusal(facts, exchange))
    return Propose(made, said)


def _say(words: str, task: Task, facts: Facts) -> str:
    return words.format(title=say_task(facts, task))


def listed_task(name: str, facts: Facts, *, whole: bool = False) -> Task | Ask | Unable:
    """Return the one task of this name, be it locked or not; an event of the calendar is none.

    With `whole` all parts of one task are one, and the first of them stands for it.
    """
    found = [task for task in facts.find(name) if task.source is Source.TASK_ITEM]
    parents = {task.parent for task in found}
    return _one(found[:1] if whole and len(parents) == 1 and None not in parents else found, name, facts)


def _all_parts(name: str, facts: Facts) -> tuple[Task, ...] | Ask | Unable:
    """Return the one task of this name with all its open parts; of one that comes again, one time must be meant."""
    task = listed_task(name, facts, whole=True)
    if not isinstance(task, Task):
        return task
    if task.repeat is not None:
        one = listed_task(name, facts)
        return (one,) if isinstance(one, Task) else one
    parts = facts.schedule.parts_of(task.parent) if task.parent else []
    return tuple(part for part in parts if part.movable) or (task,)


def _ended(name: str, facts: Facts) -> tuple[Task, ...] | Ask | Unable:
    """Return the one task of this name that was done or dropped."""
    found = tasks_called(name, [one.task for one in facts.schedule.ended])
    if not found:
        return Unable(facts.say.not_ended.format(name=name), "task_not_found")
    task = _one(found, name, facts)
    return (task,) if isinstance(task, Task) else task


def _one(found: Sequence[Task], name: str, facts: Facts) -> Task | Ask | Unable:
    if not found and name in PRONOUNS:
        return Ask(facts.say.which_task)
    if not found:
        return Unable(facts.say.not_found.format(name=name), "task_not_found")
    if len(found) > 1:
        return Ask(facts.say.which_one.format(name=name, choices=say_choices(facts, found)))
    return found[0]


def to_minutes(amount: Amount, facts: Facts) -> int:
    """Return a length of time in minutes; slots are those of the day."""
    return amount.minutes or (amount.slots or 1) * minutes_of(facts.schedule.grid[0])


def _deadline(due: Sequence[Where], facts: Facts) -> str | None:
    """Return the date, or the date and time, by which something has to be done; None when it is none."""
    if not due or due[0].start is not None:
        return None
    at = due[0].at or due[0].end
    bound = due[0].until
    if due[0].since or (at is None and not due[0].dated):
        return None
    day = _day(bound.day if bound else due[0], facts) if due[0].dated else facts.today
    if day is None:
        return None
    day -= timedelta(days=0 if bound is None or bound.inclusive else 1)
    return f"{day}T{at:%H:%M}" if at else f"{day}"


def _day(place: Where, facts: Facts) -> date | None:
    """Return the date of a place, of a week its last."""
    meant = date_meant(place, facts.schedule, facts.today)
    last_of_week = timedelta(days=6) if place.weeks and not place.weekdays else timedelta()
    return meant + last_of_week if meant else None


def _say_due(deadline: str | None, facts: Facts) -> str:
    if deadline is None:
        return facts.say.stop
    day, _, clock = deadline.partition("T")
    said: Any = f"{say_date(date.fromisoformat(day), facts.state.locale)} {clock}".strip()
    return facts.say.due_by.format(deadline=said)
