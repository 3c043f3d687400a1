"""Ties days and times in words to the days and slots of one schedule."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from dayloom.offline.whereabouts import DateWords, Where
from state.schedule import Position, Schedule, Slot


def days_of(where: Where, schedule: Schedule, now: date) -> tuple[int, ...]:
    """Return the days of the window that are meant, the next occurrence first when the days were named by weekday."""
    every = range(1, schedule.window.days + 1)
    return tuple(day for day in every if _is_meant(where, schedule.date_of(day), schedule, now))


def slots_of(where: Where, grid: Iterable[Slot], *, touching: bool) -> tuple[int, ...]:
    """Return the slots of a day that are meant: every slot touched, or only those that lie wholly inside.

    An exact time is the slot that runs at it.
    """
    if where.at is not None:
        running = slot_at(where.at, grid)
        return () if running is None else (running,)
    start, end = _minutes(where.start or time(0)), _end_minutes(where.end)
    if touching:
        return tuple(slot.slot for slot in grid if _minutes(slot.start) < end and _closing_minutes(slot) > start)
    return tuple(slot.slot for slot in grid if start <= _minutes(slot.start) and _closing_minutes(slot) <= end)


def slot_at(at: time, grid: Iterable[Slot]) -> int | None:
    """Return the slot that begins at a time, or else the one that runs at it; None outside the grid."""
    running = [slot for slot in grid if _minutes(slot.start) <= _minutes(at) < _closing_minutes(slot)]
    return running[0].slot if running else None


def region(where: Where, schedule: Schedule, now: date, *, touching: bool) -> dict[str, Any] | None:
    """Return the arguments of a region, or None when nothing of it lies in the window.

    What is kept free touches, so that a class from 17:20 to 18:05 is not left in a free evening; a target lies inside.
    """
    days, slots = days_of(where, schedule, now), slots_of(where, schedule.grid, touching=touching)
    if not days or not slots:
        return None
    limits: dict[str, Any] = {}
    if where.weekdays and where == replace(where, dates=(), ahead=(), weeks=(), since=None, until=None):
        limits["weekdays"] = list(where.weekdays)
    elif len(days) < schedule.window.days:
        limits["days"] = list(days)
    if len(slots) < len(schedule.grid):
        limits |= {"slot_start": slots[0], "slot_end": slots[-1]}
    return limits


def lies_in(position: Position, wheres: Iterable[Where], schedule: Schedule, now: date) -> bool:
    """Tell whether a position touches one of the places."""
    return any(
        position.day in days_of(where, schedule, now)
        and not set(slots_of(where, schedule.grid, touching=True)).isdisjoint(
            range(position.slot_start, position.slot_end + 1)
        )
        for where in wheres
    )


def all_but(wheres: Iterable[Where], schedule: Schedule, now: date) -> list[dict[str, Any]]:
    """Return regions that cover everything outside these places: how `only on …` with several places is said."""
    regions: list[dict[str, Any]] = []
    allowed = {
        day: {
            slot for where in wheres if day in days_of(where, schedule, now) for slot in _slots_inside(where, schedule)
        }
        for day in range(1, schedule.window.days + 1)
    }
    for barred in dict.fromkeys(_runs(schedule, slots) for slots in allowed.values()):
        days = [day for day, slots in allowed.items() if _runs(schedule, slots) == barred]
        regions += [{"days": days, "slot_start": first, "slot_end": last} for first, last in barred]
    return regions


def _slots_inside(where: Where, schedule: Schedule) -> tuple[int, ...]:
    return slots_of(where, schedule.grid, touching=False)


def _runs(schedule: Schedule, allowed: set[int]) -> tuple[tuple[int, int], ...]:
    runs: list[tuple[int, int]] = []
    for number in (slot.slot for slot in schedule.grid if slot.slot not in allowed):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)


def first_monday(schedule: Schedule, now: date) -> date:
    """Return the Monday `this week` is counted from: that of today, or of the window when that lies far off."""
    monday = now - timedelta(days=now.weekday())
    last = schedule.date_of(schedule.window.days)
    near = schedule.window.start < monday + timedelta(days=14) and monday <= last
    return monday if near else schedule.window.start - timedelta(days=schedule.window.start.weekday())


def date_meant(where: Where, schedule: Schedule, now: date) -> date | None:
    """Return the one date that was named, also when it lies outside the window; None when it names no single one."""
    coming = max(now, schedule.window.start)
    if where.dates:
        return _date_said(where.dates[0], coming)
    if where.ahead:
        return now + timedelta(days=where.ahead[0])
    if where.weekdays and where.weeks:
        return first_monday(schedule, now) + timedelta(days=7 * where.weeks[0] + where.weekdays[-1] - 1)
    if where.weekdays:
        return coming + timedelta(days=(where.weekdays[0] - coming.isoweekday()) % 7)
    return first_monday(schedule, now) + timedelta(days=7 * where.weeks[0]) if where.weeks else None


def _date_said(said: DateWords, coming: date) -> date | None:
    """Return the date that was said; without its year or month the one nearest to `coming`, None when none is it."""
    days = (coming + timedelta(days=ahead) for ahead in range(-31, 366))
    if said.year is not None and said.month is not None:
        with suppress(ValueError):
            return date(said.year, said.month, said.day)
        return None
    first = -31 if said.month is not None else 0
    fitting = [day for day in days if (day - coming).days >= first and _is_date(replace(said, weekday=None), day)]
    return fitting[0] if fitting else None


def _is_meant(where: Where, day: date, schedule: Schedule, now: date) -> bool:
    if not where.dated:
        return True
    if where.since or where.until:
        return _lies_between(where, day, schedule, now)
    if any(_is_date(said, day) for said in where.dates) or (day - now).days in where.ahead:
        return True
    if not where.weekdays and not where.weeks:
        return False
    if where.weekdays and day.isoweekday() not in where.weekdays:
        return False
    return not where.weeks or (day - first_monday(schedule, now)).days // 7 in where.weeks


def _lies_between(where: Where, day: date, schedule: Schedule, now: date) -> bool:
    """Tell whether a day lies between two others; a last one named by its weekday follows the first."""
    first = date_meant(where.since.day, schedule, now) if where.since else None
    last = date_meant(where.until.day, schedule, max(now, first or now)) if where.until else None
    if where.until and where.until.day.weeks and not where.until.day.weekdays and last and where.until.inclusive:
        last += timedelta(days=6)
    if (where.since and first is None) or (where.until and last is None):
        return False
    after = first is None or day > first or (day == first and bool(where.since and where.since.inclusive))
    return after and (last is None or day < last or (day == last and bool(where.until and where.until.inclusive)))


def _is_date(said: DateWords, day: date) -> bool:
    return (
        said.day == day.day
        and said.month in (None, day.month)
        and said.year in (None, day.year)
        and said.weekday in (None, day.isoweekday())
    )


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _end_minutes(end: time | None) -> int:
    return 24 * 60 if end is None or end == time(0) else _minutes(end)


def _closing_minutes(slot: Slot) -> int:
    return 24 * 60 if slot.end <= slot.start else _minutes(slot.end)


def minutes_of(slot: Slot) -> int:
    """Return how many minutes a slot lasts."""
    return _closing_minutes(slot) - _minutes(slot.start)
