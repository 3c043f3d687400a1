"""From a schedule and a wish to the problem a planner solves."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise, permutations

from state.desk import OrderScope
from state.order import ordered_groups
from state.schedule import Position, Schedule, Source, Task, too_near
from tools.day_wishes import DayWishes
from tools.load import event_load
from tools.planners.free_segments import free_segments, runs_of
from tools.planners.problem import Item, Problem, Segment
from tools.regions import Cell, Region, free_cells

Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What one call asks for: which tasks to lay, and where.

    `leaving` are those that should not stay where they lie; `within` limits where a task may be laid. `tolerated`
    pairs need no order (they were out of order before); None means that order does not matter at all. Tasks that are
    `picky` are laid only where the person likes them. Without `events` those do not count in how even the days are.
    """

    schedule: Schedule
    scope: OrderScope
    tasks: tuple[Task, ...]
    leaving: frozenset[int] = frozenset()
    closed: frozenset[Cell] = frozenset()
    within: Callable[[Task], Region | None] = lambda task: None
    uncounted: Callable[[Task], bool] = lambda task: False
    tolerated: frozenset[Pair] | None = field(default=frozenset())
    picky: frozenset[int] = frozenset()
    events: bool = True


def build(wish: Wish) -> Problem:
    """Return the problem: the segments left by everything that is not laid, and the windows of what is.

    What lies in the past is not laid again.
    """
    schedule = wish.schedule
    wish = replace(wish, tasks=tuple(task for task in wish.tasks if not schedule.is_past(task)))
    laid = {task.id for task in wish.tasks}
    fixed = [task for task in schedule.tasks if task.slots and task.id not in laid]
    segments = free_segments(schedule, fixed, wish.closed | free_cells(schedule))
    bounds = _fixed_bounds(wish, laid)
    timeline = _Timeline(schedule)
    items = tuple(
        Item(
            index=index,
            task=task,
            windows=_windows(wish, task, segments, timeline.limits(task, bounds.get(task.id)), laid),
            home=task.position,
            leaves=task.id in wish.leaving,
            counted=not wish.uncounted(task),
            misplaced=_is_outside(schedule, task, bounds.get(task.id)),
        )
        for index, task in enumerate(wish.tasks)
    )
    items = _narrowed(items, wish, segments) if wish.picky else items
    index_of = {item.task.id: item.index for item in items}
    order = tuple((index_of[one], index_of[two]) for one, two in _order_pairs(wish, laid))
    room, base, events = _loads(wish, fixed)
    beside, apart = _beside(wish, fixed), _apart(wish.tasks)
    return Problem(schedule, wish.scope, segments, items, order, room, base, events, beside, apart)


def _order_pairs(wish: Wish, laid: set[int]) -> Iterator[Pair]:
    """Yield the pairs of laid tasks that must hold; neighbours imply the rest unless some pair is tolerated."""
    if wish.tolerated is None:
        return
    involved = {task for pair in wish.tolerated for task in pair}
    for group in ordered_groups(wish.schedule.tasks, wish.scope):
        present = [[task for task in rank if task.id in laid] for rank in group]
        ranks = [rank for rank in present if rank]
        loose = any(task.id in involved for rank in ranks for task in rank)
        for lower, upper in combinations(ranks, 2) if loose else pairwise(ranks):
            yield from ((one.id, two.id) for one in lower for two in upper if (one.id, two.id) not in wish.tolerated)


def _fixed_bounds(wish: Wish, laid: set[int]) -> dict[int, tuple[int, int]]:
    """Return, per laid task, the last slot taken by fixed tasks before it and the first taken by those after it."""
    schedule, slots = wish.schedule, len(wish.schedule.grid)
    found: dict[int, tuple[int, int]] = {}
    for group in [] if wish.tolerated is None else ordered_groups(schedule.tasks, wish.scope):
        ranks = [(rank, task) for rank, tasks in enumerate(group) for task in tasks]
        fixed = [(rank, task.id, at) for rank, task in ranks if task.id not in laid and (at := task.position)]
        for mine, task in ranks if fixed else []:
            ends = [
                ordinal(slots, at.day, at.slot_end)
                for rank, id_, at in fixed
                if rank < mine and (id_, task.id) not in (wish.tolerated or ())
            ]
            starts = [
                ordinal(slots, at.day, at.slot_start)
                for rank, id_, at in fixed
                if rank > mine and (task.id, id_) not in (wish.tolerated or ())
            ]
            low, high = found.get(task.id, (0, schedule.window.days * slots + 1))
            found[task.id] = max([low, *ends]), min([high, *starts])
    return found


def _is_outside(schedule: Schedule, task: Task, bounds: tuple[int, int] | None) -> bool:
    at, slots = task.position, len(schedule.grid)
    if at is None or bounds is None:
        return False
    return ordinal(slots, at.day, at.slot_start) <= bounds[0] or ordinal(slots, at.day, at.slot_end) >= bounds[1]


def ordinal(slots: int, day: int, slot: int) -> int:
    """Return the number of a slot counted through the whole window, from 1."""
    return (day - 1) * slots + slot


class _Timeline:
    """Finds the slots a moment falls on without looking at each."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._all = range(1, schedule.window.days * len(schedule.grid) + 1)

    def limits(self, task: Task, bounds: tuple[int, int] | None) -> tuple[int, int]:
        """Return the first and last slot, counted through the window, that the task may take."""
        first, last = (bounds[0] + 1, bounds[1] - 1) if bounds else (1, len(self._all))
        for moment in filter(None, (task.earliest, self._schedule.window.not_before)):
            first = max(first, bisect_left(self._all, moment.timestamp(), key=self._start) + 1)
        if task.deadline and not self._schedule.is_overdue(task):
            last = min(last, bisect_right(self._all, task.deadline.timestamp(), key=self._end))
        return first, last

    def _start(self, number: int) -> float:
        return self._schedule.start_of(*self._cell(number)).timestamp()

    def _end(self, number: int) -> float:
        return self._schedule.end_of(*self._cell(number)).timestamp()

    def _cell(self, number: int) -> Cell:
        day, slot = divmod(number - 1, len(self._schedule.grid))
        return day + 1, slot + 1


def _windows(
    wish: Wish, task: Task, segments: Iterable[Segment], limits: tuple[int, int], laid: Collection[int]
) -> dict[int, tuple[int, int]]:
    region, schedule, slots = wish.within(task), wish.schedule, len(wish.schedule.grid)
    lowest, highest = _slot_limits(task, region, slots)
    near = _days_of_others(schedule, task, laid)
    days = {day for day in range(1, schedule.window.days + 1) if day not in near}
    days = {day for day in days if schedule.may_lie_on(task, day) and (not region or region.has_day(schedule, day))}
    open_ = {day: hours for day in days if (hours := schedule.open_slots(task, day))}
    found: dict[int, tuple[int, int]] = {}
    for segment in segments:
        if (hours := open_.get(segment.day)) is None:
            continue
        passed = (segment.day - 1) * slots
        first = max(segment.start, lowest, hours.slot_start, limits[0] - passed)
        last = min(segment.end, highest, hours.slot_end, limits[1] - passed)
        runs = [run for run in segment.runs(first, last) if run[1] - run[0] + 1 >= task.duration]
        if runs:
            found[segment.index] = (runs[0][0], runs[-1][1] - task.duration + 1)
    return found


def _narrowed(items: Iterable[Item], wish: Wish, segments: Sequence[Segment]) -> tuple[Item, ...]:
    """Return the items, the picky ones in the longest stretch of each segment that holds them where they are liked."""
    wishes = DayWishes(wish.schedule)
    return tuple(
        replace(item, windows=dict(_liked_windows(item, segments, wishes))) if item.task.id in wish.picky else item
        for item in items
    )


def _liked_windows(item: Item, segments: Sequence[Segment], wishes: DayWishes) -> Iterator[tuple[int, Pair]]:
    for index, (first, last) in item.windows.items():
        unliked = wishes.disliked(item.task, segments[index].day)
        liked = runs_of([slot for slot in range(first, last + item.duration) if slot not in unliked])
        stretch = max(liked, key=lambda run: run[1] - run[0], default=(1, 0))
        runs = [run for run in segments[index].runs(*stretch) if run[1] - run[0] + 1 >= item.duration]
        if runs:
            yield index, (runs[0][0], runs[-1][1] - item.duration + 1)


def _slot_limits(task: Task, region: Region | None, slots: int) -> tuple[int, int]:
    lowest, highest = 1, slots
    if task.slot_range:
        lowest, highest = max(lowest, task.slot_range.slot_start), min(highest, task.slot_range.slot_end)
    if region:
        lowest, highest = max(lowest, region.slot_start or 1), min(highest, region.slot_end or slots)
    return lowest, highest


def _days_of_others(schedule: Schedule, task: Task, laid: Collection[int]) -> set[int]:
    """Return the days too near to repetitions of the task that are not laid anew."""
    if task.parent is None or task.repeat is None:
        return set()
    apart = task.repeat.apart
    others = [one for one in schedule.parts_of(task.parent) if one.slots and one.id != task.id and one.id not in laid]
    return {day for one in others for day in range(one.slots[0].day - apart + 1, one.slots[0].day + apart)}


def _apart(tasks: Sequence[Task]) -> tuple[dict[int, int], ...]:
    """Return, per task, the others that must lie days away from it; two that lie too near already may stay so."""
    found: list[dict[int, int]] = [{} for _ in tasks]
    repeated = [(index, task) for index, task in enumerate(tasks) if task.repeat is not None and task.repeat.apart]
    for (one, first), (other, second) in permutations(repeated, 2):
        if first.parent == second.parent and first.repeat and not too_near(first, second):
            found[one][other] = first.repeat.apart
    return tuple(found)


def _loads(wish: Wish, fixed: list[Task]) -> tuple[tuple[int, ...], ...]:
    """Return the room left under the daily cap, the counted load of all that is not laid, and of events, per day."""
    window = wish.schedule.window
    cap = len(wish.schedule.grid) if window.daily_cap is None else window.daily_cap
    room, base = [cap] * (window.days + 1), [0] * (window.days + 1)
    for task, at in work_positions(fixed):
        if 1 <= at.day <= window.days:
            room[at.day] -= at.length if window.daily_cap is not None else 0
            base[at.day] += 0 if wish.uncounted(task) else at.length
    counted = wish.events and wish.schedule.wishes.count_events
    events = (0, *event_load(wish.schedule)) if counted else (0,) * len(base)
    held = [0] * (window.days + 1)
    for _, at in work_positions(wish.tasks):
        held[min(at.day, window.days)] += at.length
    room = [max(free, load) for free, load in zip(room, held, strict=True)]
    return tuple(room), tuple(load + taken for load, taken in zip(base, events, strict=True)), events


def _beside(wish: Wish, fixed: list[Task]) -> tuple[tuple[str, ...], ...]:
    found: list[list[str]] = [[] for _ in range(wish.schedule.window.days + 1)]
    for task, at in work_positions(fixed):
        if at.day < len(found):
            found[at.day].append(task.category)
    return tuple(tuple(sorted(categories)) for categories in found)


def work_positions(tasks: Iterable[Task]) -> Iterator[tuple[Task, Position]]:
    """Yield every placed task that is work, not an event, with where it lies."""
    return ((task, at) for task in tasks if task.source is Source.TASK_ITEM for at in task.slots)
