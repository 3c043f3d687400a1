"""Checks days and times against the calendar before anything is done: `Monday 8 December`, `next Wednesday`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from dayloom.offline.act import Ask, Unable
from dayloom.offline.grid import date_meant, days_of, first_monday, slots_of
from dayloom.offline.phrases import Phrases
from dayloom.offline.requests import Limits, Request
from dayloom.offline.whereabouts import Where
from state.common import CommonState
from state.schedule import Schedule
from state.when import Locale, say_date, weekday_name

R = TypeVar("R")


def check_places(request: Request, state: CommonState, say: Phrases) -> Ask | Unable | None:
    """Return what has to be asked about the days and times of a request, or why they are none of this schedule."""
    for place in places_in(request):
        if question := _open_question(place, state, say):
            return Ask(question)
    limits: Limits = getattr(request, "limits", Limits())
    due: tuple[Where, ...] = getattr(request, "due", ())
    for place in places_in(request):
        # Hours beyond the day grid are free anyway.
        if place in due:
            continue  # a deadline may lie behind the days that are planned
        if _is_outside(replace(place, start=None, end=None) if place in limits.keep_free else place, state):
            outside = place
            break
    else:
        return None
    return Unable(say_outside(state, say, outside), "outside_window")


def say_outside(state: CommonState, say: Phrases, place: Where | None = None) -> str:
    """Return that a day or time does not lie in the planned days, with its date where it has one."""
    schedule, locale = state.schedule, state.locale
    window = f"{say_date(schedule.date_of(1), locale)} – {say_date(schedule.date_of(schedule.window.days), locale)}"
    meant = date_meant(place, schedule, state.today) if place else None
    if meant is None or 1 <= schedule.day_of(meant) <= schedule.window.days:
        return say.no_such_time.format(window=window)
    return say.outside_window.format(date=say_date(meant, locale), window=window)


def places_in(value: Any) -> Iterator[Where]:
    """Yield every place that a request names."""
    if isinstance(value, Where):
        yield value
    elif isinstance(value, tuple):
        for part in cast("tuple[Any, ...]", value):
            yield from places_in(part)
    elif is_dataclass(value):
        for part in fields(value):
            yield from places_in(getattr(value, part.name))


def settle_place(request: R, answer: Where, state: CommonState, say: Phrases) -> R | None:
    """Return the request with the day that was asked about as the answer says it; None when none was asked about."""
    asked = next((place for place in places_in(request) if _open_question(place, state, say)), None)
    if asked is None:
        return None
    timed = answer if answer.timed else replace(answer, start=asked.start, end=asked.end, at=asked.at)
    return cast(R, _replaced(request, asked, timed))


def _replaced(value: Any, old: Where, new: Where) -> Any:
    if value == old and isinstance(value, Where):
        return new
    if isinstance(value, tuple):
        return tuple(_replaced(part, old, new) for part in cast("tuple[Any, ...]", value))
    if is_dataclass(value) and not isinstance(value, type | Where):
        return replace(value, **{part.name: _replaced(getattr(value, part.name), old, new) for part in fields(value)})
    return value


def _open_question(place: Where, state: CommonState, say: Phrases) -> str | None:
    for bound in (place.since, place.until):
        if bound and (question := _open_question(bound.day, state, say)):
            return question
    schedule, locale, today = state.schedule, state.locale, state.today
    for said in place.dates:
        plain = replace(said, weekday=None)
        meant = date_meant(Where(dates=(plain,)), schedule, today)
        if said.weekday is None or meant is None or days_of(Where(dates=(said,)), schedule, today):
            continue
        if meant.isoweekday() != said.weekday:
            weekday = weekday_name(said.weekday, locale)
            return say.other_weekday.format(date=say_date(meant, locale), weekday=weekday)
    if locale is Locale.EN and (two := _two_meanings(place, schedule, today)):
        one, other = (say_date(day, locale) for day in two)
        return say.which_week.format(one=one, other=other)
    return None


def _two_meanings(place: Where, schedule: Schedule, today: date) -> tuple[date, date] | None:
    """Return the two days that people call `next Wednesday`, the coming one and that of next week; None when one."""
    if len(place.weeks) != 1 or not place.weekdays:
        return None
    of_week = first_monday(schedule, today) + timedelta(days=7 * place.weeks[0] + place.weekdays[0] - 1)
    coming = today + timedelta(days=(place.weekdays[0] - today.isoweekday() - place.weeks[0]) % 7 + place.weeks[0])
    far_off = first_monday(schedule, today) > today
    return None if of_week == coming or far_off else (min(coming, of_week), max(coming, of_week))


def _is_outside(place: Where, state: CommonState) -> bool:
    """Tell whether a place, or one of the days named in it, does not lie in the window, or no slot at that time."""
    schedule, today = state.schedule, state.today
    if not days_of(place, schedule, today) or not slots_of(place, schedule.grid, touching=True):
        return True
    parts = [
        *(Where(dates=(said,)) for said in place.dates),
        *(Where(ahead=(said,)) for said in place.ahead),
        *(Where(weeks=(said,)) for said in place.weeks),
    ]
    return any(not days_of(part, schedule, today) for part in parts)
