"""Reads what a person says: text in, request values out; the grammar itself is in `grammar`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from functools import lru_cache
from typing import Final, cast

from dayloom.offline import grammar
from dayloom.offline.builders import BARE, COME_BETWEEN, LISTING, Sentence, build_requests
from dayloom.offline.duration import DURATION, LENGTH, read_duration
from dayloom.offline.event_words import read_event
from dayloom.offline.grammar.sentence import Bag, Form, Kind
from dayloom.offline.items import DUE
from dayloom.offline.lasting import lasting_limits
from dayloom.offline.masks import TITLE_MARKS, mask
from dayloom.offline.places import read_places
from dayloom.offline.repeat_words import APART, read_repeat
from dayloom.offline.requests import (
    TAKES_LIMITS,
    WRITES,
    AddEvent,
    AddTask,
    AskedOfChange,
    CannotYet,
    ChangeTask,
    ClearTasks,
    EndTask,
    Invite,
    KeepFree,
    Lasts,
    Limits,
    MoveTask,
    PlanTasks,
    Reading,
    Relocate,
    RemoveTask,
    RepeatTask,
    Replan,
    Request,
    SetLimits,
    SpreadEvenly,
    There,
    Unknown,
    WouldFit,
    names_in,
)
from dayloom.offline.whereabouts import WHERE, Where
from dayloom.offline.words import PRONOUNS, normalise
from tools.planners.draft import Strategy

LONGEST: Final = 600
"""A text with more characters is not read at all: half a request is worse than none."""

_MOST_PIECES: Final = 40
_WHERE: Final = re.compile(WHERE)
_TO_BEFORE: Final = re.compile(r"(?:[到至]|(?<![a-z])to)\s*$")
_LASTS: Final = re.compile(
    rf"(?:(?:it takes|about|around|for|roughly|at most|no longer than|大概|大约|需要|每段|最多)\s?)*{LENGTH}(?: each)?"
)
_TOWARDS: Final = re.compile(r"^(?:to|for|make it|let's say|[改移挪放]?到)\s?(?=[\uf000-\uf7ff])")
_REPLY_AND_MORE: Final = re.compile(
    rf"(?:(?P<yes>{grammar.YES.pattern})|(?:{grammar.NO.pattern}))\s*[,.!;:]+\s*(?P<rest>.+)"
)
_REPLY_AND_MORE_BARE: Final = re.compile(r"(?:(?P<yes>yes|yeah|yep|sure)|no|nope|nah) (?P<rest>.+)")
_LAST_MORNING: Final = 10
_IN_MORNING: Final = re.compile(r"\d\s?a\.?m|morning|早|上午|(?<!\d)0\d:")
_NEVER: Final = re.compile(r"(?:i\s)?(?:will\s)?never(?![a-z])")
_WORDS: Final = re.compile("[a-z0-9]+|[^\\x00-\\x7f]")
_LISTING: Final = tuple(rule for rule in grammar.ORDERS if rule.kind in LISTING)
_COME_BETWEEN: Final = tuple(rule for rule in grammar.ORDERS if rule.kind in COME_BETWEEN)
_WITH_VERB: Final = tuple(rule for rule in grammar.ORDERS if rule.kind not in BARE)
_BAGS: Final = tuple(rule for rule in (*grammar.QUESTIONS, *grammar.ORDERS) if isinstance(rule, Bag))

_NOT_THERE: Final = re.compile(r"(?<![a-z])(?:not|but not|never|except) (?:(?:on|before|after|in|at) )?[\uf000-\uf7ff]")
"""Where something is not to lie: said of a new task, it cannot be kept to, and is no wish for all of them."""

_HIDDEN_TITLES: Final = tuple(frozenset({chr(mark)}) for mark in TITLE_MARKS)


@lru_cache(maxsize=1024)  # what was said in a conversation is read again in each of its turns
def read_text(text: str, titles: tuple[str, ...] = ()) -> Reading:
    """Return what a text asks for; `titles` are names that must not be taken apart."""
    if len(text) > LONGEST:
        return Reading(requests=(Unknown(text),))
    said = mask(text, titles, _is_reserved)
    reader = _Reader(said.with_times, _known_words(titles), asks=said.text.rstrip().endswith("?"))
    reading = None if any(vague.search(said.text) for vague in grammar.VAGUE) else reader.read(said.text)
    if grammar.IS_QUESTION.search(said.text):
        bare = grammar.ASKING.sub("", said.text)
        if reading is None or reading.unread or any(isinstance(request, WRITES) for request in reading.requests):
            reading = reader.read(bare) or reading
        reading = _as_question(reading) if reading else None
    if reading is None:
        return Reading(requests=(Unknown(text),))
    if _NOT_THERE.search(said.text) and any(isinstance(request, AddTask) for request in reading.requests):
        return Reading(requests=(Unknown(text),))
    requests = tuple(_as_written(said.reveal(request), text) for request in reading.requests)
    return replace(reading, requests=requests, unread=said.plain(reading.unread).strip(" ,;."))


def _known_words(titles: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Return the words of each title, and the marks that titles are hidden behind."""
    return (*(frozenset(_WORDS.findall(normalise(title))) for title in titles), *_HIDDEN_TITLES)


def _as_written(request: Request, text: str) -> Request:
    """Return a new title, or a person, in the letters it was written in."""
    if isinstance(request, Invite):
        return replace(request, people=tuple(_letters_of(one, text) for one in request.people))
    if not isinstance(request, AddTask | ChangeTask | AddEvent | RepeatTask) or not request.title:
        return request
    return replace(request, title=_letters_of(request.title, text))


def _letters_of(said: str, text: str) -> str:
    found = re.search(re.escape(said).replace("\\ ", r"\s+"), text, re.IGNORECASE)
    return found[0] if found else said


def _is_reserved(title: str) -> bool:
    """Tell whether a title is nothing but words of the grammar."""
    return bool(_WHERE.fullmatch(title)) or any(bag.words.fullmatch(title) for bag in _BAGS)


@dataclass(frozen=True)
class _SaidLimits:
    """Limits in a text; `spoken_of` are those of the task spoken of.

    `excepted` tells that one of them is an exception, `several` that more than one thing is to be free.
    """

    limits: Limits = field(default_factory=Limits)
    spoken_of: tuple[Where, ...] = ()
    excepted: bool = False
    several: bool = False

    def plus(self, other: _SaidLimits) -> _SaidLimits:
        """Return both together."""
        limits = Limits(
            keep_free=tuple(dict.fromkeys(self.limits.keep_free + other.limits.keep_free)),
            allowed=tuple(dict.fromkeys(self.limits.allowed + other.limits.allowed)),
        )
        several = self.several or bool(self.limits.keep_free and other.limits.keep_free)
        return _SaidLimits(limits, self.spoken_of + other.spoken_of, self.excepted or other.excepted, several)


@dataclass(frozen=True)
class _Reader:
    """Reads one masked text; `unmask` puts days and times back into a piece of it.

    `known` are the words of each title, `asks` tells that the text ends with a question mark.
    """

    unmask: Callable[[str], str]
    known: tuple[frozenset[str], ...] = ()
    asks: bool = False

    def read(self, text: str) -> Reading | None:
        """Return what the text says, or None when nothing in it is understood."""
        return (
            _answer(text)
            or self._event(text)
            or self._question(text)
            or self._answer_and_more(_REPLY_AND_MORE, text)
            or self._listing(text)
            or self._repeat(text)
            or self._orders(text)
            or self._answer_and_more(_REPLY_AND_MORE_BARE, text)
        )

    def _event(self, text: str) -> Reading | None:
        event = read_event(_polish(text), self.unmask, self._is_there)
        return Reading(requests=(event,)) if event else None

    def _is_there(self, title: str) -> bool:
        """Tell whether all words of a title stand in that of a task or an event there is."""
        words = set(_WORDS.findall(title))
        return any(bool(words) and words <= known for known in self.known)

    def _repeat(self, text: str) -> Reading | None:
        if any(pattern.search(text) for pattern in (*grammar.KEEP_FREE, *grammar.ONLY)) and not APART.search(text):
            return None
        said = _polish(text)
        repeat = read_repeat(said, self.unmask, lambda title: bool(self._first(_WITH_VERB, title)))
        return Reading(requests=(repeat,)) if repeat else None

    def _listing(self, text: str) -> Reading | None:
        """Read what has come between, or a change of the list, in which limits are nothing but words of a title."""
        if requests := self._first(_COME_BETWEEN, text):
            return Reading(requests=requests)
        requests = self._first(_LISTING, _polish(text)) or self._first(_LISTING, text)
        parts = grammar.WEAK_BREAK.split(text)
        if not requests or (any(self._is_order(part) for part in parts[2::2]) and not _is_list(requests, parts)):
            return None
        return Reading(requests=requests)

    def _is_order(self, part: str) -> bool:
        """Tell whether a part is a request of its own: not when it says by when the task before it has to be done."""
        return bool(self._first(_WITH_VERB, _polish(part))) and not DUE.fullmatch(part.strip())

    def _question(self, text: str) -> Reading | None:
        requests = self._first(grammar.QUESTIONS, text)
        return Reading(requests=requests) if requests else None

    def _answer_and_more(self, pattern: re.Pattern[str], text: str) -> Reading | None:
        """Read `no, keep Friday free too`."""
        led = pattern.fullmatch(text)
        if led is None:
            return None
        said, agrees = led["rest"], led["yes"] is not None
        rest = _answer(said) or self._question(said) or self._orders(said)
        if rest is None:  # of `no meetings after five` the first word is no answer
            return Reading(agrees=agrees, unread=said) if agrees or pattern is _REPLY_AND_MORE else None
        return replace(rest, agrees=agrees) if rest.agrees is None else rest

    def _orders(self, text: str) -> Reading | None:
        text, may_reorder = _order(text)
        text, for_good = _for_good(text)
        text, said = self._limits(text)
        requests, unread = self._pieces(text)
        if for_good:
            lasting = _last(requests, said)
            return Reading(requests=_limits_first(lasting), may_reorder=may_reorder, unread=unread) if lasting else None
        if cannot := tuple(request for request in requests if isinstance(request, CannotYet)):
            return Reading(requests=cannot)  # and nothing else of the text either
        limits = said.limits
        if limits.keep_free and all(isinstance(request, There) for request in requests):
            also = tuple(place for request in requests if isinstance(request, There) for place in request.where)
            requests, limits = (), _with_more(limits, also)
        if limits.allowed and any(isinstance(request, There) for request in requests):
            return None
        if limits != Limits():
            requests = _put_limits_under(requests, replace(said, limits=limits))
            if not requests:
                return None
        if not requests and may_reorder is None:
            return None
        return Reading(requests=_limits_first(requests), may_reorder=may_reorder, unread=unread)

    def _limits(self, text: str) -> tuple[str, _SaidLimits]:
        said = _SaidLimits()

        def take(match: re.Match[str], *, forbidden: bool) -> str:
            nonlocal said
            kept, where = _own_places(match)
            taken = self._read_limit(match, where, forbidden=forbidden) if where else None
            if taken is None:
                return match[0]
            said = said.plus(taken)
            return f"{kept} , "

        for patterns, forbidden in ((grammar.ONLY, False), (grammar.KEEP_FREE, True)):
            for pattern in patterns:
                text = pattern.sub(lambda match, no=forbidden: take(match, forbidden=no), text)
        return text, said

    def _read_limit(self, match: re.Match[str], said: str, *, forbidden: bool) -> _SaidLimits | None:
        """Return the limit that was found, or None when its days and times make no sense there."""
        parts = match.groupdict()
        places = read_places(self.unmask(said), forbidden=forbidden)
        if parts.get("ends") or parts.get("begins"):
            places = _bounds(places, self.unmask(said), ends=bool(parts.get("ends")))
        if not places:
            return None
        if forbidden:
            spoken_of = places if parts.get("not") else ()
            return _SaidLimits(Limits(keep_free=places), spoken_of, bool(parts.get("except")))
        return _SaidLimits(Limits(allowed=places))

    def _pieces(self, text: str) -> tuple[tuple[Request, ...], str]:
        requests: list[Request] = []
        unread: list[str] = []
        answers: list[str] = []
        for sentence in grammar.STRONG_BREAK.split(text):
            for said, piece in self._longest_first(sentence):
                requests += said
                unread += [] if said else [piece]
                answers += [piece] if any(isinstance(one, There | Lasts) for one in said) else []
        if answers and not all(isinstance(request, There | Lasts) for request in requests):
            unread += answers  # a day or a length beside a request that does not hold it
        return _join_plans(_others(requests)), ", ".join(unread)

    def _longest_first(self, sentence: str) -> Iterator[tuple[tuple[Request, ...], str]]:
        """Yield requests, each read from as many pieces as make sense together, and the pieces that make none."""
        parts = grammar.WEAK_BREAK.split(sentence)[: 2 * _MOST_PIECES]
        start, verb = 0, ""
        while start < len(parts):
            end, found = self._piece(parts, start, verb)
            if found:
                verb = _polish("".join(parts[start:end])).split()[0]
                yield found, "".join(parts[start:end])
            elif left := _polish(parts[start]):
                yield self._read_rest(left), left
            start = end + 1

    def _piece(self, parts: list[str], start: int, verb: str) -> tuple[int, tuple[Request, ...]]:
        """Return the requests that begin with this piece and where they end; a verb carries over from before."""
        for end in range(len(parts), start, -2):
            piece = _polish("".join(parts[start:end]))
            found = self._first(grammar.ORDERS, piece) if piece else ()
            found = found or (self._first(grammar.ORDERS, f"{verb} {piece}") if verb and piece else ())
            # `move A to Monday and move B to Friday` fits as one title with `and` in it; a request stays one.
            alone = any(self._first(_WITH_VERB, part) for part in parts[start + 2 : end : 2])
            if found and (not alone or _is_list(found, parts[start:end])):
                return end, found
        return start + 1, ()

    def _read_rest(self, piece: str) -> tuple[Request, ...]:
        if requests := self._first(grammar.QUESTIONS, piece):
            return requests
        piece_of_place = _TOWARDS.sub("", piece)
        places = read_places(self.unmask(piece_of_place)) if _WHERE.fullmatch(piece_of_place) else ()
        if length := _LASTS.fullmatch(piece):
            return (Lasts(read_duration(cast("re.Match[str]", DURATION.search(length[0])))),)
        return (There(places),) if places else ()

    def _first(self, rules: Iterable[Form | Bag], text: str) -> tuple[Request, ...]:
        # As it was said first: of `help me` nothing would be left without its politeness.
        for said in dict.fromkeys((text.strip(" ,;.!?"), _polish(text))):
            for rule in rules:
                for sentence in self._sentences(rule, said):
                    if (requests := build_requests(rule.kind, sentence)) and self._may_stand(rule.kind, requests):
                        return tuple(requests)
        return ()

    def _may_stand(self, kind: Kind, requests: Iterable[Request]) -> bool:
        """Tell whether a name without a verb beside it is that of a task there is, and no question."""
        if kind not in BARE:
            return True
        names = [set(_WORDS.findall(name)) for request in requests for name in names_in(request)]
        return not self.asks and all(any(name and name <= known for known in self.known) for name in names)

    def _sentences(self, rule: Form | Bag, text: str) -> Iterator[Sentence]:
        if isinstance(rule, Form):
            for pattern in rule.patterns:
                if found := pattern.fullmatch(text):
                    yield Sentence(self.unmask, {name: part or "" for name, part in found.groupdict().items()})
            return
        bare, strategy = _strategy(text) if rule.kind is Kind.PLAN else (text, None)
        amount = DURATION.search(bare) if rule.with_length else None
        bare = bare.replace(amount[0], " ", 1) if amount else bare
        rest = _WHERE.sub(" ", bare).strip()
        asked = rule.needs.search(bare) or (amount and rule.with_length and rule.with_length.search(bare))
        if (strategy and not bare.strip()) or (asked and rule.words.fullmatch(rest)):
            said = [self.unmask(found) for found in _WHERE.findall(bare)]
            read = [read_places(one) for one in said]
            if not all(read):
                return  # of `by Friday noon` nothing is left out
            places = tuple(place for one in read for place in one)
            yield Sentence(self.unmask, {}, places, strategy, read_duration(amount) if amount else None)


def _is_list(requests: Sequence[Request], parts: Sequence[str]) -> bool:
    """Tell whether the parts name one thing each, as in `the essay and the reading are done`."""
    return all(isinstance(one, EndTask) for one in requests) and 2 * len(requests) - 1 == len(parts)


def _answer(text: str) -> Reading | None:
    bare = text.strip(" ,.;!?")
    for pattern, agrees in ((grammar.YES, True), (grammar.NO, False)):
        if pattern.fullmatch(bare) or pattern.fullmatch(grammar.TRAILING.sub("", bare)):
            return Reading(agrees=agrees)
    return None


def _order(text: str) -> tuple[str, bool | None]:
    """Take the wishes about order out; forbidding wins."""
    without_free = grammar.ORDER_FREE.sub(" , ", text)
    without = grammar.ORDER_FIXED.sub(" , ", without_free)
    if without != without_free:
        return without, False
    return without, True if without_free != text else None


def _for_good(text: str) -> tuple[str, bool]:
    """Take out that a limit is one of all plans to come; `never before nine` alone says it too."""
    without = grammar.FOR_GOOD.sub(" ", text)
    return without, without != text or bool(_NEVER.match(text))


def _last(requests: tuple[Request, ...], said: _SaidLimits) -> tuple[Request, ...]:
    """Return the requests with the one limit in them as one for good; none when there is none, or more than one."""
    if any(isinstance(request, There | Lasts) for request in requests):
        return ()  # a day or a length beside a limit that does not hold it
    limits = [request for request in requests if isinstance(request, SetLimits)]
    if said.limits != Limits():
        if limits or said.several or (lasting := lasting_limits(said.limits)) is None:
            return ()
        return (lasting, *requests)
    if len(limits) != 1:
        return ()
    return tuple(replace(one, always=True) if isinstance(one, SetLimits) else one for one in requests)


def _limits_first(requests: tuple[Request, ...]) -> tuple[Request, ...]:
    """Put what plans keep to before the plans of the same text."""
    return tuple(sorted(requests, key=lambda request: not isinstance(request, SetLimits)))


def _others(requests: Iterable[Request]) -> list[Request]:
    """Let `it` be the task named before in the same text, and `the others` all but those named before."""
    read: list[Request] = []
    for request in requests:
        if isinstance(request, Relocate | ClearTasks) and request.tasks.others:
            named = tuple(name for before in read for name in names_in(before))
            read.append(replace(request, tasks=replace(request.tasks, but=named)))
        elif isinstance(request, MoveTask | RemoveTask) and request.name in PRONOUNS and read and names_in(read[-1]):
            read.append(replace(request, name=names_in(read[-1])[-1]))
        else:
            read.append(request)
    return read


def _join_plans(requests: list[Request]) -> tuple[Request, ...]:
    """Make one plan of `plan my tasks` and `as early as possible`."""
    joined: list[Request] = []
    for request in requests:
        before = joined[-1] if joined else None
        if isinstance(request, PlanTasks) and isinstance(before, PlanTasks) and not (request.names and before.names):
            joined[-1] = PlanTasks(
                strategy=request.strategy or before.strategy,
                limits=before.limits.plus(request.limits),
                names=before.names or request.names,
            )
        else:
            joined.append(request)
    return tuple(joined)


def _own_places(match: re.Match[str]) -> tuple[str, str]:
    """Return what of a limit belongs to the clause before it, and its own days and times.

    In `move A to Friday, Sunday free` the list of days begins with that of another clause.
    """
    name = next(name for name, text in match.groupdict().items() if text and name.startswith("where"))
    said, begins = match[name], match.start(name)
    if not _TO_BEFORE.search(match.string[:begins]):
        return "", said
    cut = said.rfind(",")
    return (match.string[match.start() : begins + cut], said[cut + 1 :]) if cut >= 0 else ("", "")


def _bounds(places: tuple[Where, ...], said: str, *, ends: bool) -> tuple[Where, ...]:
    """Return what `finish at 18:00` and `start at 9` allow; nothing when no end or beginning was said."""
    if ends:
        found = [replace(place, at=None, end=_evening(place.at or place.end, said)) for place in places]
        return tuple(found) if all(place.start is None and (place.end or place.until) for place in found) else ()
    found = [replace(place, at=None, start=place.at or place.start) for place in places]
    return tuple(found) if all(place.end is None and (place.start or place.since) for place in found) else ()


def _evening(end: time | None, said: str) -> time | None:
    """Return when a day ends: nobody who says `finish by six` means six in the morning."""
    early = end is not None and 1 <= end.hour <= _LAST_MORNING and not _IN_MORNING.search(said)
    return end.replace(hour=end.hour + 12) if end and early else end


def _with_more(limits: Limits, also: tuple[Where, ...]) -> Limits:
    """Add what is said behind `keep Friday free`: hours of that day (`until noon`), or further days."""
    hours = [place for place in also if place.timed and not place.dated]
    whole = [place for place in limits.keep_free if not place.timed]
    if len(hours) == len(also) == 1 and len(whole) == len(limits.keep_free):
        (when,) = hours
        kept = tuple(replace(place, start=when.start, end=when.end, at=when.at) for place in whole)
        return Limits(keep_free=kept, allowed=limits.allowed)
    return limits.plus(Limits(keep_free=also))


def _put_limits_under(requests: tuple[Request, ...], said: _SaidLimits) -> tuple[Request, ...]:
    """Put limits under every request that takes them, or let them stand alone; return nothing when they fit none.

    What is to be free on certain days is a wish of its own beside the move of one task: `not on Friday` speaks of that
    task, `and keep Friday free` does not.
    """
    work = [request for request in requests if not isinstance(request, There)]
    if (said.excepted or said.limits.allowed) and any(isinstance(one, ClearTasks | RemoveTask) for one in work):
        return ()
    if said.excepted and any(not isinstance(one, PlanTasks | Replan | SpreadEvenly) for one in work):
        return ()
    if said.excepted and said.several:
        return ()
    takers = [request for request in work if isinstance(request, TAKES_LIMITS)]
    if not takers and work and said.spoken_of:
        return ()  # `but not on Friday` speaks of what takes no limits
    if not takers:
        of_task = bool(said.spoken_of) and set(said.spoken_of) == set(said.limits.keep_free)
        return () if work and said.limits.allowed else (*requests, KeepFree(said.limits, spoken_of=of_task))
    if said.limits.allowed and any(request.limits.allowed for request in takers):
        return ()  # Of two places allowed one would be lost.
    apart: tuple[Where, ...] = ()
    if not any(isinstance(request, PlanTasks | Replan | SpreadEvenly) for request in takers):
        apart = tuple(place for place in said.limits.keep_free if place.dated and place not in said.spoken_of)
    under = replace(said.limits, keep_free=tuple(place for place in said.limits.keep_free if place not in apart))
    if any(isinstance(request, Relocate) for request in takers):
        under = said.limits
    requests = tuple(
        replace(request, limits=request.limits.plus(under)) if isinstance(request, TAKES_LIMITS) else request
        for request in requests
    )
    return (*requests, KeepFree(Limits(keep_free=apart))) if apart else requests


def _as_question(reading: Reading) -> Reading:
    """Return a question about a change as what it asks: whether a task would fit, or whether the change were good."""
    work = [request for request in reading.requests if isinstance(request, WRITES)]
    if not work:
        return reading
    if len(reading.requests) == 1 and isinstance(work[0], MoveTask) and work[0].to and not reading.unread:
        return Reading(requests=(WouldFit(work[0]),))
    return Reading(requests=(AskedOfChange(),))


def _strategy(text: str) -> tuple[str, Strategy | None]:
    for pattern, strategy in ((grammar.RAPID, Strategy.RAPID), (grammar.STEADY, Strategy.STEADY)):
        if pattern.search(text):
            return _polish(pattern.sub(" ", text)), strategy
    return text, None


def _polish(text: str) -> str:
    """Return the text without the politeness around it."""
    return grammar.TRAILING.sub("", grammar.POLITE.sub("", text.strip())).strip()
