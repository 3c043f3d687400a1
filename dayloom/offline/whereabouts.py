# ruff: noqa: E501 - one pattern a line reads better than a broken one
"""Days and times in a person's words: how they are found in a text, not yet tied to a window or a grid."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Final

from dayloom.offline.clock import HOUR, TIME
from dayloom.offline.words import AHEAD, DAY_GROUPS, DAYPARTS, MONTHS, NUMBERS, WEEKDAYS, any_of


@dataclass(frozen=True)
class DateWords:
    """A calendar date as far as it was said: `the 25th`, `25 Nov`, `2026-11-25`, and the weekday said beside it."""

    day: int
    month: int | None = None
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True)
class DayBound:
    """A day from which on, or up to which, days are meant; the day itself is one of them when `inclusive`."""

    day: Where
    inclusive: bool = True


@dataclass(frozen=True)
class Where:
    """Some days and a stretch of the clock on each of them; everything left out is unlimited.

    Days are those named in any way; `weeks` (0 is this week, 1 the next) also limits `weekdays`. `ahead` counts days
    from today. `since` and `until` bound the days on both sides. `start` is where the stretch of the clock begins,
    `end` where it is over; `at` is one exact starting time.
    """

    weekdays: tuple[int, ...] = ()
    dates: tuple[DateWords, ...] = ()
    ahead: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    start: time | None = None
    end: time | None = None
    at: time | None = None
    since: DayBound | None = None
    until: DayBound | None = None

    @property
    def timed(self) -> bool:
        """Tell whether a time of the day was said."""
        return self.start is not None or self.end is not None or self.at is not None

    @property
    def dated(self) -> bool:
        """Tell whether days were said."""
        return bool(self.weekdays or self.dates or self.ahead or self.weeks or self.since or self.until)


DAY: Final = any_of([*WEEKDAYS, *(f"{day}s" for day in WEEKDAYS if day.isascii() and not day.endswith("s"))])
THROUGH: Final = r"\s*(?:-|–|~|to|till?|until|through|thru|到|至)\s*"
_MONTH: Final = rf"(?:{any_of(MONTHS)})\.?"
_NTH: Final = r"\d{1,2}(?:st|nd|rd|th)"
_TO: Final = r"\s*(?:-|–|~|to|till?|until|through|thru|and|到|至|和)\s*"
_COUNT: Final = rf"(?:\d{{1,2}}|{any_of(NUMBERS)})"
_ENGLISH_DAY: Final = "|".join(day for day in (*WEEKDAYS, "weekend") if day.isascii())
_PARTS: Final = [*DAYPARTS, *(f"{part}s" for part in DAYPARTS if part.isascii())]
KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("days", rf"(?:{DAY}){THROUGH}(?:{DAY})"),
    ("date", r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"),
    ("date", r"(?:\d{4}年|[今本]年)?\d{1,2}月\d{1,2}[日号]?"),
    ("date", rf"(?:(?<![a-z])the\s)?(?<!\d)(?:{_NTH}|\d{{1,2}}\.?)\s?(?:of\s)?{_MONTH}(?:,?\s\d{{4}}(?!\d))?"),
    ("date", rf"{_MONTH}\s?(?:the\s)?(?:{_NTH}|\d{{1,2}}(?![\d:]|\s?[ap]\.?m))(?:,?\s\d{{4}}(?!\d))?"),
    ("date", r"(?<![\d.])\d{1,2}\.\d{1,2}\.(?:\d{4})?(?!\d)"),
    ("date", r"(?<=[到至])\d{1,2}[日号]"),
    ("date", rf"(?<![a-z])the\s{_NTH}|(?<=on\s){_NTH}|(?<!\d)\d{{1,2}}号"),
    (
        "next",
        rf"(?<![a-z])(?:this|next|the coming|coming|the following)\s(?:{_ENGLISH_DAY})(?![a-z])|[这本下]个?(?:周|星期|礼拜)[一二三四五六日天末]",
    ),
    (
        "week",
        r"(?<![a-z])(?:this|next|the coming|coming|the following)\sweek(?![a-z])|(?:[这本下]个?(?:一周|周|星期|礼拜))(?![一二三四五六日天末])",
    ),
    ("tonight", r"(?<![a-z])(?:tonight|this (?:morning|afternoon|evening))(?![a-z])|今晚|明晚|今早|明早|后天晚上"),
    (
        "ahead",
        rf"(?<![a-z])in\s{_COUNT}\s(?:days?|weeks?)(?:'\stime)?(?![a-z])|{_COUNT}\s(?:days?|weeks?)\sfrom\s(?:now|today)(?![a-z])|{_COUNT}\s?(?:天|周|个星期)[之以]?后",
    ),
    ("ahead", any_of(AHEAD)),
    (
        "between",
        rf"(?:(?<![a-z])(?:between|from)|从|在)\s*{HOUR}{_TO}{HOUR}(?:之间|之内)?|{TIME}{_TO}{HOUR}(?:之间|之内)?|{HOUR}\s?(?:-|–|~)\s?{TIME}|(?:(?<=day\s)|(?<=morrow\s)){HOUR}\s?(?:to|till?|until)\s?{TIME}",
    ),
    (
        "after",
        rf"(?<![a-z])(?:after|from|since|past|later than|starting at|starting from)\s{HOUR}(?:\s(?:on|onwards?|or later)(?!\s?{DAY}))?|{HOUR}\s?(?:[之以]?后|起|开始)",
    ),
    ("before", rf"(?<![a-z])(?:before|until|till|by|up to|earlier than)\s{HOUR}|{HOUR}\s?[之以]?前"),
    (
        "at",
        rf"(?<![a-z])at\s{HOUR}|{TIME}|(?<![\d:.-])\d{{1,2}}(?=\s(?:in the\s(?:morning|afternoon|evening)|at night|tonight)(?![a-z]))",
    ),
    ("weekdays", rf"(?<!到)每[天日]|{any_of(day for day in DAY_GROUPS if day[0] != '每')}"),
    ("weekdays", DAY),
    ("part", any_of(_PARTS)),
)
"""What names a day or a time, the longest kinds first."""

DAY_KINDS: Final = ("days", "date", "next", "week", "ahead", "weekdays")
_SINGLE: Final = re.compile("|".join(f"(?P<{k}_{n}>{pattern})" for n, (k, pattern) in enumerate(KINDS) if k != "days"))

DAY_MARKS: Final = range(0xF000, 0xF400)
TIME_MARKS: Final = range(0xF400, 0xF800)
FILL: Final = (
    r"(?:[\s,、&+的和与及跟或在]|或者|还是|整个?|每个?|所有|全|都|这个"
    r"|(?<![a-z])(?:and|or|on|in|at|the|my|of|during|for|every|each|all|any|whole|entire|also)(?![a-z]))*"
)
"""Words between days and times that say nothing more."""

_DAY_MARK: Final = "[\uf000-\uf3ff]"
_MARK: Final = "[\uf000-\uf7ff]"
BEFORE_DAY: Final = r"(?<![a-z])(?:before|by|until|till|after|since|starting)\s(?:the\s)?"
BEHIND_DAY: Final = "[之以]?(?:前|后)"
_RANGE: Final = (
    rf"(?:(?:(?<![a-z])from\s|从)?{_DAY_MARK}{THROUGH}{_DAY_MARK}|(?<![a-z])between\s{_DAY_MARK}\sand\s{_DAY_MARK})"
)
_PLACE: Final = rf"(?:{_RANGE}|(?:{BEFORE_DAY}){_DAY_MARK}|{_DAY_MARK}{BEHIND_DAY}|{_MARK})"
WHERE: Final = (
    rf"{FILL}{_PLACE}(?:{FILL}{_PLACE})*"
    r"(?:\s?(?:(?:all day|the whole day)(?![a-z])|全天|一?整天|的?时间|期间|那天|这天|内|里))?"
)
"""A pattern for one or several whereabouts in a row, in a text whose days and times are marked; has no groups."""


def mark_times(text: str, hide: Callable[[str, range], str]) -> str:
    """Replace every day and time by one character, which `hide` takes from a range of marks."""

    def hidden(found: re.Match[str]) -> str:
        kind = (found.lastgroup or "").split("_")[0]
        return hide(found[0], DAY_MARKS if kind in DAY_KINDS else TIME_MARKS)

    return _SINGLE.sub(hidden, text)
