"""Why a task has no place, in words a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from state.change import Unplaced
from state.limits import NO_LIMITS
from state.schedule import Schedule, Source, Task
from state.when import Locale, say_minutes, say_moment, weekday_name
from tools.planners.binding import binding_limits, say_binding
from tools.planners.build import Wish, build
from tools.planners.free_runs import free_runs, parts_that_fit
from tools.planners.reason_words import REASON_WORDS, ReasonWords
from tools.regions import free_cells
from tools.texts import say_pause, short_title

_NAMED: Final = 3


def explain_unplaced(wish: Wish, after: Schedule, tasks: Sequence[Task], locale: Locale = Locale.EN) -> list[Unplaced]:
    """Return why these tasks cannot be laid on the schedule that was reached, everything else there left as it is."""
    if not tasks:
        return []
    reached, free = replace(wish, schedule=after), replace(wish, tolerated=None)
    ordered, anyhow, at_first = (_longest(one, tasks) for one in (reached, replace(reached, tolerated=None), free))
    parted = _parting_pauses(reached, [task for task in tasks if ordered[task.id] < task.duration], locale)
    reasons = {
        task.id: _reason(reached, task, locale, (ordered[task.id], anyhow[task.id], at_first[task.id]))
        for task in tasks
    }
    return [
        _unplaced(reached, task, reasons[task.id] + parted.get(task.id, ""), locale, whole=ordered[task.id])
        for task in tasks
    ]


def _unplaced(wish: Wish, task: Task, reason: str, locale: Locale, *, whole: int) -> Unplaced:
    """Return the reason, and the offer to split what is longer than every free run."""
    open_ = whole < task.duration and not task.slots and task.repeat is None
    parts = parts_that_fit(wish, task) if open_ else None
    reason += _taken(wish, task, locale)
    if parts:
        reason += REASON_WORDS[locale].split.format(parts=parts, title=short_title(task))
    return Unplaced(task_id=task.id, title=task.title, reason=reason, parts=parts)


def _taken(wish: Wish, task: Task, locale: Locale) -> str:
    """Name what lies on the one day a task was wanted on, within the hours it was wanted in."""
    words, schedule, region = REASON_WORDS[locale], wish.schedule, wish.within(task)
    days = [day for day in range(1, schedule.window.days + 1) if region and region.has_day(schedule, day)]
    if region is None or len(days) != 1:
        return ""
    there = [(at, one) for one in schedule.tasks if one.id != task.id for at in one.slots if at.day == days[0]]
    held = sorted((at.slot_start, at.slot_end, one.title) for at, one in there if region.touches(schedule, at))
    said = [words.until.format(title=title, time=f"{schedule.grid[end - 1].end:%H:%M}") for _, end, title in held]
    return words.taken.format(entries=words.list.join(said[:_NAMED])) if said else ""


def _reason(wish: Wish, task: Task, locale: Locale, runs: tuple[int, int, int]) -> str:
    """Say what is missing, from the longest runs: in order, in any order, and before anything was laid."""
    words, (longest, anywhere, at_first) = REASON_WORDS[locale], runs
    needs = words.needs.format(length=_length(wish, task.duration, locale), limits=_limits(wish, task, locale))
    if longest >= task.duration:
        return words.capped.format(needs=needs, cap=_length(wish, wish.schedule.window.daily_cap or 0, locale))
    said = {"others_first": words.others_first if at_first > anywhere else ""}
    if anywhere >= task.duration:
        between = _between(wish, task, words)
        return words.between.format(needs=needs, between=between, longest=_length(wish, longest, locale), **said)
    if wish.schedule.bounds != NO_LIMITS:
        needs += say_binding(binding_limits(wish, task), wish.schedule.bounds, locale)
    shape = words.nowhere if anywhere else words.full
    return shape.format(needs=needs, longest=_length(wish, anywhere, locale), **said)


def _length(wish: Wish, slots: int, locale: Locale) -> str:
    return say_minutes(slots * wish.schedule.slot_minutes, locale)


def _parting_pauses(wish: Wish, tasks: Sequence[Task], locale: Locale) -> dict[int, str]:
    """Return the long pauses that alone keep a task from the free time of a day, as the tail of a reason."""
    schedule = wish.schedule
    pauses = schedule.breaks()
    if not pauses or not tasks:
        return {}
    window = schedule.window.model_copy(update={"span_pauses": True})
    spanning = free_runs(replace(wish, schedule=schedule.model_copy(update={"window": window})), tasks)
    found: dict[int, str] = {}
    for task in tasks:
        starts = [start for _, first, last in spanning[task.id] for start in range(first, last - task.duration + 2)]
        inside = [sorted(pauses.intersection(range(start, start + task.duration - 1))) for start in starts]
        if inside:
            found[task.id] = _say_parted(schedule, min(inside, key=len), REASON_WORDS[locale])
    return found


def _say_parted(schedule: Schedule, pauses: Sequence[int], words: ReasonWords) -> str:
    said = words.both.join(say_pause(schedule, slot) for slot in pauses)
    return (words.pauses if len(pauses) > 1 else words.pause).format(pauses=said)


def _longest(wish: Wish, tasks: Sequence[Task]) -> dict[int, int]:
    """Return the longest free run the limits of each task leave."""
    found = free_runs(wish, tasks)
    return {id_: max((last - first + 1 for _, first, last in runs), default=0) for id_, runs in found.items()}


def _limits(wish: Wish, task: Task, locale: Locale) -> str:
    words, zone, said = REASON_WORDS[locale], wish.schedule.zone, ""
    soonest = wish.schedule.window.not_before
    if soonest is not None and wish.schedule.date_of(1) <= soonest.astimezone(zone).date():
        said += words.from_now.format(moment=say_moment(soonest.astimezone(zone), locale))
    if task.earliest is not None:
        said += words.after.format(moment=say_moment(task.earliest.astimezone(zone), locale))
    if task.deadline is not None and not wish.schedule.is_overdue(task):
        said += words.before.format(moment=say_moment(task.deadline.astimezone(zone), locale))
    if task.weekdays is not None:
        days = words.list.join(weekday_name(weekday, locale) for weekday in sorted(task.weekdays))
        said += words.weekdays.format(days=days)
    if task.slot_range is not None:
        grid, span = wish.schedule.grid, task.slot_range
        first, last = grid[min(span.slot_start, len(grid)) - 1].start, grid[min(span.slot_end, len(grid)) - 1].end
        said += words.clock.format(first=f"{first:%H:%M}", last=f"{last:%H:%M}")
    if wish.within(task) is not None:
        said += words.in_region
    return said + (words.outside if wish.closed - free_cells(wish.schedule) else "")


def _between(wish: Wish, task: Task, words: ReasonWords) -> str:
    """Name the tasks of its ordered group it has to lie between."""
    named = zip((words.after_task, words.before_task), neighbours(wish, task), strict=True)
    said = [
        side.format(task=words.task.format(title=short_title(one), id=one.id)) for side, one in named if one is not None
    ]
    return words.both.join(said) or words.in_order


def neighbours(wish: Wish, task: Task) -> tuple[Task | None, Task | None]:
    """Return the last placed task of its ordered group that must come before it, and the first that must come after."""
    work = (one for one in wish.schedule.tasks if one.source is Source.TASK_ITEM and (one.slots or one.id == task.id))
    whole = wish.schedule.open_from(None)
    problem = build(replace(wish, schedule=whole, tasks=tuple(work), leaving=frozenset()))
    mine = next(item.index for item in problem.items if item.task.id == task.id)
    placed = [item for item in problem.items if item.task.position]
    firsts = [item.task for item in placed if item.index in problem.firsts[mine]]
    seconds = [item.task for item in placed if item.index in problem.seconds[mine]]
    return max(firsts, key=_start, default=None), min(seconds, key=_start, default=None)


def _start(task: Task) -> tuple[int, int]:
    at = task.position
    assert at is not None, "only placed tasks are compared"
    return at.day, at.slot_start
