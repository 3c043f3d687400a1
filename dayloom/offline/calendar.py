"""What to do about the calendar: put the draft into it, take it out again."""

from __future__ import annotations

import re
from typing import Final

from langchain_core.messages import AIMessage

from dayloom.offline.act import Act, Propose, Reached, Unable, call
from dayloom.offline.facts import Exchange, Facts
from dayloom.offline.phrases import PHRASES
from dayloom.offline.requests import Apply, TakeBack
from dayloom.offline.wording import say_refusal
from state.common import split_history
from state.schedule import Source, Status

_DRAFT_CHANGED: Final = re.compile(
    "|".join(
        re.escape(words).replace(re.escape("{count}"), r"\d+")
        for say in PHRASES.values()
        for words in (say.placed, say.moved, say.unplaced)
    )
)
"""What the last words of a turn say when it has changed the draft."""


def apply_draft(request: Apply, facts: Facts) -> Act:
    """Put the draft into the calendar."""
    if done := facts.last_done("apply_schedule"):
        return Reached(facts.say.applied.format(tasks=_say_tasks(done, facts)))
    if refused := facts.last_refusal("apply_schedule"):
        return Unable(say_refusal(facts, refused))
    count = sum(1 for _ in facts.schedule.suggested)
    if not count:
        return Reached(facts.say.nothing_to_apply)
    return Propose(call("apply_schedule"), facts.say.propose_apply.format(tasks=facts.say.tasks(count)))


def take_back(request: TakeBack, facts: Facts) -> Act:
    """Take the last thing that was put into the calendar out of it again."""
    if done := facts.last_done("undo_apply"):
        if "edits" in done.data:
            return Reached(facts.say.list_restored)
        return Reached(facts.say.taken_back.format(tasks=_say_tasks(done, facts)))
    if refused := facts.last_refusal("undo_apply"):
        return Unable(say_refusal(facts, refused))
    if _is_list_last(facts):
        return Propose(call("undo_apply"), facts.say.propose_list_back)
    if not _applied_ids(facts):
        return Reached(facts.say.nothing_to_take_back)
    return Propose(call("undo_apply"), facts.say.propose_take_back)


def came_last(facts: Facts) -> bool:
    """Tell whether putting the draft into the calendar came after the last change of it, so that undo means that."""
    if facts.last_done("undo_apply") or facts.last_refusal("undo_apply"):
        return True
    if _is_list_last(facts):
        return True
    applied, changed = _applied_ids(facts), {change.task_id for change in facts.state.last_changes}
    return bool(applied & changed if changed else applied)


def _is_list_last(facts: Facts) -> bool:
    """Tell whether the latest change that was told on this thread is one of the list of tasks."""
    for message in reversed(split_history(facts.state.messages)[0]):
        if isinstance(message, AIMessage):
            if any(say.list_changed in message.text for say in PHRASES.values()):
                return True
            if _DRAFT_CHANGED.search(message.text):
                return False
    return False


def _applied_ids(facts: Facts) -> set[int]:
    found = (task for task in facts.schedule.tasks if task.source is Source.TASK_ITEM)
    return {task.id for task in found if task.status is Status.EXISTING}


def _say_tasks(done: Exchange, facts: Facts) -> str:
    return facts.say.tasks(len(done.data.get("changes", ())))
