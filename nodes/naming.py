"""What the person has named themselves: such a move may break an order or their own limits, on a card that says so."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from prompts.limit_words import say_broken
from prompts.wording import WORDS
from state.common import CommonState, new_words
from state.order import inversions
from state.schedule import Schedule
from state.tool import ToolCall
from state.turn import BREAKS_ORDER
from tools.dispatch import Checked, Performed, perform_safely
from tools.own_limits import broken_limits, lift_limits, with_limits_of

_TASKS: Final = ("task_id", "other_task_id")
"""The arguments of a tool that moves single tasks."""
_BREAKS_RULES: Final = "breaks_rules"
"""In the data of a call, that it is only allowed because the person has named the move."""
_END_OF_NAME: Final = re.compile(r"\s*[:：(（\u2013\u2014]")


def allow_as_named(state: CommonState, checked: Checked, performed: Performed) -> Performed:
    """Return the call against order and limits, if these alone forbid it and the person has named its tasks.

    Whether they have is read from their own words of this turn, whatever the model says. It takes a card that says
    what it breaks, which no policy waives.
    """
    if not performed.report.violations or not state.settings.attended or not _has_named(state, checked.call):
        return performed
    open_ = {"allow_reorder": True, "schedule": lift_limits(state.schedule)}
    free = perform_safely(checked, state.desk.model_copy(update=open_))
    if free.report.violations:
        return performed
    after = with_limits_of(state.schedule, free.desk.schedule)
    disorder = [] if state.allow_reorder else sorted(inversions(after, state.settings.order_scope) - _known(state))
    limits = broken_limits(state.schedule, after)
    said = [*(_say_disorder(state, after, pair) for pair in disorder)]
    said += [say_broken(wrong, after, state.locale) for wrong in limits]
    data = {**free.report.data, BREAKS_ORDER: [list(pair) for pair in disorder], _BREAKS_RULES: True}
    report = free.report.model_copy(update={"note": "\n".join(said), "data": data})
    return replace(free, desk=free.desk.model_copy(update={"schedule": after}), report=report)


def breaks_rules(performed: Performed) -> bool:
    """Tell whether a call comes out against the order or limits, as the person has named it."""
    return _BREAKS_RULES in performed.report.data


def _known(state: CommonState) -> frozenset[tuple[int, int]]:
    return inversions(state.schedule, state.settings.order_scope)


def _say_disorder(state: CommonState, after: Schedule, pair: tuple[int, int]) -> str:
    first, second = (after.by_id[id_].title for id_ in pair)
    return WORDS[state.locale].order_would_break.format(first=first, second=second)


def _has_named(state: CommonState, call: ToolCall) -> bool:
    items = call.arguments.get("items", ())
    ids = [named[field] for named in (call.arguments, *items) for field in _TASKS if field in named]
    said = " ".join("\n".join([*new_words(state.messages), state.goal]).casefold().split())
    titles = [state.schedule.by_id[id_].title for id_ in ids if id_ in state.schedule.by_id]
    return bool(titles) and all(_is_named(title, said) for title in titles)


def _is_named(title: str, said: str) -> bool:
    """Tell whether a text holds a title, or what stands in it before a colon or a bracket, as words of its own."""
    whole = " ".join(title.casefold().split())
    names = {whole, _END_OF_NAME.split(whole)[0]} - {""}
    return any(re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", said) for name in names)
