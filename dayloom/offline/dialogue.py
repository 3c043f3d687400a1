"""Adds up what a person said in the turn that is open: the first request, answers, corrections, further wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

from dayloom.offline.reader import read_text
from dayloom.offline.requests import (
    TAKES_LIMITS,
    GoOn,
    GroupBySubject,
    Help,
    KeepFree,
    MoveTask,
    PlanTasks,
    Reading,
    Relocate,
    RemoveTask,
    Request,
    SwapTasks,
    Thanks,
    There,
    Unknown,
    WhatIsOn,
    WhenFree,
    WhereIs,
    WhoAreYou,
    names_in,
)
from dayloom.offline.task_names import find_tasks
from dayloom.offline.words import PRONOUNS
from state.common import CommonState, new_words

CHAT: Final = (WhoAreYou, Help, Thanks)


@dataclass(frozen=True)
class Wishes:
    """What is to be done, in order, and what the person said about it.

    `hints` are words that may pick one of several tasks; `lost` counts the latest utterances nothing was understood of;
    `agreed` and `declined` tell that the latest word was a plain yes or no; `unread` is what was left over of it.
    """

    work: tuple[Request, ...] = ()
    may_reorder: bool | None = None
    hints: tuple[str, ...] = ()
    declined: bool = False
    agreed: bool = False
    unread: str = ""
    lost: int = 0


def read_wishes(state: CommonState) -> Wishes:
    """Return what the person wants, from their words in the open turn; `continue` stands for the goal it continues."""
    titles = [task.title for task in state.schedule.tasks]
    said = _utterances(state)
    first, *later = [read_text(text, titles) for text in said]
    lost = int(any(isinstance(request, Unknown) for request in first.requests))
    begun = Wishes(
        work=first.requests,
        may_reorder=first.may_reorder,
        declined=first.agrees is False and not first.requests,
        unread=first.unread,
        lost=lost,
    )
    return reduce(lambda now, one: _merge(now, one[0], one[1], state), zip(said[1:], later, strict=True), begun)


def _utterances(state: CommonState) -> list[str]:
    said = new_words(state.messages) or [state.goal]
    goes_on = read_text(said[0]).requests == (GoOn(),) and state.goal.strip() not in ("", said[0].strip())
    return [state.goal, *said[1:]] if goes_on else said


def _merge(before: Wishes, text: str, said: Reading, state: CommonState) -> Wishes:
    """Take a later utterance into account: an answer, a correction, a further limit, or a new request."""
    may_reorder = before.may_reorder if said.may_reorder is None else said.may_reorder
    now = replace(before, may_reorder=may_reorder, declined=False, agreed=False, unread=said.unread, lost=0)
    requests = [request for request in said.requests if not isinstance(request, CHAT)]
    unknown = [request.text for request in requests if isinstance(request, Unknown)]
    unknown += [said.unread] if said.unread and not requests and said.agrees is not True else []
    if unknown and (said.agrees is None or not _asks_for_order(now)):
        return replace(now, hints=(*before.hints, *unknown), lost=before.lost + 1)
    if not requests:
        return _take_answer(now, said.agrees)
    if all(isinstance(request, There) for request in requests) and _is_ambiguous(before, state):
        return replace(now, hints=(*before.hints, text))
    return (
        reduce(_add_wish, requests, now)
        if _goes_on(requests)
        else replace(now, work=_replace_requests(before, requests))
    )


def _is_ambiguous(before: Wishes, state: CommonState) -> bool:
    """Tell whether the question was which task is meant: then a day names the one that lies there."""
    names = [name for request in before.work for name in names_in(request)]
    return any(len(find_tasks(name, state, before.hints)) > 1 for name in names)


def _take_answer(now: Wishes, agrees: bool | None) -> Wishes:
    if agrees is not None and _asks_for_order(now):
        return replace(now, may_reorder=agrees)
    return replace(now, agreed=agrees is True, declined=agrees is False)


def _asks_for_order(now: Wishes) -> bool:
    """Tell whether the question was whether the order may change."""
    return now.may_reorder is None and any(isinstance(request, GroupBySubject) for request in now.work)


def _goes_on(requests: Sequence[Request]) -> bool:
    return all(isinstance(request, KeepFree | There | GoOn) for request in requests)


def _add_wish(now: Wishes, said: Request) -> Wishes:
    match said:
        case KeepFree(limits=limits) if any(isinstance(request, TAKES_LIMITS) for request in now.work):
            work = tuple(
                replace(request, limits=request.limits.plus(limits)) if isinstance(request, TAKES_LIMITS) else request
                for request in now.work
            )
            return replace(now, work=work)
        case KeepFree():
            return replace(now, work=(*now.work, said))
        case There():
            return replace(now, work=tuple(_send_to(request, said) for request in now.work) or (said,))
        case _:
            return now


def _send_to(request: Request, there: There) -> Request:
    match request:
        case MoveTask():
            return replace(request, to=there.where, days=0)
        case Relocate():
            return replace(request, to=there.where)
        case WhatIsOn() | WhenFree() | GroupBySubject():
            return replace(request, where=there.where)
        case PlanTasks():
            return replace(request, limits=replace(request.limits, allowed=there.where))
        case _:
            return request


def _replace_requests(before: Wishes, requests: Sequence[Request]) -> tuple[Request, ...]:
    """Let new requests replace the old ones; `it` is the task spoken of before, and limits of a plan stay."""
    named = _name_spoken_of(before.work)
    fresh = [_resolve_pronoun(request, named) for request in requests if not isinstance(request, There | GoOn)]
    limits = [request.limits for request in before.work if isinstance(request, PlanTasks)]
    return tuple(
        replace(request, limits=limits[0].plus(request.limits))
        if isinstance(request, PlanTasks) and limits
        else request
        for request in fresh
    )


def _name_spoken_of(work: tuple[Request, ...]) -> str | None:
    for request in reversed(work):
        if isinstance(request, MoveTask | RemoveTask | WhereIs):
            return request.name
        if isinstance(request, SwapTasks):
            return request.first
    return None


def _resolve_pronoun(request: Request, name: str | None) -> Request:
    if isinstance(request, MoveTask | RemoveTask | WhereIs) and request.name in PRONOUNS and name is not None:
        return replace(request, name=name)
    return request
