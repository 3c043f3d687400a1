"""Clock times as people write them: `14:30`, `2 pm`, `noon`, `下午两点半`, or a bare hour and a guess."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum
from typing import Final

from dayloom.offline.words import NUMBERS

_ZH_NUMBER: Final = r"(?:十[一二]|[一二两三四五六七八九十])"
_ZH_PART: Final = r"(?:早上|上午|早晨|清晨|中午|下午|午后|晚上|傍晚|夜里)?"
TIME: Final = (
    rf"(?:{_ZH_PART}\s?(?<![\d:.])\d{{1,2}}:\d{{2}}(?:\s?[ap]\.?m\.?(?![a-z]))?(?![\d:])"
    r"|(?<![\d:.])\d{1,2}\s?(?:[ap]\.?m\.?|o'?clock)(?![a-z])"
    rf"|{_ZH_PART}\s?(?:(?<!\d)\d{{1,2}}|{_ZH_NUMBER})\s?[点时](?!间)钟?(?:半|一刻|三刻|\d{{1,2}}分?)?"
    r"|(?<![a-z])(?:noon|midnight|half past (?:\d{1,2}|[a-z]+))(?![a-z])|正午|午夜)"
)
"""A clock time that is one wherever it stands."""

_UNIT: Final = (
    r"hours?|hrs?|minutes?|mins?|slots?|periods?|days?|weeks?|st|nd|rd|th|[a-z](?![a-z])|小时|分|个|节|天|号|月"
)
HOUR: Final = rf"(?:{TIME}|(?<![\d:.])\d{{1,2}}(?!\d|[:.]\d|\s?(?:{_UNIT})))"
"""A clock time or a bare hour, which is a time only after a word such as `before`."""

_NAMED: Final = {"noon": time(12), "正午": time(12), "midnight": time(0), "午夜": time(0)}
_LATE_PARTS: Final = ("下午", "午后", "晚上", "傍晚", "夜里")
_READ: Final = re.compile(
    r"(?P<part>早上|上午|早晨|清晨|中午|下午|午后|晚上|傍晚|夜里)?\s?"
    r"(?P<hour>\d{1,2}|十[一二]|[一二两三四五六七八九十])"
    r"(?::(?P<minute>\d{2})|\s?(?:点|时)钟?(?P<more>半|一刻|三刻|\d{1,2})?分?)?\s?(?P<half>[ap])?"
)
_MORE: Final = {"半": 30, "一刻": 15, "三刻": 45}


class Lean(StrEnum):
    """By the word before a bare hour, which half of the day it is guessed to lie in."""

    AT = "at"
    AFTER = "after"
    NOT_AFTER = "not_after"
    BEFORE = "before"


_AFTERNOON_UP_TO: Final = {Lean.AT: 7, Lean.AFTER: 7, Lean.NOT_AFTER: 11, Lean.BEFORE: 5}


def read_clock(text: str, lean: Lean = Lean.AT) -> time | None:
    """Return the time, or None when there is no such time of day (`25:00`)."""
    text = text.strip()
    if text in _NAMED:
        return _NAMED[text]
    hours = text.removeprefix("half past ")
    found = _READ.search(str(NUMBERS.get(hours, hours)))
    if found is None:
        return None
    hour, minute = _hour(found, lean), 30 if hours != text else _minute(found)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _minute(found: re.Match[str]) -> int:
    more = found["more"] or ""
    return _MORE.get(more) or int(found["minute"] or more or 0)


def _hour(found: re.Match[str], lean: Lean) -> int:
    written, part = found["hour"], found["part"] or ""
    hour = int(written) if written.isdigit() else NUMBERS[written]
    if found["half"]:
        return hour % 12 + (12 if found["half"] == "p" else 0)
    if part:
        late = part in _LATE_PARTS or (part == "中午" and hour < 4)
        return hour + 12 if late and hour < 12 else hour
    bare = found["minute"] is None
    return hour + 12 if bare and 1 <= hour <= _AFTERNOON_UP_TO[lean] else hour
