"""Lengths of time as people write them: `2 hours`, `an hour`, `90 minutes`, `三节课`, `一个半小时`."""

from __future__ import annotations

import re
from typing import Final

from dayloom.offline.requests import Amount
from dayloom.offline.words import NUMBERS

DURATION: Final = re.compile(
    r"(?:(?P<number>\d+(?:[.,]\d+)?|one and a half|half an?|an?|one|two|three|four|five|six|seven|eight)[\s-]?"
    r"(?P<unit>hours?|hrs?|h|minutes?|mins?|slots?|periods?|lessons?)(?![a-z])"
    r"|(?P<number_zh>\d+(?:\.\d+)?|一个半|[一二两三四五六七八九十]|半)\s?个?(?P<unit_zh>小时|钟头|分钟|节课?|时段))"
)
_IN_SLOTS: Final = ("slot", "period", "lesson", "节", "时段")
_IN_MINUTES: Final = ("m", "分")
_HALVES: Final = {"half a": 0.5, "half an": 0.5, "半": 0.5, "one and a half": 1.5, "一个半": 1.5}


def read_duration(found: re.Match[str]) -> Amount:
    """Return the length of time that was found, in slots or in minutes."""
    number, unit = found["number"] or found["number_zh"], found["unit"] or found["unit_zh"]
    length = _HALVES.get(number) or NUMBERS.get(number) or float(number.replace(",", "."))
    if unit.startswith(_IN_SLOTS):
        return Amount(slots=max(1, round(length)))
    return Amount(minutes=round(length if unit.startswith(_IN_MINUTES) else length * 60))
