"""When a recurring job is due: crontab expressions and plain repetition, right across changes of the clock.

A clock time that does not exist on a day is the first moment after it, one that exists twice is the first of the two,
as Debian's cron has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from state.errors import BadInput
from state.job import Cron, Every, Recurrence

_WEEK = 7


def next_due(recurrence: Recurrence, after: datetime) -> datetime | None:
    """Return the first due time after an aware moment, in UTC; None when there is none. Raises BadInput."""
    match recurrence:
        case Cron():
            return next(_times(recurrence.expression, after, recurrence.timezone), None)
        case Every():
            return _next_repetition(recurrence, after)


def check_recurrence(recurrence: Recurrence, now: datetime) -> None:
    """Raise BadInput, saying how to mend it, when a recurrence cannot be read or is never due."""
    if next_due(recurrence, now) is None:
        raise BadInput("this is never due; name a day that exists, and weekdays that the repetition reaches")


def _next_repetition(every: Every, after: datetime) -> datetime | None:
    zone = _zone(every.timezone)
    first = every.since.astimezone(zone).date()
    hour, _, minute = every.at.partition(":")
    weekdays = ",".join(map(str, every.weekdays)) or "*"
    begin = max(after, every.since - timedelta(microseconds=1))
    days = _times(f"{int(minute)} {int(hour)} * * {weekdays}", begin, every.timezone)
    # Weekdays and a count of days meet again after as many days as their product at the latest.
    for _, due in zip(range(every.count * _WEEK + 1), days, strict=False):
        if _is_in_turn(every, first, due.astimezone(zone).date()):
            return due
    return None


def _is_in_turn(every: Every, first: date, day: date) -> bool:
    if every.unit == "days":
        return (day - first).days % every.count == 0
    monday = first - timedelta(days=first.weekday())
    return (day - monday).days // _WEEK % every.count == 0


def _times(expression: str, after: datetime, timezone: str) -> Iterator[datetime]:
    try:
        for due in CronSim(expression, after.astimezone(_zone(timezone))):
            yield due.astimezone(UTC)
    except CronSimError as error:
        raise BadInput(
            f"{expression!r} is no crontab expression ({error}); write five fields, such as '0 18 * * SUN' for "
            "Sundays at 18:00"
        ) from error


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(f"there is no time zone {name!r}; write one such as Europe/Berlin") from error
