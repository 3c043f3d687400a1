"""Adds up what a person said in the turn that is open: the first request, answers, corrections, further wishes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final, cast

from langchain_core.messages import HumanMessage, ToolMessage

from dayloom.offline.grid import days_of, slots_of
from dayloom.offline.phrases import PHRASES
from dayloom.offline.place_check import settle_place
from dayloom.offline.reader import read_text
from dayloom.offline.requests import (
    TAKES_LIMITS,
    AddEvent,
    AddTask,
    Amount,
    ChangeTask,
    DropWishes,
    EndTask,
    GoOn,
    GroupBySubject,
    Help,
    JoinTask,
    KeepFree,
    Lasts,
    Limits,
    Meant,
    MoveTask,
    PlanTasks,
    Reading,
    Relocate,
    RemoveTask,
    RepeatTask,
    Replan,
    Request,
    SplitTask,
    SpreadEvenly,
    Thanks,
    There,
    Unknown,
    WhatIsOn,
    WhenDue,
    WhenFree,
    WhereIs,
    WhoAreYou,
    names_in,
)
from dayloom.offline.task_names import find_tasks
from dayloom.offline.whereabouts import Where
from dayloom.offline.words import NUMBERS, PRONOUNS, any_of, normalise
from state.common import ASIDE, CommonState, split_history

_COUNTS: Final = [word for word in NUMBERS if len(word) > 2 or not word.isascii()]
_PARTS: Final = re.compile(
    rf"(?:(?:in|into|分成|分|成)\s?)?(\d{{1,2}}|{any_of(_COUNTS)})"
    r"(?:\s?(?:equal )?(?:parts|pieces|blocks|chunks|sessions|个?部分|段|份|块|次))?(?:,? (?:please|thanks))?"
)
"""An answer to the question into how many parts."""

CHAT: Final = (WhoAreYou, Help, Thanks)


@dataclass(frozen=True)
class Wishes:
    """What is to be done, in order, and what the person said about it.

    `hints` are words that may pick one of several tasks; `lost` counts the latest utterances that were not understood;
    `agreed` and `declined` tell that the latest word was a plain yes or no; `unread` is what was left over of `said`,
    the latest utterance. `standing` is what earlier turns want to be free, until it is taken back.
    """

    work: tuple[Request, ...] = ()
    may_reorder: bool | None = None
    hints: tuple[str, ...] = ()
    declined: bool = False
    agreed: bool = False
    unread: str = ""
    lost: int = 0
    said: str = ""
    standing: Limits = field(default_factory=Limits)


def read_wishes(state: CommonState) -> Wishes:
    """Return what the person wants, from their words in the open turn; `continue` stands for the goal it continues."""
    titles = tuple(task.title for task in state.schedule.tasks)
    said = _utterances(state)
    first, *later = [read_text(text.text, titles) for text in said]
    lost = int(any(isinstance(request, Unknown) for request in first.requests))
    begun = Wishes(
        work=tuple(map(_corrected, first.requests)),
        may_reorder=first.may_reorder,
        declined=first.agrees is False and not first.requests and not first.unread,
        unread="" if lost else first.unread,
        lost=lost,
        said=said[0].text,
    )
    wishes = reduce(lambda now, one: _merge(now, one[0], one[1], state), zip(said[1:], later, strict=True), begun)
    return _under_standing(wishes, read_standing(state, titles), state)


def read_standing(state: CommonState, titles: tuple[str, ...]) -> Limits:
    """Return what the person said in earlier turns is to be free, as far as they did not take it back."""
    standing: tuple[Where, ...] = ()
    for message in split_history(state.messages)[0]:
        if not isinstance(message, HumanMessage):
            continue
        said = read_text(message.text, titles)
        if said.unread:
            continue
        for request in said.requests:
            if isinstance(request, DropWishes):
                standing = tuple(place for place in standing if request.where and place not in request.where)
            if isinstance(request, PlanTasks | Replan | SpreadEvenly | KeepFree):
                standing = tuple(dict.fromkeys(standing + request.limits.keep_free))
    return Limits(keep_free=tuple(place for place in standing if days_of(place, state.schedule, state.today)))


def _under_standing(wishes: Wishes, standing: Limits, state: CommonState) -> Wishes:
    """Put what stands from earlier turns under plans of this one, except where they are asked to go."""

    def under(request: Request) -> Request:
        if not isinstance(request, PlanTasks | Replan | SpreadEvenly | Relocate):
            return request
        asked = (*request.limits.allowed, *(request.to if isinstance(request, Relocate) else ()))
        kept = tuple(place for place in standing.keep_free if not _overlaps(place, asked, state))
        return replace(request, limits=Limits(keep_free=kept).plus(request.limits))

    return replace(wishes, work=tuple(under(request) for request in wishes.work), standing=standing)


def _overlaps(place: Where, others: Sequence[Where], state: CommonState) -> bool:
    """Tell whether a place that is to be free lies wholly where something is asked to go."""
    schedule, today = state.schedule, state.today
    days, slots = set(days_of(place, schedule, today)), set(slots_of(place, schedule.grid, touching=True))
    return any(
        days & set(days_of(other, schedule, today)) and slots >= set(slots_of(other, schedule.grid, touching=True))
        for other in others
    )


def _corrected(request: Request) -> Request:
    """Return a correction that begins a turn as what it means: the task of the last change goes somewhere else."""
    if isinstance(request, There) and request.instead:
        return MoveTask("it", request.where)
    return Unknown(request.name) if isinstance(request, Meant) else request


@dataclass(frozen=True)
class _Utterance:
    """What the person said, and whether it declined a card."""

    text: str
    at_card: bool = False


def _utterances(state: CommonState) -> list[_Utterance]:
    said: list[_Utterance] = []
    at_card = False
    for message in split_history(state.messages)[1]:
        if isinstance(message, HumanMessage) and ASIDE not in message.additional_kwargs:
            said.append(_Utterance(message.text, at_card))
        at_card = isinstance(message, ToolMessage) and bool(
            cast("dict[str, Any]", message.artifact or {}).get("declined")
        )
    said = said or [_Utterance(state.goal)]
    first = said[0].text
    goes_on = read_text(first).requests == (GoOn(),) and state.goal.strip() not in ("", first.strip())
    return [_Utterance(state.goal), *said[1:]] if goes_on else said


def _merge(before: Wishes, utterance: _Utterance, said: Reading, state: CommonState) -> Wishes:
    """Take a later utterance into account: an answer, a correction, a further limit, or a new request."""
    text = utterance.text
    if (parts := _parts_said(before.work, text)) is not None:
        return replace(before, work=parts, unread="", lost=0, said=text)
    may_reorder = before.may_reorder if said.may_reorder is None else said.may_reorder
    now = replace(before, may_reorder=may_reorder, declined=False, agreed=False, unread=said.unread, lost=0, said=text)
    requests = [_instead(one, said.agrees) for one in said.requests if not isinstance(one, CHAT)]
    unknown = [request.text for request in requests if isinstance(request, Unknown)]
    unknown += [said.unread] if said.unread and (requests or said.agrees is not True) else []
    if unknown and (said.agrees is None or not _asks_for_order(now)):
        return replace(now, hints=(*before.hints, *unknown), lost=before.lost + 1)
    if not requests:
        return _take_answer(now, said.agrees)
    if isinstance(meant := requests[0], Meant):
        return replace(now, work=tuple(_renamed(request, meant.name) for request in before.work))
    if all(isinstance(request, There) for request in requests):
        if _is_ambiguous(before, state):
            return replace(now, hints=(*before.hints, text))
        if (settled := _settle_places(before.work, requests, state)) != before.work:
            return replace(now, work=settled)
    if not _goes_on(requests) or _is_apart(requests, before, utterance):
        return replace(now, work=_replace_requests(before, requests))
    return reduce(lambda wishes, one: _add_wish(wishes, one, _current(state, len(before.work))), requests, now)


def _parts_said(work: tuple[Request, ...], text: str) -> tuple[Request, ...] | None:
    """Return the requests with the answer into how many parts a task is split; None when it is another answer."""
    found = _PARTS.fullmatch(normalise(text).strip(" .!"))
    if found is None or not any(isinstance(one, SplitTask) and _is_open(one) for one in work):
        return None
    count = int(found[1]) if found[1].isdigit() else NUMBERS[found[1]]
    return tuple(replace(one, parts=count) if isinstance(one, SplitTask) and _is_open(one) else one for one in work)


def _is_open(split: SplitTask) -> bool:
    return split.parts is None and split.at_most is None and split.at_least is None


def _instead(request: Request, agrees: bool | None) -> Request:
    """Return a place that was said after a no as one instead of the one said before."""
    return replace(request, instead=True) if isinstance(request, There) and agrees is False else request


def _renamed(request: Request, name: str) -> Request:
    named = isinstance(request, MoveTask | RemoveTask | WhereIs | ChangeTask | EndTask)
    return replace(request, name=name) if named else request


def _current(state: CommonState, count: int) -> int | None:
    """Return which of several requests is being worked on, or None when there is no plan that tells."""
    return state.plan.current if state.plan is not None and len(state.plan.steps) == count else None


def _settle_places(work: tuple[Request, ...], answers: Sequence[Request], state: CommonState) -> tuple[Request, ...]:
    """Return the requests with a day that was asked about put in."""
    where = next((place for answer in answers if isinstance(answer, There) for place in answer.where), Where())
    say = PHRASES[state.locale]
    return tuple(settle_place(request, where, state, say) or request for request in work)


def _is_apart(requests: Sequence[Request], before: Wishes, utterance: _Utterance) -> bool:
    """Tell whether a limit is a request of its own: said to a question about something that takes none."""
    alone = all(isinstance(request, KeepFree) and not request.spoken_of for request in requests)
    open_work = any(
        isinstance(request, PlanTasks | Replan | SpreadEvenly | Relocate | KeepFree) for request in before.work
    )
    return alone and not utterance.at_card and not open_work


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
    return all(isinstance(request, KeepFree | There | GoOn | Lasts) for request in requests)


def _add_wish(now: Wishes, said: Request, current: int | None = None) -> Wishes:
    match said:
        case KeepFree(limits=limits) if any(isinstance(request, TAKES_LIMITS) for request in now.work):
            work = tuple(
                replace(request, limits=request.limits.plus(limits)) if isinstance(request, TAKES_LIMITS) else request
                for request in now.work
            )
            return replace(now, work=work)
        case KeepFree():
            return replace(now, work=(*now.work, said))
        case Lasts(amount=amount):
            return replace(now, work=tuple(_with_length(request, amount) for request in now.work))
        case There():
            sent = (
                _send_to(request, said) if current in (None, number) else request
                for number, request in enumerate(now.work)
            )
            return replace(now, work=tuple(sent) or (said,))
        case _:
            return now


def _with_length(request: Request, amount: Amount) -> Request:
    if isinstance(request, SplitTask) and _is_open(request):
        return replace(request, at_most=amount)
    return (
        replace(request, amount=amount)
        if isinstance(request, AddTask | RepeatTask | AddEvent) and not request.amount
        else request
    )


def _send_to(request: Request, there: There) -> Request:
    match request:
        case MoveTask():
            return replace(request, to=_settled(request.to, there), days=0)
        case AddEvent():
            return replace(request, on=_settled(request.on, there))
        case Relocate():
            return replace(request, to=there.where)
        case WhatIsOn() | WhenFree() | GroupBySubject():
            return replace(request, where=there.where)
        case KeepFree(limits=limits) if limits.keep_free:
            free = Limits(keep_free=there.where, allowed=limits.allowed)
            return KeepFree(free if there.instead else limits.plus(free))
        case PlanTasks(limits=limits) if there.instead and limits.keep_free and not limits.allowed:
            return replace(request, limits=Limits(keep_free=there.where))
        case PlanTasks():
            return replace(request, limits=replace(request.limits, allowed=there.where))
        case _:
            return request


def _settled(before: tuple[Where, ...], there: There) -> tuple[Where, ...]:
    """Return the place that was said last, with the day of the one before when it is nothing but a time.

    A day `instead` of the one before keeps its time.
    """
    if len(before) != 1 or len(there.where) != 1:
        return there.where
    (old,), (new,) = before, there.where
    if new.timed and not new.dated:
        return (replace(old, start=new.start, end=new.end, at=new.at),)
    if there.instead and new.dated and not new.timed:
        return (replace(new, start=old.start, end=old.end, at=old.at),)
    return there.where


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
    return next((names_in(request)[0] for request in reversed(work) if names_in(request)), None)


def _resolve_pronoun(request: Request, name: str | None) -> Request:
    called = isinstance(
        request, MoveTask | RemoveTask | WhereIs | SplitTask | JoinTask | ChangeTask | EndTask | WhenDue
    )
    return replace(request, name=name) if called and name is not None and request.name in PRONOUNS else request
