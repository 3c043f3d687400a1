"""Turns days and times in words into hours that hold day by day: what plans keep to, and when a task comes again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dayloom.offline.requests import Amount, Limits, SetLimits
from dayloom.offline.whereabouts import Where

BEGIN, END = "00:00", "24:00"
_ALL_DAYS = tuple(range(1, 8))


def lasting_limits(limits: Limits) -> SetLimits | None:
    """Return what is to be free, or the only places allowed, as a limit for good; None when it names a date."""
    places = limits.keep_free or limits.allowed
    weekdays = {_days(place) for place in places}
    if not places or (limits.keep_free and limits.allowed) or len(weekdays) > 1 or not all(map(is_usual, places)):
        return None
    days = weekdays.pop()
    if limits.allowed:
        return _only(places, days)
    open_ended = [place for place in places if (place.start is None) != (place.end is None)]
    if len(open_ended) == len(places):
        since = max((place.end for place in places if place.end), default=None)
        until = min((place.start for place in places if place.start), default=None)
        if since and until and since >= until:
            return None
        return SetLimits(hours=_hours(Where(start=since, end=until)), weekdays=days, always=True)
    (place, *others) = places
    return None if others or not (days or place.timed) else SetLimits(free=_hours(place), weekdays=days, always=True)


def clock_hours(place: Where, amount: Amount | None) -> tuple[str, str] | None:
    """Return the hours that a task may lie in, empty for any; None when an exact time has no length beside it."""
    if place.at is not None:
        if amount is None or not amount.minutes:
            return None
        end = datetime.combine(datetime.min, place.at) + timedelta(minutes=amount.minutes)
        return f"{place.at:%H:%M}", f"{end:%H:%M}" if end.day == 1 else END
    if not place.timed:
        return "", ""
    since, _, until = _hours(place).partition("-")
    return since, until


def _only(places: Sequence[Where], days: tuple[int, ...]) -> SetLimits | None:
    (place, *others) = places
    if others:
        return None
    if place.timed:
        return SetLimits(hours=_hours(place), weekdays=days, always=True)
    rest = tuple(day for day in _ALL_DAYS if day not in days)
    return SetLimits(free=f"{BEGIN}-{END}", weekdays=rest, always=True) if days else None


def _days(place: Where) -> tuple[int, ...]:
    return place.weekdays if len(place.weekdays) < 7 else ()


def is_usual(place: Where) -> bool:
    """Tell whether a place is the same every week."""
    return place.at is None and not (place.dates or place.ahead or place.weeks or place.since or place.until)


def _hours(place: Where) -> str:
    since = f"{place.start:%H:%M}" if place.start else BEGIN
    return f"{since}-{f'{place.end:%H:%M}' if place.end else END}"
