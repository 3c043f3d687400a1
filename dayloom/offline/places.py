"""Reads days and times from a text into places, so that every word between them is accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Final

from dayloom.offline.clock import HOUR, Clock, Daypart, Lean, read_clock
from dayloom.offline.whereabouts import (
    BEFORE_DAY,
    BEHIND_DAY,
    DAY,
    DAY_KINDS,
    FILL,
    KINDS,
    THROUGH,
    DateWords,
    DayBound,
    Where,
)
from dayloom.offline.words import AHEAD, DAY_GROUPS, DAYPARTS, MONTHS, NUMBERS, WEEKDAYS

_SCAN: Final = re.compile("|".join(f"(?P<{kind}_{number}>{pattern})" for number, (kind, pattern) in enumerate(KINDS)))
_FILL: Final = re.compile(FILL)
_BESIDE: Final = re.compile(r"[\s,]*(?:(?<![a-z])(?:the|on)\s)?")
_THROUGH: Final = re.compile(THROUGH)
_FROM: Final = re.compile(rf"{FILL}(?:(?<![a-z])(?:from|(?P<both>between))\s|从){FILL}$")
_BEFORE: Final = re.compile(rf"(?P<fill>{FILL})(?P<word>{BEFORE_DAY})$")
_BEHIND: Final = re.compile(BEHIND_DAY)
_PLURAL: Final = re.compile(rf"(?:{'|'.join(part for part in DAYPARTS if part.isascii())})s(?![a-z])")
_CLOCK: Final = re.compile(HOUR)
_NUMBER: Final = re.compile(r"\d+")
_SEPARATED: Final = re.compile(r"(?<![a-z])(?:and|or)(?![a-z])|[,、&+和与及跟或]|还是")
_ENDS: Final = re.compile(r"\s?(?:all day|the whole day|全天|一?整天|的?时间|期间|那天|这天|内|里)")
_ZH_DAYS: Final = {"末": (6, 7), "天": (7,), "日": (7,)} | {
    word: (n,) for n, word in enumerate("一二三四五六", start=1)
}
_LATER_EARLY: Final = ("tonight", "this afternoon", "this evening", "今晚", "明晚", "后天晚上")


@dataclass(frozen=True)
class _Day:
    """Days that were named; `apart` tells that a word such as `and` stands before them."""

    where: Where
    apart: bool = False


@dataclass(frozen=True)
class _Time:
    """A part of the day, or clock times with the word that says how they bound it."""

    kind: str
    part: Daypart | None = None
    clocks: tuple[Clock, ...] = ()
    apart: bool = False


@dataclass(frozen=True)
class _Stretch:
    """A stretch of the clock, as it belongs to the days said beside it; a `bound` belongs to every one of them.

    `overnight` tells that it is one half of a stretch over midnight, which has no day of its own.
    """

    where: Where
    bound: bool = False
    overnight: bool = False


class _NotUnderstoodError(Exception):
    """A word or time between days and times that makes no sense there."""


def read_places(text: str, *, forbidden: bool = False, loosely: bool = False) -> tuple[Where, ...]:
    """Return what a text names, its days and times not marked, in order; `forbidden` tells that it is to be kept free.

    A part of the day belongs to the last day said before it (`Monday and Friday evening` leaves out Monday whole), but
    to all of them in the plural (`Monday and Friday evenings`) and in Chinese; so does a clock time. Nothing is
    returned when a time does not exist (`25:00`), times contradict each other (`15:00 in the morning`), or a word
    between them is not known; `loosely` skips such words.
    """
    try:
        found = list(_group(list(_merge(_read_tokens(text, loosely=loosely), forbidden=forbidden)), text))
    except _NotUnderstoodError:
        return ()
    return tuple(dict.fromkeys(where for where in found if where != Where()))


def _read_tokens(text: str, *, loosely: bool) -> list[_Day | _Time]:
    tokens: list[_Day | _Time] = []
    last, led = 0, ""
    for found in _SCAN.finditer(text):
        between = text[last : found.start()]
        last = found.end()
        kind = (found.lastgroup or "").split("_")[0]
        bound = _BEFORE.fullmatch(between) if kind in DAY_KINDS else None
        if kind in DAY_KINDS and (begins := _FROM.match(between)):
            led, between = ("between" if begins["both"] else "from"), ""
        read = list(_read_part(kind, found[0], apart=bool(_SEPARATED.search(between))))
        if bound:
            read = [_bounded(read[0], bound["word"].split()[0])]
        elif kind in DAY_KINDS and tokens and _is_range(between, led):
            read, led = [_range(tokens.pop(), read[0])], ""
        elif (
            (tokens and kind == "date" and _BESIDE.fullmatch(between) and (one := _weekday_beside(tokens[-1], read[0])))
            or (
                kind == "weekdays"
                and tokens
                and _BESIDE.fullmatch(between)
                and (one := _weekday_beside(read[0], tokens[-1]))
            )
            or (
                tokens
                and kind in ("week", "weekdays")
                and not _SEPARATED.search(between)
                and (one := _weekday_of_week(tokens[-1], read[0]))
            )
        ):
            tokens.pop()
            read = [one]
        elif not loosely and not (_FILL.fullmatch(between) and _may_follow(tokens, read)):
            raise _NotUnderstoodError(between)
        if kind in DAY_KINDS and (behind := _BEHIND.match(text, last)):
            read, last = [_bounded(read[0], behind[0])], behind.end()
        tokens += read
    rest = text[last:].strip()
    if not loosely and led and not any(isinstance(one, _Day) and len(one.where.weekdays) > 1 for one in tokens):
        raise _NotUnderstoodError(led)
    if not loosely and rest and not _ENDS.fullmatch(rest) and not _FILL.fullmatch(rest):
        raise _NotUnderstoodError(rest)
    return tokens


def _is_range(between: str, led: str) -> bool:
    """Tell whether two days are the first and the last: `Monday to Friday`, `between the 24th and the 26th`."""
    return _THROUGH.fullmatch(between) is not None or (led == "between" and between.strip() in ("and", "and the"))


def _may_follow(tokens: Sequence[_Day | _Time], read: Sequence[_Day | _Time]) -> bool:
    """Tell whether days may stand beside those before: `Monday Tuesday` are two, `tomorrow Tuesday` is one of which?"""
    if not tokens or not isinstance(tokens[-1], _Day) or not isinstance(read[0], _Day) or read[0].apart:
        return True
    return all(day.where == Where(weekdays=day.where.weekdays) for day in (tokens[-1], read[0]))


def _read_part(kind: str, text: str, *, apart: bool) -> Iterator[_Day | _Time]:
    match kind:
        case "days":
            yield _Day(Where(weekdays=_weekdays_between(*(_weekday(day) for day in re.findall(DAY, text)))), apart)
        case "weekdays":
            yield _Day(Where(weekdays=_weekdays(text)), apart)
        case "date":
            yield _Day(Where(dates=(_date(text),)), apart)
        case "next":
            yield _Day(
                Where(weekdays=_weekdays(_last_day(text)), weeks=() if "coming" in text else (_week(text),)), apart
            )
        case "week":
            yield _Day(Where(weeks=(_week(text),)), apart)
        case "ahead":
            yield _Day(Where(ahead=(_days_ahead(text),)), apart)
        case "tonight":
            yield _Day(Where(ahead=(2 if "后天" in text else 1 if text.startswith("明") else 0,)), apart)
            part = "afternoon" if "afternoon" in text else "evening" if text in _LATER_EARLY else "morning"
            yield _Time("part", DAYPARTS[part])
        case "part":
            yield _Time("part", DAYPARTS.get(text) or DAYPARTS[text.removesuffix("s")], apart=apart)
        case _:
            clocks = [read_clock(clock) for clock in _CLOCK.findall(text)]
            if None in clocks:
                raise _NotUnderstoodError(text)
            yield _Time(kind, clocks=tuple(clock for clock in clocks if clock), apart=apart)


def _bounded(said: _Day | _Time, word: str) -> _Day:
    """Return the days up to a day, or from it on, as the word before or behind it says."""
    if not isinstance(said, _Day):
        raise _NotUnderstoodError(word)
    if word in ("before", "前", "之前", "以前"):
        return replace(said, where=Where(until=DayBound(said.where, inclusive=False)))
    if word in ("by", "until", "till"):
        return replace(said, where=Where(until=DayBound(said.where)))
    inclusive = word in ("since", "starting")
    return replace(said, where=Where(since=DayBound(said.where, inclusive=inclusive)))


def _range(first: _Day | _Time, last: _Day | _Time) -> _Day:
    if not isinstance(first, _Day) or not isinstance(last, _Day) or first.where.until or first.where.since:
        raise _NotUnderstoodError
    begin, end = first.where, last.where
    if begin.dates and end.dates and end.dates[0].month is None:
        end = Where(dates=(replace(end.dates[0], month=begin.dates[0].month, year=begin.dates[0].year),))
    return replace(first, where=Where(since=DayBound(begin), until=DayBound(end)))


def _weekday_beside(day: _Day | _Time, date: _Day | _Time) -> _Day | None:
    """Return the date that was said with its weekday, when that is what the two are."""
    if not isinstance(day, _Day) or not isinstance(date, _Day) or date.where != Where(dates=date.where.dates):
        return None
    if day.where != Where(weekdays=day.where.weekdays) or len(day.where.weekdays) != 1 or len(date.where.dates) != 1:
        return None
    (weekday,), (said,) = day.where.weekdays, date.where.dates
    return _Day(Where(dates=(replace(said, weekday=weekday),)), day.apart) if said.weekday is None else None


def _weekday_of_week(first: _Day | _Time, other: _Day | _Time) -> _Day | None:
    """Return the day that `Monday next week` is, in either order, when that is what the two are."""
    if not isinstance(first, _Day) or not isinstance(other, _Day):
        return None
    for day, week in ((first.where, other.where), (other.where, first.where)):
        if day.weekdays and day == Where(weekdays=day.weekdays) and week.weeks and week == Where(weeks=week.weeks):
            return _Day(Where(weekdays=day.weekdays, weeks=week.weeks), first.apart)
    return None


def _merge(tokens: Sequence[_Day | _Time], *, forbidden: bool) -> Iterator[_Day | _Stretch]:
    """Yield days as they are, and times that stand beside each other as one stretch of the clock."""
    times: list[_Time] = []
    for token in _days_first(tokens):
        if isinstance(token, _Time) and (not times or not token.apart or _bounds_both(times[-1], token, forbidden)):
            times.append(token)
            continue
        yield from _stretches(times, forbidden=forbidden)
        times = []
        if isinstance(token, _Time):
            times = [token]
        else:
            yield token
    yield from _stretches(times, forbidden=forbidden)


def _days_first(tokens: Sequence[_Day | _Time]) -> Sequence[_Day | _Time]:
    """Put the day before its times in `at 8 on Friday evening` and `8pm tonight`."""
    for at, (one, day, other) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        if isinstance(one, _Time) and isinstance(day, _Day) and isinstance(other, _Time):
            if day.apart or other.apart:
                continue
            if at and isinstance(tokens[at - 1], _Day):
                raise _NotUnderstoodError
            return [*tokens[:at], day, one, *_days_first(tokens[at + 2 :])]
    return tokens


def _bounds_both(one: _Time, other: _Time, forbidden: bool) -> bool:
    """Tell whether `after 9 and before 17` is one stretch: where it is allowed, not where it is forbidden."""
    return not forbidden and {one.kind, other.kind} == {"after", "before"}


def _stretches(times: Sequence[_Time], *, forbidden: bool) -> Iterator[_Stretch]:
    parts = {time.part for time in times if time.part}
    clocks = [time for time in times if time.clocks]
    if not times:
        return
    if len(parts) > 1 or (clocks and "at" in {time.kind for time in clocks} and len(clocks) > 1):
        raise _NotUnderstoodError
    part = parts.pop() if parts else None
    limits = [_limits(time, part, forbidden=forbidden) for time in clocks]
    if part and not any(time.kind in ("at", "between") for time in clocks):
        limits.append(Where(start=part[0], end=part[1]))
    found = list(_intersect(limits))
    yield from (_Stretch(where, bound=bool(clocks), overnight=len(found) > 1) for where in found)


def _limits(said: _Time, part: Daypart | None, *, forbidden: bool) -> Where:
    if said.kind == "between":
        start, end = _between(said.clocks[0], said.clocks[-1], part)
        return Where(start=start, end=None if end == time(0) else end)
    leans = {"after": Lean.NOT_AFTER if forbidden else Lean.AFTER, "before": Lean.BEFORE}
    at = _in_part(said.clocks[0], part) if part else said.clocks[0].guess(leans.get(said.kind, Lean.AT))
    return {"after": Where(start=at), "before": Where(end=at)}.get(said.kind, Where(at=at))


def _in_part(clock: Clock, part: Daypart) -> time:
    at = clock.within(part)
    if at is None:
        raise _NotUnderstoodError
    return at


def _between(first: Clock, last: Clock, part: Daypart | None) -> tuple[time, time]:
    """Return both times of a stretch; what its end says of the half of the day holds for its beginning."""
    if part:
        return _in_part(first, part), _in_part(last, part)
    if not first.certain and last.certain and time(12) < last.guess() and first.in_afternoon() < last.guess():
        return first.in_afternoon(), last.guess()
    start = first.guess()
    end = last.guess() if last.certain else time(last.hour, last.minute)
    if not first.certain and not last.certain:
        end = last.guess(Lean.BEFORE)
    as_written = last.certain or (first.certain and not first.bare and not last.bare and first.hour > 12)
    if end <= start and not as_written and start < last.in_afternoon():
        end = last.in_afternoon()
    return start, end


def _intersect(limits: Sequence[Where]) -> Iterator[Where]:
    start = max((one.start for one in limits if one.start is not None), default=None)
    end = min((one.end for one in limits if one.end is not None), default=None)
    at = next((one.at for one in limits if one.at is not None), None)
    if start is None or end is None or start < end:
        yield Where(start=start, end=end, at=at)
    elif len(limits) == 1:  # over midnight: `from 22:00 to 8:00`
        yield Where(start=start)
        yield Where(end=end)
    else:
        raise _NotUnderstoodError


@dataclass(frozen=True)
class _Group:
    """Days and stretches of the clock that belong together, in the order they were said."""

    days: tuple[Where, ...] = ()
    times: tuple[_Stretch, ...] = ()
    time_first: bool = False

    def wheres(self, *, shares: bool) -> Iterator[Where]:
        shares = shares or any(one.bound for one in self.times)
        if not self.times:
            yield from _join(self.days, Where())
        elif self.time_first or shares or len(self.days) < 2:
            for one in self.times:
                yield from _join(self.days, one.where)
        else:
            yield from _join(self.days[:-1], Where())
            for one in self.times:
                yield from _join(self.days[-1:], one.where)


def _group(said: Sequence[_Day | _Stretch], text: str) -> Iterator[Where]:
    groups = [_Group()]
    for one in said:
        groups[-1:] = _add(groups[-1], one)
    shares = not text.isascii() or bool(_PLURAL.search(text))
    for group in groups:
        half_open = any(bool(place.since) != bool(place.until) for place in group.days)
        if (group.times and half_open) or (group.days and any(one.overnight for one in group.times)):
            raise _NotUnderstoodError
        yield from group.wheres(shares=shares)


def _add(group: _Group, said: _Day | _Stretch) -> list[_Group]:
    if isinstance(said, _Day):
        if group.times and (not group.time_first or (said.apart and not group.days)):
            return [group, _Group(days=(said.where,))]
        return [replace(group, days=(*group.days, said.where))]
    if group.time_first and group.days:
        kept = group.days[:-1] if len(group.days) > 1 else group.days
        return [replace(group, days=kept), _Group(days=group.days[-1:], times=(said,))]
    return [replace(group, times=(*group.times, said), time_first=not group.days)]


_ALL_DAYS: Final = range(1, 8)


def _join(days: tuple[Where, ...], when: Where) -> Iterator[Where]:
    """Yield one place for all days said by name or date, and one for each stretch of days."""
    plain = [day for day in days if not (day.since or day.until)]
    if plain or not days:
        if len({bool(day.weeks) for day in plain if day.weekdays or day.weeks}) > 1:
            raise _NotUnderstoodError
        if len(days) > 1 and any(len(day.weekdays) == len(_ALL_DAYS) for day in plain):
            raise _NotUnderstoodError  # `Monday to Wednesday, every day from 9 to 12`
        yield replace(
            when,
            weekdays=tuple(sorted({weekday for day in plain for weekday in day.weekdays})),
            dates=tuple(dict.fromkeys(date for day in plain for date in day.dates)),
            ahead=tuple(sorted({ahead for day in plain for ahead in day.ahead})),
            weeks=tuple(sorted({week for day in plain for week in day.weeks})),
        )
    yield from (replace(when, since=day.since, until=day.until) for day in days if day.since or day.until)


def _weekdays_between(first: int, last: int) -> tuple[int, ...]:
    return tuple(sorted((day - 1) % 7 + 1 for day in range(first, last + 1 if last >= first else last + 8)))


def _weekday(text: str) -> int:
    return (WEEKDAYS.get(text) or WEEKDAYS[text.removesuffix("s")])[0]


def _weekdays(text: str) -> tuple[int, ...]:
    return DAY_GROUPS.get(text) or (_ZH_DAYS[text] if text in _ZH_DAYS else (_weekday(text),))


def _last_day(text: str) -> str:
    return text[-1] if text[-1] in _ZH_DAYS else text.rsplit(maxsplit=1)[-1]


def _week(text: str) -> int:
    return 1 if text.startswith(("next", "下", "the following")) else 0


def _days_ahead(text: str) -> int:
    if text in AHEAD:
        return AHEAD[text]
    number = next(
        (word for word in re.findall(r"\d+|[a-z]+|[^\x00-\x7f]", text) if word.isdigit() or word in NUMBERS), "1"
    )
    count = int(number) if number.isdigit() else NUMBERS[number]
    return count * 7 if "week" in text or "周" in text or "星期" in text else count


def _date(text: str) -> DateWords:
    numbers = [int(number) for number in _NUMBER.findall(text)]
    month = next((MONTHS[name] for name in re.findall("[a-z]+", text) if name in MONTHS), None)
    if month is not None:
        return DateWords(day=numbers[0], month=month, year=numbers[1] if len(numbers) > 1 else None)
    if "月" in text or (len(numbers) == 3 and numbers[0] > 31):
        *year, month, day = numbers
        return DateWords(day=day, month=month, year=year[0] if year else None)
    if len(numbers) == 1:
        return DateWords(day=numbers[0])
    return DateWords(day=numbers[0], month=numbers[1], year=numbers[2] if len(numbers) > 2 else None)
