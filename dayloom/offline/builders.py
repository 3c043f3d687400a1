"""Builds requests from sentences the grammar has recognised."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dayloom.offline import grammar
from dayloom.offline.grammar.sentence import Kind
from dayloom.offline.requests import (
    Amount,
    Apply,
    ClearTasks,
    GoOn,
    GroupBySubject,
    Help,
    Limits,
    MoveTask,
    PlanTasks,
    Relocate,
    RemoveTask,
    Request,
    SpreadEvenly,
    SwapTasks,
    TakeBack,
    Tasks,
    Thanks,
    Undo,
    WhatIsOn,
    WhatIsOpen,
    WhenFree,
    WhereIs,
    WhoAreYou,
)
from dayloom.offline.whereabouts import WHERE, Where, read_places
from dayloom.offline.words import NUMBERS
from tools.planners.draft import Strategy

_TARGET_INSIDE: Final = re.compile(rf"(?:(?<![a-z])to\s|到)\s*(?:{WHERE})")
_EARLIER: Final = ("earlier", "forward", "ahead", "提前", "往前移", "往前挪", "previous")


@dataclass(frozen=True)
class Sentence:
    """A recognised sentence: its named parts, the days and times in it, a strategy, a length of time.

    Days and times in the parts are marked; `unmask` puts them back.
    """

    unmask: Callable[[str], str]
    parts: Mapping[str, str] = field(default_factory=dict[str, str])
    places: tuple[Where, ...] = ()
    strategy: Strategy | None = None
    amount: Amount | None = None

    def part(self, name: str) -> str:
        """Return a part, or an empty text when it was not said."""
        return self.parts.get(name) or ""

    def where(self, name: str = "where") -> tuple[Where, ...]:
        """Return the days and times of a named part."""
        said = self.part(name)
        return read_places(self.unmask(said)) if said else ()


def build_requests(kind: Kind, sentence: Sentence) -> Sequence[Request]:
    """Return the requests a sentence of this kind stands for; none when its parts make no sense after all."""
    return _BUILDERS[kind](sentence)


def _plan(sentence: Sentence) -> Sequence[Request]:
    return [PlanTasks(strategy=sentence.strategy, limits=Limits(allowed=sentence.places))]


def _plan_named(sentence: Sentence) -> Sequence[Request]:
    names = _names(sentence.part("name"))
    return [PlanTasks(names=names)] if names else []


def _spread(sentence: Sentence) -> Sequence[Request]:
    return [SpreadEvenly(Limits(allowed=tuple(place for place in sentence.places if len(place.weekdays) < 7)))]


def _swap(sentence: Sentence) -> Sequence[Request]:
    return [SwapTasks(_name(sentence.part("first")), _name(sentence.part("second")))]


def _move(sentence: Sentence) -> Sequence[Request]:
    said, to = sentence.part("name"), sentence.where()
    if _TARGET_INSIDE.search(said) or (sentence.part("where") and not to):
        return []
    tasks = _read_tasks(said, sentence.unmask)
    if tasks is not None:
        return [Relocate(Tasks(where=tasks.where + sentence.where("source"), word=tasks.word), to)]
    return [MoveTask(name, to) for name in _names(said)]


def _shift(sentence: Sentence) -> Sequence[Request]:
    number = NUMBERS.get(sentence.part("number")) or int(sentence.part("number") or 1)
    back = sentence.part("way") in _EARLIER or bool(sentence.part("early"))
    return [MoveTask(name, days=-number if back else number) for name in _names(sentence.part("name"))]


def _remove(sentence: Sentence) -> Sequence[Request]:
    said = sentence.part("name")
    if not said:
        return [ClearTasks(Tasks())]
    tasks = _read_tasks(said, sentence.unmask)
    return [ClearTasks(tasks)] if tasks is not None else [RemoveTask(name) for name in _names(said)]


def _group(sentence: Sentence) -> Sequence[Request]:
    return [GroupBySubject(sentence.where())]


def _where_is(sentence: Sentence) -> Sequence[Request]:
    return [WhereIs(_name(sentence.part("title")))]


def _what(sentence: Sentence) -> Sequence[Request]:
    return [WhatIsOn(sentence.places or sentence.where())]


def _read_tasks(name: str, unmask: Callable[[str], str]) -> Tasks | None:
    """Return which tasks a name such as `all weekend tasks` means, or None when it names one task."""
    for pattern in grammar.SEVERAL_TASKS:
        if found := pattern.fullmatch(name.strip()):
            parts = found.groupdict()
            places = [read_places(unmask(parts[part])) for part in ("where", "source") if parts.get(part)]
            return Tasks(where=tuple(w for place in places for w in place), word=(parts.get("word") or "").strip())
    return None


def _names(said: str) -> tuple[str, ...]:
    return tuple(name for part in grammar.NAME_LIST.split(said) if (name := _name(part)))


def _name(said: str) -> str:
    return grammar.ARTICLE.sub("", said.strip(" ,.;!?")).strip()


_BUILDERS: Final[Mapping[Kind, Callable[[Sentence], Sequence[Request]]]] = {
    Kind.WHO: lambda _: [WhoAreYou()],
    Kind.HELP: lambda _: [Help()],
    Kind.THANKS: lambda _: [Thanks()],
    Kind.UNDO: lambda _: [Undo()],
    Kind.APPLY: lambda _: [Apply()],
    Kind.TAKE_BACK: lambda _: [TakeBack()],
    Kind.GO_ON: lambda _: [GoOn()],
    Kind.OPEN: lambda _: [WhatIsOpen()],
    Kind.FREE: lambda said: [WhenFree(said.places, said.amount)],
    Kind.OVERVIEW: _what,
    Kind.WHAT_IS_ON: _what,
    Kind.WHERE: _where_is,
    Kind.GROUP: _group,
    Kind.PLAN_GROUPED: lambda _: [PlanTasks(), GroupBySubject()],
    Kind.SPREAD: _spread,
    Kind.SWAP: _swap,
    Kind.MOVE: _move,
    Kind.SHIFT: _shift,
    Kind.REMOVE: _remove,
    Kind.PLAN: _plan,
    Kind.PLAN_NAMED: _plan_named,
}
