"""What no plan can beat, found without search."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from tools.planners.assignment import Assignment, Goal
from tools.planners.problem import UNPLACED, Problem


def level(problem: Problem) -> int:
    """Return the load of the fullest day when all counted work is poured over the days as evenly as they allow."""
    return max(_poured(problem, sum(item.duration for item in problem.items if item.counted)), default=0)


def even_loads(problem: Problem, placed: Assignment) -> list[int]:
    """Return the daily loads when the placed work is poured over the days slot by slot, day 0 unused."""
    items = problem.items
    work = [item for item in items if item.counted and placed.choices[item.index] != UNPLACED]
    return _poured(problem, sum(item.duration for item in work))


def level_ranges(problem: Problem, wanted: list[int]) -> dict[int, tuple[int, int]]:
    """Return the least and most load of each day in any plan whose sum of squares is that of the poured loads."""
    top = max((load for load, base in zip(wanted, problem.base, strict=True) if load > base), default=0)
    return {
        day: (max(problem.base[day], top - 1), top) if wanted[day] in (top - 1, top) else (wanted[day], wanted[day])
        for day in range(1, len(wanted))
    }


def floor(problem: Problem, goal: Goal, found: Assignment) -> float:
    """Return a value of the goal that no assignment placing the same items is below."""
    if goal is Goal.LOAD:
        return sum(load * load for load in even_loads(problem, found))
    if goal is Goal.CATEGORIES:
        return sum(len(set(names)) for names in problem.beside)
    return 0


def _poured(problem: Problem, work: int) -> list[int]:
    """Pour slot by slot, each on the day with the least load that has space: best possible for a sum of squares."""
    loads = list(problem.base)
    space = _space(problem)
    days = [(loads[day], day) for day in range(1, len(loads)) if space[day] > 0]
    heapify(days)
    while work > 0 and days:
        load, day = heappop(days)
        loads[day] = load + 1
        space[day] -= 1
        work -= 1
        if space[day] > 0:
            heappush(days, (load + 1, day))
    return loads


def _space(problem: Problem) -> list[int]:
    """Return how many slots of counted work each day could take at most."""
    space = [0] * len(problem.room)
    for segment in problem.segments:
        space[segment.day] += segment.length
    for item in problem.items:
        if item.counted and item.home:
            space[item.home.day] += item.duration
    return [min(free, room) for free, room in zip(space, problem.room, strict=True)]
