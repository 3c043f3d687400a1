"""Questions about what comes: what is next, what is due, what is at risk, why something lies where it lies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dayloom.offline.act import Act, Ask, Reached, Unable, call
from dayloom.offline.answers import look_up
from dayloom.offline.facts import Facts
from dayloom.offline.grid import days_of, minutes_of
from dayloom.offline.requests import Amount, AtRisk, CannotYet, HowLong, NextUp, WhatWasMissed, WhenDue, Why
from dayloom.offline.wording import say_amount, say_at, say_task
from dayloom.offline.words import PRONOUNS
from state.schedule import Position, Task
from state.tool import ToolCall
from state.when import say_moment, say_span
from tools.planners.risk import Risk


def next_up(request: NextUp, facts: Facts) -> Act:
    """Tell what is on now and what comes next."""
    asked = call("next_up")
    entries = _data_of(asked, facts).get("entries", [])
    lines = [f"- {_say_span(one, facts)}: {one['title']}" for one in entries]
    told = "\n".join([facts.say.coming_up, *lines]) if lines else facts.say.none_next
    return look_up([asked], facts) or Reached(told)


def at_risk(request: AtRisk, facts: Facts) -> Act:
    """Tell which deadlines can no longer be held, or not as the draft stands, why, and what would help."""
    named = facts.find(request.name) if request.name else ()
    if request.name and not named:
        return Unable(facts.say.not_found.format(name=request.name), "task_not_found")
    asked = call("at_risk")
    found = [Risk.model_validate(one) for one in _data_of(asked, facts).get("tasks", [])]
    asked_for = {task.id for task in named}
    lines = [_say_risk(one, facts) for one in found if not named or one.task_id in asked_for]
    safe = [_say_deadline(task, facts) for task in named] + [facts.say.is_held]
    none = "\n".join(safe) if named else facts.say.no_risk
    return look_up([asked], facts) or Reached("\n".join([facts.say.risks, *lines]) if lines else none)


def _say_risk(risk: Risk, facts: Facts) -> str:
    say, named = facts.say, facts.schedule.by_id
    why = getattr(say, f"risk_{risk.kind}")
    cures = [
        getattr(say, f"help_{cure.help}").format(
            titles=say.separator.join(say_task(facts, named[one]) for one in cure.task_ids)
        )
        for cure in risk.cures
    ]
    helped = say.would_help.format(cures=say.separator.join(dict.fromkeys(cures))) if cures else ""
    return f"- {_say_deadline(named[risk.task_id], facts)} {why}{helped}"


def what_was_missed(request: WhatWasMissed, facts: Facts) -> Act:
    """Tell what was to be done by now and is not, and that it can be given a new place."""
    say, schedule, now = facts.say, facts.schedule, facts.state.started_at
    missed = [task for task in schedule.gone_by(now) if task.position] if now else []
    lines = [
        f"- {say.is_at.format(title=say_task(facts, task), places=say_at(facts, task.slots[0]))}" for task in missed
    ]
    lines += [f"- {_say_deadline(task, facts)}" for task in (schedule.overdue_by(now) if now else [])]
    return Reached("\n".join([say.was_missed, *lines, say.offer_replan]) if lines else say.none_missed)


def why_there(request: Why, facts: Facts) -> Act:
    """Tell what binds a task to its place, and the nearest other places."""
    found = facts.find(request.name)
    if not found and request.name in ("there", "then", *PRONOUNS):
        return Ask(facts.say.which_task)
    if not found:
        return Unable(facts.say.not_found.format(name=request.name), "task_not_found")
    task, say = found[0], facts.say
    asked = call("explain", task_id=task.id)
    if look := look_up([asked], facts):
        return look
    place = say_at(facts, task.position) if task.position else say.no_place_yet
    lines = [say.is_at.format(title=say_task(facts, task), places=place)]
    lines += [_say_deadline(task, facts)] if task.deadline else []
    data = _data_of(asked, facts)
    for name, words in (("earlier", say.earlier_place), ("later", say.later_place)):
        if other := data.get(name):
            at = Position(day=other["day"], slot_start=other["slot_start"], slot_end=other["slot_end"])
            lines.append(words.format(place=say_at(facts, at)))
    return Reached("\n".join(lines))


def when_due(request: WhenDue, facts: Facts) -> Act:
    """Tell by when a task has to be done, or which tasks are due."""
    if not request.name:
        return look_up([call("list_tasks")], facts) or Reached(_say_due(request, facts))
    found = facts.find(request.name)
    if not found:
        return Unable(facts.say.not_found.format(name=request.name), "task_not_found")
    lines = [_say_deadline(task, facts) for task in found]
    return look_up([call("get_task_info", task_id=found[0].id)], facts) or Reached("\n".join(lines))


def how_long(request: HowLong, facts: Facts) -> Act:
    """Tell how long a task takes; events of that name are told one by one."""
    found = facts.find(request.name)
    if not found:
        return Unable(facts.say.not_found.format(name=request.name), "task_not_found")
    slot = minutes_of(facts.schedule.grid[0])
    lines = [
        facts.say.takes.format(
            title=say_task(facts, task), amount=say_amount(facts, Amount(minutes=task.minutes or task.duration * slot))
        )
        for task in found
    ]
    return look_up([call("get_task_info", task_id=found[0].id)], facts) or Reached("\n".join(dict.fromkeys(lines)))


def cannot_yet(request: CannotYet, facts: Facts) -> Act:
    """Say that this is something the model cannot do yet."""
    return Reached(facts.say.cannot_yet.format(what=getattr(facts.say, f"later_{request.what}")))


def _say_due(request: WhenDue, facts: Facts) -> str:
    days = {day for place in request.where for day in days_of(place, facts.schedule, facts.today)}
    due = [task for task in facts.schedule.tasks if task.deadline and task.movable]
    local = {task.id: task.deadline.astimezone(facts.schedule.zone) for task in due if task.deadline}
    asked = [task for task in due if not request.where or facts.schedule.day_of(local[task.id].date()) in days]
    lines = [_say_deadline(task, facts) for task in sorted(asked, key=lambda task: local[task.id])]
    return "\n".join(lines) or facts.say.none_due


def _say_deadline(task: Task, facts: Facts) -> str:
    title = say_task(facts, task)
    if task.deadline is None:
        return facts.say.no_deadline.format(title=title)
    at = say_moment(task.deadline.astimezone(facts.schedule.zone), facts.state.locale)
    return facts.say.is_due.format(title=title, deadline=at)


def _say_span(entry: dict[str, Any], facts: Facts) -> str:
    zone = facts.schedule.zone
    start, end = (datetime.fromisoformat(entry[name]).astimezone(zone) for name in ("start", "end"))
    return say_span(start, end, facts.state.locale)


def _data_of(made: ToolCall, facts: Facts) -> dict[str, Any]:
    return next((one.data for one in reversed(facts.exchanges) if one.call == made), {})
