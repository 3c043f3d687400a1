"""Builds requests from sentences the grammar has recognised."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from dayloom.offline import grammar
from dayloom.offline.duration import DURATION, read_duration
from dayloom.offline.grammar.notation import Language
from dayloom.offline.grammar.sentence import Kind
from dayloom.offline.items import EVERY, is_timed_task, read_item
from dayloom.offline.lasting import lasting_limits
from dayloom.offline.places import read_places
from dayloom.offline.requests import (
    Amount,
    Apply,
    AtRisk,
    CannotYet,
    ChangeTask,
    ClearTasks,
    DropWishes,
    EndTask,
    GoOn,
    GroupBySubject,
    Help,
    HowLong,
    JoinTask,
    Limits,
    Meant,
    MoveBeside,
    MoveTask,
    NextUp,
    PlanTasks,
    Relocate,
    RemoveTask,
    RepeatTask,
    Replan,
    Request,
    SetLimits,
    ShowLimits,
    SplitTask,
    SpreadEvenly,
    SwapTasks,
    TakeBack,
    Tasks,
    Thanks,
    There,
    Undo,
    WhatIsOn,
    WhatIsOpen,
    WhatWasMissed,
    WhenDue,
    WhenFree,
    WhereIs,
    WhichDay,
    WhoAreYou,
    Why,
    WouldFit,
)
from dayloom.offline.whereabouts import WHERE, Where
from dayloom.offline.words import NUMBERS
from tools.planners.draft import Strategy

LISTING: Final = (
    Kind.ADD_TASK,
    Kind.FINISH_TASK,
    Kind.REOPEN_TASK,
    Kind.DROP_TASK,
    Kind.DUE_TASK,
    Kind.SIZE_TASK,
    Kind.RENAME_TASK,
    Kind.RANK_TASK,
    Kind.LOCK_TASK,
    Kind.SPLIT_TASK,
    Kind.JOIN_TASK,
    Kind.STOP_REPEATING,
    Kind.MOST_A_DAY,
    Kind.BUFFER,
    Kind.NOTICE,
    Kind.WORKING_HOURS,
    Kind.LIFT_LIMIT,
)
"""What changes the list of tasks, or what plans keep to."""

COME_BETWEEN: Final = (Kind.AWAY, Kind.RAN_LATE)
"""What has come between, told in whole sentences, in which a day is no limit of another wish."""

BARE: Final = (Kind.NAMED, Kind.DONE)
"""What is understood without a verb, of a task that there is."""

LATER: Final = (
    Kind.CHANGE_TASK,
    Kind.EVENT,
)
"""What people often ask for and this model cannot do."""

_TARGET_INSIDE: Final = re.compile(rf"(?:(?<![a-z])to\s|到)\s*(?:{WHERE})")
_EARLIER: Final = ("earlier", "ahead", "提前", "往前移", "往前挪", "previous")
_LATIN: Final = re.compile("[a-z]")
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_MARKED: Final = re.compile("[\uf000-\uf7ff]")
_UNTIL: Final = re.compile(r"(?:until|till)\s(?!the\s)")
_FULLEST: Final = ("fullest", "busiest", "heaviest", "most busy", "most work", "least time", "忙", "满", "累")
_PIECES: Final = {"half": 2, "halves": 2, "thirds": 3}
_LIMITS: Final = {
    "hours": ("working hours", "work hours", "office hours", "工作时间", "工作时段", "上班"),
    "most_minutes": ("limit", "maximum", "cap", "上限"),
    "buffer": ("buffer", "break", "pause", "缓冲", "间隔", "休息"),
    "notice": ("notice", "提前", "通知"),
    "free": ("free", "空闲"),
}
"""How people call the limits."""

_BEFORE: Final = ("before", "ahead of", "in front of", "之前", "前面", "以前", "前")
_SHORTER: Final = ("shorter", "shorten", "cut", "缩短")
_MINUTES: Final = {"h": 60, "小": 60, "m": 1, "分": 1}


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

    def amount_of(self, name: str) -> Amount | None:
        """Return the length of time of a named part."""
        found = DURATION.search(self.part(name))
        return read_duration(found) if found else None

    def where(self, name: str = "where") -> tuple[Where, ...]:
        """Return the days and times of a named part."""
        said = self.part(name)
        return read_places(self.unmask(said)) if said else ()


def build_requests(kind: Kind, sentence: Sentence) -> Sequence[Request]:
    """Return the requests a sentence of this kind stands for; none when its parts make no sense after all."""
    return _BUILDERS[kind](sentence)


def _plan(sentence: Sentence) -> Sequence[Request]:
    return [PlanTasks(strategy=sentence.strategy, limits=Limits(allowed=sentence.places))]


def _away(sentence: Sentence) -> Sequence[Request]:
    where = sentence.where()
    return [Replan(Limits(keep_free=where))] if where else []


def _ran_late(sentence: Sentence) -> Sequence[Request]:
    names = _names(sentence.part("title"))
    return [Replan(late=names)] if names else []


def _plan_named(sentence: Sentence) -> Sequence[Request]:
    names = _names(sentence.part("name"))
    return [PlanTasks(names=names)] if names else []


def _spread(sentence: Sentence) -> Sequence[Request]:
    return [SpreadEvenly(Limits(allowed=tuple(place for place in sentence.places if len(place.weekdays) < 7)))]


def _move(sentence: Sentence) -> Sequence[Request]:
    if sentence.part("other"):
        return _move_beside(sentence)
    said, to = sentence.part("name"), _target(sentence)
    if _TARGET_INSIDE.search(said) or (sentence.part("where") and not to):
        return []
    tasks = _read_tasks(said, sentence.unmask)
    source = sentence.where("source")
    if sentence.part("source") and not source:
        return []
    if tasks is not None:
        return [Relocate(replace(tasks, where=tasks.where + source), to)]
    return [MoveTask(name, to, source=source) for name in _names(said)]


def _move_beside(sentence: Sentence) -> Sequence[Request]:
    names, others = _names(sentence.part("name")), _names(sentence.part("other"))
    before = sentence.part("beside") in _BEFORE
    return [MoveBeside(names[0], others[0], before)] if len(names) == len(others) == 1 else []


def _target(sentence: Sentence) -> tuple[Where, ...]:
    """Return where something is to go: of `postpone it until 14:00` that time, not all that lies before it.

    One task cannot go to `every Thursday`.
    """
    said = sentence.unmask(sentence.part("where"))
    if EVERY.search(said):
        return ()
    until = _UNTIL.match(said)
    exact = read_places(f"at {said[until.end() :]}") if until else ()
    return exact if len(exact) == 1 and exact[0].at and not exact[0].dated else sentence.where()


def _shift(sentence: Sentence) -> Sequence[Request]:
    """Build moves by so many days or minutes; which way `forward` goes, people do not agree on."""
    said, way = sentence.part("number") or "1", sentence.part("way")
    number = 0.5 if said in ("half a", "half an", "半") else float(NUMBERS.get(said) or said)
    if sentence.part("dir") == "forward" and not way:
        return []
    number *= -1 if way in _EARLIER or sentence.part("early") else 1
    names, unit = _names(sentence.part("name")), sentence.part("unit") or "day"
    if minutes := _MINUTES.get(unit[0]):
        return [MoveTask(name, minutes=round(number * minutes)) for name in names]
    days = number * (7 if unit.startswith(("week", "周", "星期")) else 1)
    return [MoveTask(name, days=int(days)) for name in names] if days == int(days) else []


def _remove(sentence: Sentence) -> Sequence[Request]:
    said = sentence.part("name")
    if not said:
        return [ClearTasks(Tasks())]
    tasks, source = _read_tasks(said, sentence.unmask), sentence.where("source")
    if sentence.part("source") and not source:
        return []
    if tasks is not None:
        return [ClearTasks(replace(tasks, where=tasks.where + source))]
    return [RemoveTask(name, source) for name in _names(said)]


def _group(sentence: Sentence) -> Sequence[Request]:
    return [GroupBySubject(sentence.where())]


def _where_is(sentence: Sentence) -> Sequence[Request]:
    if person := _name(sentence.part("person")):
        return [WhereIs(f"meeting with {person}")]
    return [WhereIs(name) for name in _names(sentence.part("title"))[:1]]


def _what(sentence: Sentence) -> Sequence[Request]:
    return [WhatIsOn(sentence.places or sentence.where())]


def _due(sentence: Sentence) -> Sequence[Request]:
    where = sentence.where()
    return [] if sentence.part("where") and not where else [WhenDue(_name(sentence.part("title")), where)]


def _add_task(sentence: Sentence) -> Sequence[Request]:
    known, verb, length, timed = (sentence.part(name) for name in ("known", "verb", "length", "timed"))
    said = f"{known} {sentence.part('item')} {timed} {length} {sentence.part('more')}".strip()
    item = read_item(said, sentence.unmask)
    if timed and not (item and is_timed_task(item, said)):
        return []
    if item is None or (known and (item.title != known or item.amount is None)):
        return []
    title = _name(item.title) if length else f"{verb} {item.title}".strip()
    return [replace(item, title=title)] if not length or item.due else []


def _change(sentence: Sentence, **changed: Any) -> Sequence[Request]:
    names = _names(sentence.part("title"))
    return [ChangeTask(names[0], **changed)] if len(names) == 1 else []


def _change_length(sentence: Sentence) -> Sequence[Request]:
    amount, way = sentence.amount_of("length"), sentence.part("way")
    if not way:
        return _change(sentence, amount=amount)
    minutes = amount.minutes if amount else None
    return _change(sentence, minutes=-minutes if way in _SHORTER else minutes) if minutes else []


def _at_risk(sentence: Sentence) -> Sequence[Request]:
    said = sentence.part("title")
    return [AtRisk(name) for name in _names(said)[:1]] if said else [AtRisk()]


def _change_due(sentence: Sentence) -> Sequence[Request]:
    due = _target(sentence)
    return _change(sentence, due=due) if len(due) == 1 else []


def _end_task(sentence: Sentence, **how: Any) -> Sequence[Request]:
    return [EndTask(name, **how) for name in _names(sentence.part("title"))]


def _split(sentence: Sentence) -> Sequence[Request]:
    names, count = _names(sentence.part("title")), sentence.part("count")
    least, most = sentence.amount_of("least"), sentence.amount_of("length")
    parts = _PIECES.get(count) or NUMBERS.get(count) or (int(count) if count.isdigit() else None)
    if len(names) != 1 or (parts is not None and (parts < 2 or most)):
        return []
    return [SplitTask(names[0], parts, least, most)]


def _join(sentence: Sentence) -> Sequence[Request]:
    names = _names(sentence.part("title"))
    return [JoinTask(names[0])] if len(names) == 1 else []


def _stop_repeating(sentence: Sentence) -> Sequence[Request]:
    names = _names(sentence.part("title"))
    return [RepeatTask(names[0], times=0)] if len(names) == 1 else []


def _most_a_day(sentence: Sentence) -> Sequence[Request]:
    days = sentence.where()
    every = all(place == Where(weekdays=place.weekdays) and len(place.weekdays) == 7 for place in days)
    most = sentence.amount_of("length")
    return [SetLimits(most=most)] if most and every and (days or not sentence.part("where")) else []


def _working_hours(sentence: Sentence) -> Sequence[Request]:
    places = sentence.where()
    timed = bool(places) and all(place.start and place.end for place in places)
    found = lasting_limits(Limits(allowed=places)) if timed else None
    return [found] if found else []


def _lift_limit(sentence: Sentence) -> Sequence[Request]:
    way = sentence.part("way")
    named = next((name for name, words in _LIMITS.items() if any(word in way for word in words)), None)
    return [SetLimits(clear=(named,))] if named else []


def _fits(sentence: Sentence) -> Sequence[Request]:
    where = sentence.where()
    return [WouldFit(MoveTask(name, where)) for name in _names(sentence.part("name")) if where]


def _drop_wishes(sentence: Sentence) -> Sequence[Request]:
    where = sentence.where()
    return [] if sentence.part("where") and not where else [DropWishes(where)]


def _meant(sentence: Sentence) -> Sequence[Request]:
    if where := sentence.where():
        return [There(where, instead=True)]
    return [Meant(name) for name in _names(sentence.part("name"))] if not sentence.part("where") else []


def _named(sentence: Sentence) -> Sequence[Request]:
    names, where = _names(sentence.part("title")), _target(sentence)
    if any(place.since or place.until or len(place.weekdays) > 2 for place in where):
        return []  # of `Reading Tuesday to Thursday` the first day may be where it lies
    return [MoveTask(name, where) for name in names] if where and len(names) == 1 else []


def _swapped(sentence: Sentence) -> Sequence[Request]:
    if pair := sentence.part("pair"):
        return [SwapTasks(name, "") for name in _names(pair)][:1]
    first, second = _names(sentence.part("first")), _names(sentence.part("second"))
    return [SwapTasks(first[0], second[0])] if len(first) == len(second) == 1 else []


def _read_tasks(name: str, unmask: Callable[[str], str]) -> Tasks | None:
    """Return which tasks a name such as `all weekend tasks` means, or None when it names one task."""
    if grammar.OTHERS.fullmatch(name.strip()):
        return Tasks(others=True)
    if grammar.SPOKEN.fullmatch(name.strip()):
        return Tasks(spoken_of=True)
    in_english = _LATIN.search(name) and not _CHINESE.search(name)
    languages = (Language.EN,) if in_english else tuple(Language)
    for pattern in (pattern for language in languages for pattern in grammar.SEVERAL_TASKS[language]):
        if found := pattern.fullmatch(name.strip()):
            parts = found.groupdict()
            if grammar.HEDGES.search(parts.get("word") or "") or re.search(r"(?<!\w)\d", parts.get("word") or ""):
                return None
            places = [read_places(unmask(parts[part])) for part in ("where", "source") if parts.get(part)]
            if not all(places):
                return None
            return Tasks(where=tuple(w for place in places for w in place), word=(parts.get("word") or "").strip())
    return None


def _names(said: str) -> tuple[str, ...]:
    """Return the names in a list of them; none when a day, a time, a length or a hedge in it was not understood."""
    if _MARKED.search(said) or grammar.HEDGES.search(said) or DURATION.search(said):
        return ()
    return tuple(name for part in grammar.NAME_LIST.split(said) if (name := _name(part)))


def _name(said: str) -> str:
    """Return a name without its article; an article alone is none."""
    name = grammar.ARTICLE.sub("", said.strip(" ,.;!?")).strip()
    return "" if grammar.ARTICLE.fullmatch(f"{name} ") else name


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
    Kind.SWAP: _swapped,
    Kind.MOVE: _move,
    Kind.SHIFT: _shift,
    Kind.REMOVE: _remove,
    Kind.PLAN: _plan,
    Kind.REPLAN: lambda _: [Replan()],
    Kind.AWAY: _away,
    Kind.RAN_LATE: _ran_late,
    Kind.MISSED: lambda _: [WhatWasMissed()],
    Kind.PLAN_NAMED: _plan_named,
    Kind.DUE: _due,
    Kind.HOW_LONG: lambda said: [HowLong(name) for name in _names(said.part("title"))[:1]],
    Kind.ADD_TASK: _add_task,
    Kind.FINISH_TASK: lambda said: _end_task(said, took=said.amount_of("length")),
    Kind.REOPEN_TASK: lambda said: _end_task(said, back=True),
    Kind.DROP_TASK: lambda said: _end_task(said, done=False),
    Kind.DUE_TASK: _change_due,
    Kind.SIZE_TASK: _change_length,
    Kind.RENAME_TASK: lambda said: _change(said, title=said.part("item").strip(" .,!")),
    Kind.RANK_TASK: lambda said: _change(said, priority=1),
    Kind.LOCK_TASK: lambda said: _change(said, locked=not said.part("way").startswith(("un", "解"))),
    Kind.SPLIT_TASK: _split,
    Kind.JOIN_TASK: _join,
    Kind.STOP_REPEATING: _stop_repeating,
    Kind.MOST_A_DAY: _most_a_day,
    Kind.BUFFER: lambda said: [SetLimits(buffer=said.amount_of("length"))],
    Kind.NOTICE: lambda said: [SetLimits(notice=said.amount_of("length"))],
    Kind.WORKING_HOURS: _working_hours,
    Kind.LIFT_LIMIT: _lift_limit,
    Kind.LIMITS: lambda _: [ShowLimits()],
    Kind.NEXT_UP: lambda _: [NextUp()],
    Kind.AT_RISK: _at_risk,
    Kind.WHY: lambda said: [Why(name) for name in _names(said.part("title"))[:1]],
    Kind.FITS: _fits,
    Kind.DROP_WISHES: _drop_wishes,
    Kind.NO_MEETINGS: lambda said: [WhatIsOn(said.where(), meetings=True)] if said.where() else [],
    Kind.WHICH_DAY: lambda said: [WhichDay(fullest=said.part("way") in _FULLEST)],
    Kind.MEANT: _meant,
    Kind.DONE: _end_task,
    Kind.NAMED: _named,
    **{kind: lambda _, what=kind.value: [CannotYet(what)] for kind in LATER},
}
