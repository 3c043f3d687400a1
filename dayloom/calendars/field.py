"""The fields of a task as people write them in tables; each reader says what is wrong and how to write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, TypeAlias

from dayloom.calendars.component import MAX_CATEGORY
from dayloom.calendars.repeat import read_rule
from dayloom.calendars.source import MAX_TITLE, clean
from state.cells import Cells
from state.schedule import YEARS, Period, Repeat, SlotRange

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MINUTES: Final = re.compile(r"(?:(?P<hours>\d{1,3})\s*h)?\s*(?:(?P<minutes>\d{1,4})\s*(?:min|m)?)?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")
_YES: Final = frozenset({"true", "yes", "1", "x", "ja", "wahr", "是"})
_NO: Final = frozenset({"false", "no", "0", "-", "nein", "falsch", "否"})


class Unreadable(ValueError):
    """A field does not say what it should; the text says how to write it."""


@dataclass(frozen=True)
class Length:
    """A duration in slots; `minutes` when it was written as a length of time and had to be turned into slots."""

    slots: int
    minutes: int | None = None


Reader: TypeAlias = Callable[[Any, Cells], Any]


def read_title(value: Any, cells: Cells) -> str:
    """Return the title as one clean line."""
    title = clean(str(value))
    if not title:
        raise Unreadable("is empty; give the task a name")
    if len(title) >= MAX_TITLE:
        raise Unreadable(f"is longer than {MAX_TITLE - 1} characters; shorten it")
    return title


def read_category(value: Any, cells: Cells) -> str:
    """Return the subject the task belongs to."""
    return clean(str(value), limit=MAX_CATEGORY)


def read_duration(value: Any, cells: Cells) -> Length:
    """Return the length of a task, which is no longer than a day."""
    length = read_length(value, cells)
    if length.slots > (most := len(cells.week.grid)):
        told = f"{quote(value)} is {length.slots} slots, but a day has {most}"
        raise Unreadable(f"{told}; split the task, or give it a max_block such as 2h")
    return length


def read_length(value: Any, cells: Cells) -> Length:
    """Return slots for `3`; for `90min` or `1h30`, as many usual slots as hold that time."""
    text = str(value).strip()
    length = Length(int(text)) if re.fullmatch(r"[0-9]{1,4}", text) else _read_minutes(text, cells)
    if length is None or isinstance(value, bool) or length.slots < 1:
        raise Unreadable(f"{quote(value)} is not a length; write slots (2) or a time (90min, 1h30)")
    return length


def _read_minutes(text: str, cells: Cells) -> Length | None:
    found = _MINUTES.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    minutes = int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
    return Length(cells.week.slots_for(minutes), minutes) if minutes else None


def read_order(value: Any, cells: Cells) -> int:
    """Return the position in the subject's order."""
    return _whole(value, "write a whole number, 1 for the first of its category")


def read_priority(value: Any, cells: Cells) -> int:
    """Return 1 (highest) to 9."""
    cure = "write 1 (highest) to 9"
    number = _whole(value, cure)
    if not 1 <= number <= 9:
        raise Unreadable(f"{quote(value)} is out of range; {cure}")
    return number


def read_earliest(value: Any, cells: Cells) -> datetime:
    """Return the first moment allowed; a date means its beginning."""
    return cells.week.moment(_when(value))


def read_deadline(value: Any, cells: Cells) -> datetime:
    """Return the last moment allowed; a date means its end."""
    when = _when(value)
    return cells.week.moment(when) if isinstance(when, datetime) else cells.week.close_of(when)


def _when(value: Any) -> date | datetime:
    when = value if isinstance(value, date) else _read_date(str(value).strip())
    if when.year not in YEARS:
        raise Unreadable(f"{quote(value)} cannot be planned; use a year from {YEARS[0]} to {YEARS[-1]}")
    return when


def _read_date(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        cure = "write 2026-11-27 or 2026-11-27 18:00"
        raise Unreadable(f"{quote(text)} is not a date or date-time; {cure}") from error


def read_weekdays(value: Any, cells: Cells) -> tuple[int, ...]:
    """Return the allowed weekdays, from numbers (1 is Monday), names, or ranges of either."""
    parts = value if isinstance(value, list) else re.split(r"[\s,;|/]+", re.sub(r"\s*[-–]\s*", "-", str(value).strip()))
    days = {day for part in parts for day in _weekday_range(str(part).strip())}
    return tuple(sorted(days))


def _weekday_range(text: str) -> list[int]:
    first, _, last = text.partition("-")
    begin = _weekday(first, text)
    end = _weekday(last, text) if last else begin
    return [(begin - 1 + step) % 7 + 1 for step in range((end - begin) % 7 + 1)]


def _weekday(word: str, text: str) -> int:
    if re.fullmatch(r"[1-7]", word):
        return int(word)
    found = [number for number, name in enumerate(_WEEKDAYS, 1) if len(word) >= 2 and name.startswith(word.lower())]
    if len(found) != 1:
        raise Unreadable(f"{quote(text)} is not a weekday; write 1 (Monday) to 7, names, or ranges: Mon-Thu, Sat")
    return found[0]


def read_time_range(value: Any, cells: Cells) -> SlotRange:
    """Return the slots that lie wholly between two clock times."""
    clocks = [_clock(part) for part in re.split(r"\s*[-–]\s*", str(value).strip())]
    if len(clocks) != 2 or None in clocks:
        raise Unreadable(f"{quote(value)} is not a time range; write 08:00-12:00")
    inside = cells.week.slots_between(*(clock for clock in clocks if clock is not None))
    if inside is None:
        raise Unreadable(f"no slot of the day lies within {quote(value)}; widen it")
    return inside


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    hour, minute = (int(part) for part in found.groups()) if found else (99, 0)
    if (hour, minute) == (24, 0):
        return time()
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_locked(value: Any, cells: Cells) -> bool:
    """Return whether the agent must leave the task alone."""
    word = str(value).strip().lower()
    if word not in _YES | _NO:
        raise Unreadable(f"{quote(value)} is neither yes nor no")
    return word in _YES


def read_repeat(value: Any, cells: Cells) -> Repeat:
    """Return how often the task comes: `daily`, `3 a week`, `3 a week, not on following days`."""
    found = read_rule(str(value))
    if found is None:
        raise Unreadable(f"{quote(value)} does not say how often; write daily, 3 a week, or 3 a week, 2 days apart")
    return found


def read_block(value: Any, cells: Cells) -> int:
    """Return the slots of one sitting."""
    return read_duration(value, cells).slots


def read_most(value: Any, cells: Cells) -> int:
    """Return the slots that one sitting may take at most: whole ones within its length."""
    length = read_length(value, cells)
    return max(1, length.minutes // cells.week.slot_minutes) if length.minutes else length.slots


def read_parent(value: Any, cells: Cells) -> str:
    """Return the whole this is a part of."""
    return str(value)


def read_period(value: Any, cells: Cells) -> Period:
    """Return the days that one repetition is for."""
    first, _, last = str(value).partition("/")
    return Period(first=date.fromisoformat(first), last=date.fromisoformat(last))


def _whole(value: Any, cure: str) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise Unreadable(f"{quote(value)} is not a whole number; {cure}")
    return int(text)


def quote(value: Any) -> str:
    """Return what was written, shortened, in quotation marks."""
    return repr(clean(str(value), limit=60))


READERS: Final[Mapping[str, Reader]] = {
    "title": read_title,
    "duration": read_duration,
    "category": read_category,
    "order": read_order,
    "earliest": read_earliest,
    "deadline": read_deadline,
    "weekdays": read_weekdays,
    "time_range": read_time_range,
    "priority": read_priority,
    "locked": read_locked,
    "repeat": read_repeat,
    "min_block": read_block,
    "max_block": read_most,
    "parent": read_parent,
    "part": read_order,
    "period": read_period,
}
"""Every field a task may carry in a table, and how it is read."""
