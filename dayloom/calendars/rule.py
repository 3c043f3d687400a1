"""Recurrence rules are looked at before they are expanded: nothing endless, nothing that never comes true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Final

from dateutil.rrule import rrulestr
from icalendar import Component
from icalendar.prop import vRecur, vWeekday

from dayloom.calendars.component import value_of
from dayloom.calendars.source import clean
from dayloom.calendars.value_types import first_of, rules_of
from state.errors import BadInput

MAX_STEPS: Final = 50_000
"""How often a rule may count, from its start to the end of the window."""
MAX_IN_WINDOW: Final = 2_000
"""How often it may come true inside the window."""
_SECONDS: Final = {
    "SECONDLY": 1,
    "MINUTELY": 60,
    "HOURLY": 3_600,
    "DAILY": 86_400,
    "WEEKLY": 604_800,
    "MONTHLY": 2_419_200,
    "YEARLY": 31_536_000,
}
_CYCLE: Final = 400
"""The Gregorian calendar repeats itself, weekdays included, every 400 years."""
_LAST_YEAR: Final = 9970


def check_rules(event: Component, where: str, window: tuple[datetime, datetime]) -> None:
    """Refuse rules that would take long to expand up to the window's end; mend weekdays that are counted in part."""
    start = value_of(event, "DTSTART")
    for rule in rules_of(event):
        if "BYDAY" in rule:
            _number_weekdays(rule)
        if fault := _fault(rule, _naive(start), _naive(window[0]), _stop(rule, window[1])):
            raise BadInput(f"{where}: {fault}; mend its RRULE, or remove the event")


def starts_excluded(event: Component, window: tuple[datetime, datetime]) -> frozenset[datetime]:
    """Return the starts, without their zone, that an EXRULE takes away up to the window's end."""
    start = _naive(value_of(event, "DTSTART"))
    return frozenset(
        moment
        for rule in rules_of(event, "EXRULE")
        for moment in rrulestr(_to_text(_endless(rule)), dtstart=start).between(
            _naive(window[0]), _stop(rule, window[1]), inc=True
        )
    )


def _endless(rule: vRecur) -> vRecur:
    return vRecur({part: values for part, values in rule.items() if part != "UNTIL"})


def _fault(rule: vRecur, start: datetime, begin: datetime, until: datetime) -> str | None:
    frequency = str(first_of(rule, "FREQ"))
    if frequency not in _SECONDS:
        return f"its rule has no frequency ({_say_rule(rule)})"
    interval = int(first_of(rule, "INTERVAL", 1))
    if interval < 1 or int(first_of(rule, "COUNT", 1)) < 1:
        return f"its rule counts by less than one ({_say_rule(rule)})"
    steps = (until - start).total_seconds() / _step(rule, frequency, interval) * _density(rule)
    if "COUNT" in rule and not _filtered(rule):
        steps = min(steps, int(first_of(rule, "COUNT")))
    if steps > MAX_STEPS:
        return f"its rule repeats too often ({_say_rule(rule)}, about {steps:,.0f} times before the window ends)"
    return _trial(rule, start, begin, until)


def _step(rule: vRecur, frequency: str, interval: int) -> int:
    """Return the seconds between two steps; every second that is filtered as well is looked at one by one."""
    return 1 if frequency == "SECONDLY" and _filtered(rule) else _SECONDS[frequency] * interval


def _density(rule: vRecur) -> int:
    """Return into how many times of day one step is split at most."""
    found = 1
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        found *= max(1, len(rule.get(part, ())))
    return found


def _filtered(rule: vRecur) -> bool:
    return any(part.startswith("BY") for part in rule)


def _trial(rule: vRecur, start: datetime, begin: datetime, until: datetime) -> str | None:
    """Run the rule close to the last year there is, where a rule that never comes true soon runs out of years.

    In its own years such a rule ("30 February") would be searched through until the year 9999. Shifting by whole
    cycles of 400 years changes neither weekdays nor leap years.
    """
    shift = (_LAST_YEAR - max(start.year, until.year)) // _CYCLE * _CYCLE
    try:
        trial = rrulestr(_to_text(_endless(rule)), dtstart=_later(start, shift))
        times = list(islice(_up_to(trial, _later(until, shift)), MAX_STEPS + 1))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        return f"its rule cannot be read ({_say_rule(rule)}: {error})"
    if not times:
        return f"its rule never comes true ({_say_rule(rule)})"
    inside = sum(moment >= _later(begin, shift) for moment in times)
    if len(times) > MAX_STEPS or inside > MAX_IN_WINDOW:
        return f"its rule repeats too often ({_say_rule(rule)}, {inside:,} times in the window)"
    return None


def _up_to(trial: Any, until: datetime) -> Iterator[datetime]:
    """Yield the times up to `until` and one more."""
    for moment in trial:
        yield moment
        if moment > until:
            return


def _later(moment: datetime, years: int) -> datetime:
    return moment.replace(year=moment.year + years)


def _number_weekdays(rule: vRecur) -> None:
    """Write a plain weekday beside a numbered one as each of its numbers: together they mean either, not both."""
    days = [str(day) for day in _list(rule, "BYDAY")]
    numbered = [day for day in days if not day.isalpha()]
    if str(first_of(rule, "FREQ")) not in {"MONTHLY", "YEARLY"} or "BYWEEKNO" in rule:
        rule["BYDAY"] = [vWeekday(day[-2:]) for day in days]
    elif numbered and len(numbered) < len(days):
        last = 5 if "BYMONTH" in rule or str(first_of(rule, "FREQ")) == "MONTHLY" else 53
        every = [f"{number}{day}" for day in days if day.isalpha() for number in range(1, last + 1)]
        rule["BYDAY"] = [vWeekday(day) for day in [*numbered, *every]]


def _list(rule: vRecur, part: str) -> list[Any]:
    values: Any = rule[part]
    return values if isinstance(values, list) else [values]


def _stop(rule: vRecur, window_end: datetime) -> datetime:
    """Return the earlier of the window's end and the rule's own, zones disregarded."""
    until, end = first_of(rule, "UNTIL", None), window_end.replace(tzinfo=None)
    return end if until is None else min(end, _naive(until))


def _naive(start: date | datetime) -> datetime:
    return start.replace(tzinfo=None) if isinstance(start, datetime) else datetime.combine(start, time())


def _to_text(rule: vRecur) -> str:
    return rule.to_ical().decode("utf-8", "replace")


def _say_rule(rule: vRecur) -> str:
    return clean(_to_text(rule), limit=60)
