"""Clock times as people write them: `14:30`, `2 pm`, `noon`, `下午两点半`, or a bare hour and a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Final, TypeAlias

from dayloom.offline.words import DAYPARTS, NUMBERS, any_of

_ZH_HOUR: Final = r"(?:二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_ZH_MINUTE: Final = r"(?:[二三四五]?十[一二三四五六七八九]?)"
_ZH_PART: Final = rf"(?:{any_of(part for part in DAYPARTS if not part.isascii())})"
_CLOCK_ZH: Final = (
    rf"(?:(?<![\d.])\d{{1,2}}|(?<![早晚快慢松少多好]){_ZH_HOUR})\s?[点时](?!间)"
    rf"钟?(?:半|一刻|三刻|\d{{1,2}}分?|{_ZH_MINUTE}分?)?"
)
_PAST: Final = r"(?:half past|(?:a\s)?quarter (?:past|to)) (?:\d{1,2}|[a-z]+)(?:\s?[ap]\.?m\.?(?![a-z]))?"
TIME: Final = (
    rf"(?:(?:{_ZH_PART}\s?)?(?<![\d:.])\d{{1,2}}:\d{{2}}(?:\s?[ap]\.?m\.?(?![a-z]))?(?![\d:])"
    r"|(?<![\d:.])\d{1,2}\s?(?:[ap]\.?m\.?|o'?clock)(?![a-z])"
    rf"|(?:{_ZH_PART}\s?)?{_CLOCK_ZH}"
    rf"|(?<![a-z])(?:noon|midnight|{_PAST})(?![a-z])|正午|午夜)"
)
"""A clock time that is one wherever it stands."""

_UNIT: Final = (
    r"hours?|hrs?|minutes?|mins?|slots?|periods?|days?|weeks?|tasks?|times|parts?|st|nd|rd|th|[a-z](?![a-z])"
    r"|小时|分|个|节|天|号|月|年|次|份|%"
)
_HOUR_WORDS: Final = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?![a-z])"
HOUR: Final = rf"(?:{TIME}|(?:(?<![\d:.])\d{{1,2}}(?!\d|[:.]\d|/\d)|{_HOUR_WORDS})(?!\s?(?:{_UNIT})))"
"""A clock time or a bare hour, which is a time only after a word such as `before`."""

_NAMED: Final = {"noon": time(12), "正午": time(12), "midnight": time(0), "午夜": time(0)}
_READ: Final = re.compile(
    rf"(?P<part>{_ZH_PART})?\s?"
    rf"(?:(?P<past>half past|(?:a\s)?quarter past|(?:a\s)?quarter to)\s)?"
    rf"(?P<hour>\d{{1,2}}|{_ZH_HOUR}|{any_of(word for word in NUMBERS if word.isascii() and len(word) > 2)})"
    rf"(?::(?P<minute>\d{{2}})|\s?(?:点|时)钟?(?P<more>半|一刻|三刻|\d{{1,2}}|{_ZH_MINUTE})?分?)?\s?(?P<half>[ap])?"
)
_MORE: Final = {"半": 30, "一刻": 15, "三刻": 45}
_SPAN: Final = {"morning": (0, 12), "lunch": (11, 15), "afternoon": (12, 20), "evening": (16, 24)}
"""The hours that may be said of a part of the day, wider than what the part alone means."""

Daypart: TypeAlias = tuple[time | None, time | None]
"""Where a part of the day begins and where it is over; None is the open end of the day."""


class Lean(StrEnum):
    """By the word before an hour, which half of the day it is guessed to lie in."""

    AT = "at"
    AFTER = "after"
    NOT_AFTER = "not_after"
    BEFORE = "before"


_AFTERNOON_UP_TO: Final = {Lean.AT: 7, Lean.AFTER: 7, Lean.NOT_AFTER: 11, Lean.BEFORE: 5}


@dataclass(frozen=True)
class Clock:
    """A clock time as it was said; when it is not `certain`, it may lie in either half of the day."""

    hour: int
    minute: int = 0
    certain: bool = True
    bare: bool = False

    def guess(self, lean: Lean = Lean.AT) -> time:
        """Return the time, in the half of the day that the word before it speaks for."""
        lean = Lean.AFTER if lean is Lean.NOT_AFTER and not self.bare else lean
        later = not self.certain and 1 <= self.hour <= _AFTERNOON_UP_TO[lean]
        return self.in_afternoon() if later else time(self.hour, self.minute)

    def in_afternoon(self) -> time:
        """Return the time in the second half of the day."""
        return time(self.hour % 12 + 12, self.minute)

    def within(self, part: Daypart) -> time | None:
        """Return the time within a part of the day, or None when it does not lie there."""
        first, last = _SPAN[_span_of(part)]
        hours = (self.hour,) if self.certain else (self.hour % 12, self.hour % 12 + 12)
        fitting = [hour for hour in hours if first <= hour < last]
        return time(fitting[0], self.minute) if fitting else None


def read_clock(text: str) -> Clock | None:
    """Return the time as it was said, or None when there is no such time of day (`25:00`, `晚上12点`)."""
    text = text.strip()
    if text in _NAMED:
        return Clock(_NAMED[text].hour)
    found = _READ.search(text)
    if found is None:
        return None
    hour, minute = _number(found["hour"]), _minute(found)
    if hour >= 24 or minute >= 60 or (found["half"] and not 1 <= hour <= 12):
        return None
    if "quarter to" in (found["past"] or ""):
        hour -= 1
    if found["half"]:
        return Clock(hour % 12 + (12 if found["half"] == "p" else 0), minute)
    certain = hour > 12 or hour == 0 or found["hour"].startswith("0")
    said = Clock(hour, minute, certain=certain, bare=found["minute"] is None and found["more"] is None)
    if found["part"] is None:
        return said
    meant = said.within(DAYPARTS[found["part"]])
    return Clock(meant.hour, meant.minute) if meant else None


def _minute(found: re.Match[str]) -> int:
    if past := found["past"]:
        return 30 if "half" in past else 45 if "to" in past else 15
    more = found["more"] or ""
    return _MORE.get(more) or (_number(more) if more else int(found["minute"] or 0))


def _number(text: str) -> int:
    """Return a number up to 59 in digits, in English up to ten, or in Chinese."""
    if text.isdigit():
        return int(text)
    if text in NUMBERS:
        return NUMBERS[text]
    tens, ten, ones = text.partition("十")
    return (NUMBERS.get(tens, 1) * 10 if ten else 0) + NUMBERS.get(ones, 0)


def _span_of(part: Daypart) -> str:
    start, end = part
    if start is None:
        return "morning"
    if start == time(12):
        return "lunch" if end == time(14) else "afternoon"
    return "evening"
