# ruff: noqa: E501 - one pattern a line reads better than a broken one
"""Days and times in a person's words: read from text, not yet tied to a window or a grid."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import time
from typing import Final

from dayloom.offline.clock import HOUR, TIME, Lean, read_clock
from dayloom.offline.words import AHEAD, DAY_GROUPS, DAYPARTS, EVENING, MONTHS, WEEKDAYS, any_of


@dataclass(frozen=True)
class DateWords:
    """A calendar date as far as it was said: `the 25th`, `25 Nov`, `2026-11-25`."""

    day: int
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True)
class Where:
    """Some days and a stretch of the clock on each of them; everything left out is unlimited.

    Days are those named in any way; `weeks` (0 is this week, 1 the next) also limits `weekdays`. `ahead` counts days
    from today. `start` is where the stretch of the clock begins, `end` where it is over; `at` is one exact starting time.
    """

    weekdays: tuple[int, ...] = ()
    dates: tuple[DateWords, ...] = ()
    ahead: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    start: time | None = None
    end: time | None = None
    at: time | None = None

    @property
    def timed(self) -> bool:
        """Tell whether a time of the day was said."""
        return self.start is not None or self.end is not None or self.at is not None

    @property
    def dated(self) -> bool:
        """Tell whether days were said."""
        return bool(self.weekdays or self.dates or self.ahead or self.weeks)


_DAY: Final = any_of([*WEEKDAYS, *(f"{day}s" for day in WEEKDAYS if day.isascii())])
_THROUGH: Final = r"\s*(?:-|–|~|to|till?|until|through|thru|到|至)\s*"
_MONTH: Final = rf"(?:{any_of(MONTHS)})\.?"
_NTH: Final = r"\d{1,2}(?:st|nd|rd|th)"
_TO: Final = r"\s*(?:-|–|~|to|till?|until|through|thru|and|到|至|和)\s*"
_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("days", rf"(?:{_DAY}){_THROUGH}(?:{_DAY})"),
    ("date", r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"),
    ("date", r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]?"),
    ("date", rf"(?<!\d)(?:{_NTH}|\d{{1,2}}\.?)\s?(?:of\s)?{_MONTH}(?:\s\d{{4}}(?!\d))?"),
    ("date", rf"{_MONTH}\s?(?:{_NTH}|\d{{1,2}}(?![\d:]))(?:,?\s\d{{4}}(?!\d))?"),
    ("date", r"(?<![\d.])\d{1,2}\.\d{1,2}\.(?:\d{4})?(?!\d)"),
    ("date", rf"the\s{_NTH}|(?<!\d)\d{{1,2}}号"),
    ("next", rf"(?:this|next|the coming|coming)\s(?:{_DAY})|[这本下]个?(?:周|星期|礼拜)[一二三四五六日天末]"),
    (
        "week",
        r"(?<![a-z])(?:this|next|the coming|coming)\sweek(?!end)|(?:[这本下]个?(?:一周|周|星期|礼拜))(?![一二三四五六日天末])",
    ),
    ("tonight", r"(?<![a-z])tonight(?![a-z])|今晚|明晚"),
    ("ahead", any_of(AHEAD)),
    ("between", rf"(?:between|from|从|在)\s*{HOUR}{_TO}{HOUR}(?:之间)?|{TIME}{_TO}{HOUR}(?:之间)?|{HOUR}\s?-\s?{TIME}"),
    (
        "after",
        rf"(?<![a-z])(?:after|from|since|past|later than|starting at|starting from)\s{HOUR}|{HOUR}\s?(?:[之以]?后|起|开始)",
    ),
    ("before", rf"(?<![a-z])(?:before|until|till|by|up to|earlier than)\s{HOUR}|{HOUR}\s?[之以]?前"),
    ("at", rf"(?<![a-z])at\s{HOUR}|{TIME}"),
    ("weekdays", any_of(DAY_GROUPS)),
    ("weekdays", _DAY),
    ("part", any_of([*DAYPARTS, *(f"{part}s" for part in DAYPARTS if part.isascii())])),
)
_SCAN: Final = re.compile("|".join(f"(?P<{kind}_{number}>{pattern})" for number, (kind, pattern) in enumerate(_KINDS)))
_SINGLE: Final = re.compile("|".join(f"(?:{pattern})" for kind, pattern in _KINDS if kind != "days"))

WEEKDAY_MARKS: Final = range(0xF000, 0xF400)
OTHER_MARKS: Final = range(0xF400, 0xF800)
_FILL: Final = (
    r"(?:[\s,、&+的和与及跟或在]|整个?|每个?|所有|全|都|这个"
    r"|(?<![a-z])(?:and|or|on|in|at|the|my|of|during|for|every|each|all|any|whole|entire|late|early|this|also)(?![a-z]))*"
)
_MARK: Final = "[\uf000-\uf7ff]"
_RANGE: Final = rf"(?:(?:from\s|从|between\s)?[\uf000-\uf3ff]{_THROUGH}[\uf000-\uf3ff])"
WHERE: Final = (
    rf"{_FILL}(?:{_RANGE}|{_MARK})(?:{_FILL}(?:{_RANGE}|{_MARK}))*"
    r"(?:\s?(?:all day|the whole day|全天|一?整天|的?时间|期间|那天|这天))?"
)
"""A pattern for one or several whereabouts in a row, in a text whose days and times are marked; has no groups."""


def mark_times(text: str, hide: Callable[[str, range], str]) -> str:
    """Replace every day and time by one character, which `hide` takes from a range of marks."""
    return _SINGLE.sub(
        lambda found: hide(found[0], WEEKDAY_MARKS if _WEEKDAY.fullmatch(found[0]) else OTHER_MARKS), text
    )


_PLURAL: Final = re.compile(rf"(?:{'|'.join(part for part in DAYPARTS if part.isascii())})s(?![a-z])")
_WEEKDAY: Final = re.compile(_DAY)
_CLOCK: Final = re.compile(HOUR)
_NUMBER: Final = re.compile(r"\d+")
_SEPARATED: Final = re.compile(r"(?<![a-z])(?:and|or)(?![a-z])|[,、&+和与及跟或]")
_ZH_DAYS: Final = {"末": (6, 7), "天": (7,), "日": (7,)} | {
    word: (n,) for n, word in enumerate("一二三四五六", start=1)
}


@dataclass(frozen=True)
class _Group:
    """Days and times that belong together, in the order they were said."""

    days: tuple[Where, ...] = ()
    times: tuple[Where, ...] = ()
    time_first: bool = False

    def wheres(self, *, shares: bool) -> Iterator[Where]:
        if not self.times:
            yield _join(self.days, Where())
        elif self.time_first or shares or len(self.days) < 2:
            yield from (_join(self.days, when) for when in self.times)
        else:
            yield _join(self.days[:-1], Where())
            yield from (_join(self.days[-1:], when) for when in self.times)


def read_places(text: str, *, forbidden: bool = False) -> tuple[Where, ...]:
    """Return what a text names, its days and times not marked, in order; `forbidden` tells that it is to be kept free.

    A part of the day belongs to the last day said before it (`Monday and Friday evening` leaves out Monday whole), but
    to all of them in the plural (`Monday and Friday evenings`) and in Chinese. Nothing is returned when one of the
    times does not exist (`25:00`).
    """
    groups = [_Group()]
    last = 0
    for found in _SCAN.finditer(text):
        apart = bool(_SEPARATED.search(text, last, found.start()))
        last = found.end()
        for part in _read_part(found, forbidden=forbidden):
            if part == Where():
                return ()
            groups[-1:] = _add(groups[-1], part, apart=apart)
    shares = not text.isascii() or bool(_PLURAL.search(text))
    found = tuple(dict.fromkeys(where for group in groups for where in group.wheres(shares=shares)))
    return tuple(where for where in found if where != Where())


def _add(group: _Group, part: Where, *, apart: bool) -> list[_Group]:
    if not part.timed:
        if group.times and not group.time_first:
            return [group, _Group(days=(part,))]
        return [replace(group, days=(*group.days, part))]
    if group.time_first and group.days:
        return [group, _Group(days=group.days[-1:], times=(part,))]
    if group.times and not apart:
        return [replace(group, times=(*group.times[:-1], _narrow(group.times[-1], part)))]
    return [replace(group, times=(*group.times, part), time_first=not group.days)]


def _join(days: tuple[Where, ...], when: Where) -> Where:
    return replace(
        when,
        weekdays=tuple(sorted({weekday for day in days for weekday in day.weekdays})),
        dates=tuple(dict.fromkeys(date for day in days for date in day.dates)),
        ahead=tuple(sorted({ahead for day in days for ahead in day.ahead})),
        weeks=tuple(sorted({week for day in days for week in day.weeks})),
    )


def _narrow(one: Where, other: Where) -> Where:
    start = max((at for at in (one.start, other.start) if at is not None), default=None)
    end = min((at for at in (one.end, other.end) if at is not None), default=None)
    at = other.at or one.at
    if at is not None and end is not None and at >= end and at.hour >= 12:
        at = at.replace(hour=at.hour - 12)
    return Where(start=start, end=end, at=at)


def _read_part(found: re.Match[str], *, forbidden: bool) -> Iterator[Where]:
    kind, text = (found.lastgroup or "").split("_")[0], found[0]
    match kind:
        case "days":
            yield Where(weekdays=_weekdays_between(*(_weekday(day) for day in _WEEKDAY.findall(text))))
        case "weekdays":
            yield Where(weekdays=_weekdays(text))
        case "date":
            yield Where(dates=(_date(text),))
        case "next":
            yield Where(weekdays=_weekdays(_last_day(text)), weeks=() if "coming" in text else (_week(text),))
        case "week":
            yield Where(weeks=(_week(text),))
        case "ahead":
            yield Where(ahead=(AHEAD[text],))
        case "tonight":
            yield Where(ahead=(1 if text == "明晚" else 0,))
            yield Where(start=EVENING)
        case "part":
            start, end = DAYPARTS.get(text) or DAYPARTS[text.removesuffix("s")]
            yield Where(start=start, end=end)
        case _:
            yield _read_times(kind, _CLOCK.findall(text), forbidden=forbidden)


def _read_times(kind: str, said: list[str], *, forbidden: bool) -> Where:
    if kind == "between":
        start, end = read_clock(said[0]), read_clock(said[-1], Lean.BEFORE)
        return Where(start=start, end=_mend_end(start, end))
    if kind == "after":
        return Where(start=read_clock(said[0], Lean.NOT_AFTER if forbidden else Lean.AFTER))
    if kind == "before":
        return Where(end=read_clock(said[0], Lean.BEFORE))
    return Where(at=read_clock(said[0]))


def _mend_end(start: time | None, end: time | None) -> time | None:
    """Mend `between 9 and 5` and `from 22:00 to 00:00`."""
    if start is None or end is None or end > start:
        return end
    return end.replace(hour=end.hour + 12) if 0 < end.hour < 12 else None


def _weekdays_between(first: int, last: int) -> tuple[int, ...]:
    return tuple(sorted((day - 1) % 7 + 1 for day in range(first, last + 1 if last >= first else last + 8)))


def _weekday(text: str) -> int:
    return (WEEKDAYS.get(text) or WEEKDAYS[text.removesuffix("s")])[0]


def _weekdays(text: str) -> tuple[int, ...]:
    return DAY_GROUPS.get(text) or (_ZH_DAYS[text] if text in _ZH_DAYS else (_weekday(text),))


def _last_day(text: str) -> str:
    return text[-1] if text[-1] in _ZH_DAYS else text.rsplit(maxsplit=1)[-1]


def _week(text: str) -> int:
    return 1 if text.startswith(("next", "下")) else 0


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
