"""What to do about tasks in parts: split, join, and let come again."""

from __future__ import annotations

from typing import Final

from dayloom.offline.act import Act, Ask, Reached, Unable, call
from dayloom.offline.facts import Facts
from dayloom.offline.listing import listed_task, propose_list, to_minutes
from dayloom.offline.requests import JoinTask, RepeatTask, SplitTask
from dayloom.offline.wording import say_amount, say_often, say_task
from dayloom.offline.words import normalise
from state.schedule import Source, Task

_DAYS: Final = 7


def split_task(request: SplitTask, facts: Facts) -> Act:
    """Plan a task in parts; into how many is asked for."""
    if facts.has_changed(request.name, "split_task"):
        return Reached(facts.say.list_changed)
    task = listed_task(request.name, facts)
    if not isinstance(task, Task):
        return task
    title = say_task(facts, task)
    if request.parts is None and request.at_most is None and request.at_least is None:
        return Ask(facts.say.how_many_parts.format(title=title))
    made = call(
        "split_task",
        task_id=task.id,
        parts=request.parts,
        at_least=to_minutes(request.at_least, facts) if request.at_least else None,
        at_most=to_minutes(request.at_most, facts) if request.at_most else None,
    )
    return propose_list(made, facts.say.propose_split.format(title=title), facts)


def join_task(request: JoinTask, facts: Facts) -> Act:
    """Make one task of the parts of one."""
    task = listed_task(request.name, facts, whole=True)
    if not isinstance(task, Task):
        return task
    title = say_task(facts, task)
    if task.parent is None or task.repeat is not None:
        return Unable(facts.say.not_in_parts.format(title=title))
    return propose_list(call("join_task", task_id=task.id), facts.say.propose_join.format(title=title), facts)


def repeat_task(request: RepeatTask, facts: Facts) -> Act:
    """Let a task come again: one of the list when it is called exactly so, else a new one."""
    if facts.has_changed(request.title, "repeat"):
        return Reached(facts.say.list_changed)
    if not request.times:
        return _end_repeating(request, facts)
    there = _called_exactly(request, facts)
    if there is None and request.amount is None:
        return Ask(facts.say.how_long.format(title=request.title))
    if there and (request.weekdays or request.since):
        return Unable(facts.say.repeat_is_there.format(title=say_task(facts, there)))
    made = call(
        "repeat",
        task_id=there.id if there else None,
        title=None if there else request.title,
        minutes=to_minutes(request.amount, facts) if request.amount and not there else None,
        weekdays=list(request.weekdays) or None,
        hours=f"{request.since}-{request.until}" if request.since else None,
        times=request.times if request.times > 1 else None,
        per=request.per,
        apart=request.apart if request.apart > 1 else 0 if request.times > _DAYS else None,
    )
    long = f"{facts.say.separator}{say_amount(facts, request.amount)}" if request.amount and not there else ""
    said = facts.say.propose_repeat.format(title=request.title, often=say_often(facts, request), long=long)
    return propose_list(made, said, facts)


def _end_repeating(request: RepeatTask, facts: Facts) -> Act:
    task = listed_task(request.title, facts, whole=True)
    if not isinstance(task, Task):
        return task
    title = say_task(facts, task)
    if task.repeat is None:
        return Unable(facts.say.not_repeated.format(title=title))
    made = call("repeat", task_id=task.id, times=0, per=task.repeat.per)
    return propose_list(made, facts.say.propose_repeat_end.format(title=title), facts)


def _called_exactly(request: RepeatTask, facts: Facts) -> Task | None:
    """Return the task of the list that has this very title, unless another length makes it a new one."""
    named = [
        task
        for task in facts.schedule.tasks
        if task.source is Source.TASK_ITEM and normalise(task.title) == normalise(request.title)
    ]
    open_ = [task for task in named if task.movable]
    if not open_ or (request.amount and open_[0].repeat is None):
        return None
    return open_[0] if len({task.parent or task.id for task in open_}) == 1 else None
