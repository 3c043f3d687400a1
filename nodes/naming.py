"""What the person has named themselves: a move of such tasks may break the order of a group, on a card that says so."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from prompts.wording import WORDS
from state.common import CommonState, new_words
from state.order import inversions
from state.schedule import Schedule
from state.tool import ToolCall
from state.turn import BREAKS_ORDER
from state.violation import ViolationKind
from tools.dispatch import Checked, Performed, perform_safely

_TASKS: Final = ("task_id", "other_task_id")
"""The arguments of a tool that moves single tasks."""
_END_OF_NAME: Final = re.compile(r"\s*[:：(（\u2013\u2014]")


def break_order_as_named(state: CommonState, checked: Checked, performed: Performed) -> Performed:
    """Return the call as it comes out against the order, if that alone forbids it and the person has named its tasks.

    Whether they have is read from their own words of this turn, whatever the model says. It takes a card that says
    what it breaks, which no policy waives.
    """
    wrong = performed.report.violations
    if not wrong or any(one.kind is not ViolationKind.ORDER for one in wrong) or not state.settings.attended:
        return performed
    if not _has_named(state, checked.call):
        return performed
    free = perform_safely(checked, state.desk.model_copy(update={"allow_reorder": True}))
    broken = sorted(inversions(free.desk.schedule, state.settings.order_scope) - _known(state))
    if free.report.violations or not broken:
        return performed
    note = "\n".join(_say_broken(state, free.desk.schedule, pair) for pair in broken)
    data = {**free.report.data, BREAKS_ORDER: [list(pair) for pair in broken]}
    return replace(free, report=free.report.model_copy(update={"note": note, "data": data}))


def breaks_order(performed: Performed) -> bool:
    """Tell whether a call comes out against the order, as the person has named it."""
    return BREAKS_ORDER in performed.report.data


def _known(state: CommonState) -> frozenset[tuple[int, int]]:
    return inversions(state.schedule, state.settings.order_scope)


def _say_broken(state: CommonState, after: Schedule, pair: tuple[int, int]) -> str:
    first, second = (after.by_id[id_].title for id_ in pair)
    return WORDS[state.locale].order_would_break.format(first=first, second=second)


def _has_named(state: CommonState, call: ToolCall) -> bool:
    ids = [call.arguments[name] for name in _TASKS if name in call.arguments]
    said = " ".join("\n".join([*new_words(state.messages), state.goal]).casefold().split())
    titles = [state.schedule.by_id[id_].title for id_ in ids if id_ in state.schedule.by_id]
    return bool(titles) and all(_is_named(title, said) for title in titles)


def _is_named(title: str, said: str) -> bool:
    """Tell whether a text holds a title, or what stands in it before a colon or a bracket, as words of its own."""
    whole = " ".join(title.casefold().split())
    names = {whole, _END_OF_NAME.split(whole)[0]} - {""}
    return any(re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", said) for name in names)
