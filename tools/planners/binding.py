"""Which of the limits that a person has set keep a task from a place: by trying what there would be without them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from state.limits import NO_LIMITS, HoursLimit, Limits
from state.schedule import Schedule, Task
from state.when import Locale, say_minutes, weekday_name
from tools.planners.build import Wish
from tools.planners.free_runs import free_runs
from tools.planners.reason_words import REASON_WORDS, ReasonWords
from tools.regions import free_cells


@dataclass(frozen=True)
class Bound:
    """One limit of a person, by its name in `Limits`, and for hours which."""

    name: str
    hours: HoursLimit | None = None


def binding_limits(wish: Wish, task: Task) -> list[Bound]:
    """Return a smallest choice of limits without which the task would have a place; none where that does not help."""
    lifted = list(_limits(wish.schedule, task))
    if not lifted or not _fits(wish, task, lifted):
        return []
    for one in list(lifted):
        fewer = [other for other in lifted if other is not one]
        if _fits(wish, task, fewer):
            lifted = fewer
    return lifted


def say_binding(found: list[Bound], limits: Limits, locale: Locale) -> str:
    """Return the limits as what a reason adds to what a task needs."""
    words = REASON_WORDS[locale]
    said = words.further.join(_say(one, limits, locale) for one in found)
    return words.binding.format(limits=said) if said else ""


def _limits(schedule: Schedule, task: Task) -> Iterator[Bound]:
    limits = schedule.bounds
    yield from (Bound("free", one) for one in limits.free if one.names(task.category, task.title))
    yield from (Bound("hours", one) for one in limits.hours if one.names(task.category, task.title))
    yield from (Bound(name) for name in ("buffer", "notice") if getattr(limits, name))


def _fits(wish: Wish, task: Task, lifted: list[Bound]) -> bool:
    schedule = _without(wish.schedule, lifted)
    closed = wish.closed - free_cells(wish.schedule) | free_cells(schedule)
    runs = free_runs(replace(wish, schedule=schedule, closed=closed), [task])[task.id]
    return any(last - first + 1 >= task.duration for _, first, last in runs)


def _without(schedule: Schedule, lifted: list[Bound]) -> Schedule:
    limits, names = schedule.bounds, {one.name for one in lifted}
    gone = {name: tuple(one.hours for one in lifted if one.name == name) for name in ("hours", "free")}
    fields = {name: tuple(one for one in getattr(limits, name) if one not in out) for name, out in gone.items()}
    fields |= {"buffer": None if "buffer" in names else limits.buffer}
    soonest = schedule.window.not_before
    if soonest is not None and "notice" in names:
        schedule = schedule.open_from(soonest - timedelta(minutes=limits.notice or 0))
    return schedule.with_limits(NO_LIMITS, limits.model_copy(update=fields))


def _say(one: Bound, limits: Limits, locale: Locale) -> str:
    words = REASON_WORDS[locale]
    if one.hours is None:
        return getattr(words, one.name).format(length=say_minutes(getattr(limits, one.name) or 0, locale))
    first, last = one.hours.hours.split("-")
    days = words.list.join(weekday_name(day, locale) for day in one.hours.weekdays or ())
    kind = words.of_category.format(category=one.hours.category) if one.hours.category else words.work
    told = _free_words(one.hours, words) if one.name == "free" else _hours_words(first, last, words)
    return told.format(first=first, last=last, kind=kind, days=words.on.format(days=days) if days else "")


def _hours_words(first: str, last: str, words: ReasonWords) -> str:
    return words.not_after if first == "00:00" else words.not_before if last == "24:00" else words.within


def _free_words(hours: HoursLimit, words: ReasonWords) -> str:
    if hours.category is None:
        return words.kept_free
    return words.whole_day if hours.hours == "00:00-24:00" else words.free_of
