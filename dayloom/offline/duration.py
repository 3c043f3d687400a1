"""Lengths of time as people write them: `2 hours`, `an hour`, `1h30`, `90 minutes`, `三节课`, `一个半小时`."""

from __future__ import annotations

import re
from typing import Final

from dayloom.offline.requests import Amount
from dayloom.offline.words import NUMBERS

_EN_UNIT: Final = r"hours?|hrs?|h|minutes?|mins?|m|slots?|periods?|lessons?"
_FREE: Final = r"(?:(?:free|spare)\s(?=[hm]))?"
_EN_DIGITS: Final = rf"(?<![\d.:])\d+(?:[.,]\d+)?(?=[\s-]?{_FREE}(?:{_EN_UNIT})(?![a-z]))"
_EN_WORDS: Final = (
    r"(?<![a-z])(?:one and a half|half(?: an?)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
    r"(?=[\s-][a-z]{3})"
)
_EN_NUMBER: Final = rf"{_EN_DIGITS}|{_EN_WORDS}"
_ZH_NUMBER: Final = r"\d+(?:\.\d+)?|一个半|[一二两三四五六七八九十]|半"
_ZH_UNIT: Final = r"小时|钟头|分钟|节课?|时段"
_AND_MINUTES: Final = r"(?:\s?(?:and\s)?\d{1,2}(?:\s?(?:minutes?|mins?|m))?(?![a-z\d])|\s(?:and a half))"
LENGTH: Final = (
    rf"(?:(?:{_EN_NUMBER})[\s-]?{_FREE}(?:{_EN_UNIT})(?![a-z]){_AND_MINUTES}?"
    rf"|(?:{_ZH_NUMBER})\s?个?(?:{_ZH_UNIT})(?:半|\d{{1,2}}分钟?)?)"
)
"""A length of time; has no groups."""

DURATION: Final = re.compile(
    rf"(?:(?P<number>{_EN_NUMBER})[\s-]?{_FREE}(?P<unit>{_EN_UNIT})(?![a-z])(?P<more>{_AND_MINUTES})?"
    rf"|(?P<number_zh>{_ZH_NUMBER})\s?个?(?P<unit_zh>{_ZH_UNIT})(?P<more_zh>半|\d{{1,2}}分钟?)?)"
)
_IN_SLOTS: Final = ("slot", "period", "lesson", "节", "时段")
_IN_MINUTES: Final = ("m", "分")
_HALVES: Final = {"half": 0.5, "half a": 0.5, "half an": 0.5, "半": 0.5, "one and a half": 1.5, "一个半": 1.5}


def read_duration(found: re.Match[str]) -> Amount:
    """Return the length of time that was found, in slots or in minutes."""
    number, unit = found["number"] or found["number_zh"], found["unit"] or found["unit_zh"]
    length = _HALVES.get(number) or NUMBERS.get(number) or float(number.replace(",", "."))
    if unit.startswith(_IN_SLOTS):
        return Amount(slots=max(1, round(length)))
    more = found["more"] or found["more_zh"] or ""
    minutes = re.search(r"\d+", more)
    rest = int(minutes[0]) if minutes else 30 if more else 0
    return Amount(minutes=round(length if unit.startswith(_IN_MINUTES) else length * 60) + rest)
