"""First solutions: items laid one by one, in several sequences."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import ceil
from typing import Final

from tools.planners.assignment import Assignment, Goal
from tools.planners.bound import even_loads
from tools.planners.descent import value
from tools.planners.problem import STAY, UNPLACED, Item, Problem

SLACKS: Final = (1.0, 1.1, 1.25, 1.5, 2.0)
"""How far above the poured loads the days may be filled, tried in turn until everything finds a place."""


def first_solution(problem: Problem, goals: Sequence[Goal]) -> Assignment:
    """Return the best of several greedy solutions; one of them moves nothing."""
    even, sequences = even_loads(problem), list(_sequences(problem))
    tried = [all_stay(problem), *(_fill(problem, one, [len(problem.schedule.grid)] * len(even)) for one in sequences)]
    tried += [_pace(problem, one, even) for one in sequences]
    for slack in SLACKS:
        loads = [ceil(load * slack) for load in even]
        found = [_fill(problem, one, loads) for one in sequences]
        tried += [one for one in found if not _lost(one)]
        if any(UNPLACED not in one.choices for one in found):
            break
    return min((one for one in tried if not _lost(one)), key=lambda one: value(one, goals))


def _lost(assignment: Assignment) -> bool:
    """Tell whether something that had a place has none now."""
    return any(
        choice == UNPLACED and item.home
        for choice, item in zip(assignment.choices, assignment.problem.items, strict=True)
    )


def all_stay(problem: Problem) -> Assignment:
    """Return the assignment that moves nothing."""
    return Assignment(problem, [STAY if item.home else UNPLACED for item in problem.items])


def _fill(problem: Problem, sequence: list[int], loads: list[int]) -> Assignment:
    """Lay each item in the first segment that keeps its day within these loads, else in the first that takes it at all.

    Those that found none are tried once more when all others lie.
    """
    assignment = Assignment(problem, [UNPLACED] * len(problem.items))
    for item in (*sequence, *sequence):
        if assignment.choices[item] == UNPLACED:
            assignment.put(item, _place(assignment, item, loads))
    return assignment


def _pace(problem: Problem, sequence: list[int], even: Sequence[int]) -> Assignment:
    """Lay each item as near as it goes to the day on which as much work is poured up to then as lies before it.

    First fit leaves the days behind a long chain empty; this keeps step with the poured loads.
    """
    assignment, done = Assignment(problem, [UNPLACED] * len(problem.items)), 0
    poured = list(accumulate(load - base for load, base in zip(even, problem.base, strict=True)))
    pace: dict[int, int] = {}
    for item in sequence:
        duration = problem.items[item].duration
        pace[item] = bisect_left(poured, done + duration / 2)
        done += duration
    for item in (*sequence, *sequence):
        if assignment.choices[item] == UNPLACED:
            assignment.put(item, _nearest(assignment, item, pace[item]))
    return assignment


def _nearest(assignment: Assignment, item: int, day: int) -> int:
    """Return where the item lies, if that is on the day, else the nearest segment that takes it, else UNPLACED."""
    problem, span, one = assignment.problem, assignment.span(item), assignment.problem.items[item]
    if one.home and one.home.day == day and not one.leaves and assignment.admits(item, STAY, span):
        return STAY
    choices = sorted(one.windows, key=lambda choice: (abs(problem.segments[choice].day - day), choice))
    return next((choice for choice in choices if assignment.admits(item, choice, span)), UNPLACED)


def _place(assignment: Assignment, item: int, loads: list[int]) -> int:
    """Return where the item lies, if that is within the loads, else a segment, else UNPLACED."""
    problem, span, one = assignment.problem, assignment.span(item), assignment.problem.items[item]
    stays = one.home and not one.leaves and not _over(assignment, one.home.day, one.duration, loads)
    if stays and assignment.admits(item, STAY, span):
        return STAY
    days = {choice: problem.segments[choice].day for choice in one.windows}
    choices = sorted(days, key=lambda choice: (_over(assignment, days[choice], one.duration, loads), choice))
    return next((choice for choice in choices if assignment.admits(item, choice, span)), UNPLACED)


def _over(assignment: Assignment, day: int, duration: int, loads: list[int]) -> bool:
    return assignment.load[day] + duration > loads[day]


def _sequences(problem: Problem) -> Iterator[list[int]]:
    """Yield sequences that keep ordered groups: by subject, subjects side by side, most urgent first, as listed."""
    due = _last_segments(problem)
    groups: dict[str, list[Item]] = {}
    for item in problem.items:
        groups.setdefault(item.task.category, []).append(item)
    inner = {name: sorted(items, key=lambda item: _rank(item, due)) for name, items in groups.items()}
    by_due = sorted(inner.values(), key=lambda items: (min(due[item.index] for item in items), items[0].index))
    yield [item.index for items in by_due for item in items]
    share = {item.index: (at + 1) / len(items) for items in inner.values() for at, item in enumerate(items)}
    yield sorted(share, key=lambda item: (share[item], item))
    yield sorted(due, key=lambda item: (due[item], _rank(problem.items[item], due)))
    yield sorted(due, key=lambda item: (problem.items[item].task.priority, due[item], item))
    yield _order(problem, list(due))
    longest = sorted(due, key=lambda item: (len(problem.items[item].windows), -problem.items[item].duration, item))
    yield _order(problem, longest)


def _order(problem: Problem, wanted: list[int]) -> list[int]:
    """Return the sequence with every item after those of its group that must come first."""
    found: dict[int, None] = {}
    for item in wanted:
        for one in sorted(problem.firsts[item], key=lambda one: len(problem.firsts[one])):
            found.setdefault(one)
        found.setdefault(item)
    return list(found)


def _rank(item: Item, due: dict[int, int]) -> tuple[int, int, int]:
    return item.task.order if item.task.order is not None else due[item.index], due[item.index], item.task.id


def _last_segments(problem: Problem) -> dict[int, int]:
    """Return the last segment each item may lie in, those that must follow it considered."""
    own = {item.index: max(item.windows, default=0) for item in problem.items}
    return {item: min([last, *(own[second] for second in problem.seconds[item])]) for item, last in own.items()}
