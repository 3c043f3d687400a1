"""A time zone as a VTIMEZONE of yearly rules, which every calendar program reads alike; not every zone is one.

Lists of single changes (RDATE) are read by some programs only, and a change that no list names shifts everything after
it by an hour. So a zone counts as yearly when one rule for each of its changes, such as the last Sunday of March at
02:00, holds in every year looked at; Morocco's, which follow the moon, do not.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

BEFORE: Final = 2
"""Years before that of the window in which the rules must hold already: they begin there."""
AFTER: Final = 8
"""Years after it; many programs keep what they have read."""
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class _Change:
    """A change of the clock: `at` is what it showed before, as VTIMEZONE wants it."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def kind(self) -> tuple[int, str, timedelta, timedelta, str]:
        """What is the same each year, but for the day."""
        return self.at.month, f"{self.at:%H%M%S}", self.before, self.after, self.name

    @property
    def days(self) -> tuple[str, ...]:
        """Ways to say the day of the month, the most usual first."""
        weekday, last = _WEEKDAYS[self.at.weekday()], monthrange(self.at.year, self.at.month)[1]
        counted = f"BYDAY={(self.at.day + 6) // 7}{weekday}"
        fixed = f"BYMONTHDAY={self.at.day}"
        return (f"BYDAY=-1{weekday}", counted, fixed) if self.at.day > last - 7 else (counted, fixed)


@lru_cache(maxsize=64)
def yearly_zone(name: str, year: int) -> Timezone | None:
    """Return the VTIMEZONE of a zone for the years around this one; None when yearly rules cannot say it."""
    zone = ZoneInfo(name)
    years = [list(_changes(zone, each)) for each in range(year - BEFORE, year + AFTER + 1)]
    if len({tuple(change.kind for change in changes) for changes in years}) > 1:
        return None
    component = Timezone()
    component.add("TZID", name)
    for same in zip(*years, strict=True):
        day = next((day for day in same[0].days if all(day in change.days for change in same)), None)
        if day is None:
            return None
        component.add_component(_observance(same[0], f"FREQ=YEARLY;BYMONTH={same[0].at.month};{day}"))
    if not component.subcomponents:
        component.add_component(_observance(_first_offset(zone, year)))
    return component


def _changes(zone: ZoneInfo, year: int) -> Iterator[_Change]:
    """Yield the changes of one year, found to the second."""
    day, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    before = _offset(zone, day)
    while day < end:
        day += _DAY
        if (after := _offset(zone, day)) != before:
            yield _change_within(zone, day - _DAY, day)
        before = after


def _change_within(zone: ZoneInfo, low: datetime, high: datetime) -> _Change:
    before, after = _offset(zone, low), _offset(zone, high)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    high = high.replace(microsecond=0)
    return _Change((high + before).replace(tzinfo=None), before, after, high.astimezone(zone).tzname() or zone.key)


def _first_offset(zone: ZoneInfo, year: int) -> _Change:
    then = datetime(year - BEFORE, 1, 1, tzinfo=zone)
    offset = then.utcoffset() or timedelta()
    return _Change(then.replace(tzinfo=None), offset, offset, then.tzname() or zone.key)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _observance(change: _Change, rule: str = "") -> TimezoneStandard | TimezoneDaylight:
    observance = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
    observance.add("DTSTART", change.at)
    observance.add("TZNAME", change.name)
    observance.add("TZOFFSETFROM", change.before)
    observance.add("TZOFFSETTO", change.after)
    if rule:
        observance.add("RRULE", rule)
    return observance
