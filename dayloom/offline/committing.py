"""What to do about the calendar: put the draft into it, take it out again."""

from __future__ import annotations

from dayloom.offline.acts import Act, Propose, Reached, Unable, call
from dayloom.offline.facts import Exchange, Facts
from dayloom.offline.requests import Apply, TakeBack
from dayloom.offline.telling import say_refusal
from state.schedule import Source, Status


def apply(request: Apply, facts: Facts) -> Act:
    """Put the draft into the calendar."""
    if done := facts.done("apply_schedule"):
        return Reached(facts.say.applied.format(tasks=_tasks(done, facts)))
    if refused := facts.refused("apply_schedule"):
        return Unable(say_refusal(facts, refused))
    count = sum(1 for _ in facts.schedule.suggested)
    if not count:
        return Reached(facts.say.nothing_to_apply)
    return Propose(call("apply_schedule"), facts.say.propose_apply.format(tasks=facts.say.tasks(count)))


def take_back(request: TakeBack, facts: Facts) -> Act:
    """Take the last thing that was put into the calendar out of it again."""
    if done := facts.done("undo_apply"):
        return Reached(facts.say.taken_back.format(tasks=_tasks(done, facts)))
    if refused := facts.refused("undo_apply"):
        return Unable(say_refusal(facts, refused))
    if not _applied(facts):
        return Reached(facts.say.nothing_to_take_back)
    return Propose(call("undo_apply"), facts.say.propose_take_back)


def came_last(facts: Facts) -> bool:
    """Tell whether putting the draft into the calendar came after the last change of it, so that undo means that."""
    if facts.done("undo_apply") or facts.refused("undo_apply"):
        return True
    applied, changed = _applied(facts), {change.task_id for change in facts.state.last_changes}
    return bool(applied & changed if changed else applied)


def _applied(facts: Facts) -> set[int]:
    found = (task for task in facts.schedule.tasks if task.source is Source.TASK_ITEM)
    return {task.id for task in found if task.status is Status.EXISTING}


def _tasks(done: Exchange, facts: Facts) -> str:
    return facts.say.tasks(len(done.data.get("changes", ())))
