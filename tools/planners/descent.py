"""Local search: single moves, and pairs of them, as long as one makes the goals better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from typing import Final

from tools.planners.assignment import Assignment, Goal
from tools.planners.problem import STAY, UNPLACED

SWEEPS: Final = 12
"""Times every item is looked at."""
TRADERS: Final = 64
"""Up to this many items all pairs are looked at for a trade of days."""


def descend(assignment: Assignment, goals: Sequence[Goal]) -> None:
    """Improve the assignment in place until nothing helps, or the sweeps are used up."""
    for _ in range(SWEEPS):
        moved = [item for item in range(len(assignment.choices)) if _move(assignment, goals, item)]
        if not moved and not _traded(assignment, goals) and not _sent_home(assignment, goals):
            return


def value(assignment: Assignment, goals: Sequence[Goal]) -> tuple[int, ...]:
    """Return the goals in their sequence; smaller is better."""
    totals = assignment.totals
    return tuple([totals[goal] for goal in goals])


def _move(assignment: Assignment, goals: Sequence[Goal], item: int) -> bool:
    """Give one item the best other place, if that is better than its own."""
    old, best = assignment.choices[item], value(assignment, goals)
    promising: list[tuple[tuple[int, ...], int, int]] = []
    for day, choice in _one_per_day(assignment, item):
        assignment.put(item, choice)
        promising.append((value(assignment, goals), day, choice))
    assignment.put(item, UNPLACED)
    span = assignment.span(item)
    for reached, day, choice in sorted(promising):
        if reached >= best:
            break
        place = _place(assignment, item, day, choice, span)
        if place is not None:
            assignment.put(item, place)
            return True
    assignment.put(item, old)
    return False


def _one_per_day(assignment: Assignment, item: int) -> Iterator[tuple[int, int]]:
    """Yield a day and one choice for it: all choices of a day have the same worth."""
    problem, seen = assignment.problem, set[int]()
    if problem.items[item].home is not None and assignment.choices[item] != STAY:
        yield 0, STAY
    for segment in problem.items[item].windows:
        day = problem.segments[segment].day
        if day not in seen:
            seen.add(day)
            yield day, segment


def _place(assignment: Assignment, item: int, day: int, choice: int, span: tuple[int, int]) -> int | None:
    if choice == STAY:
        return STAY if assignment.admits(item, STAY, span) else None
    segments = (segment.index for segment in assignment.problem.of_day[day])
    return next((segment for segment in segments if assignment.admits(item, segment, span)), None)


def _traded(assignment: Assignment, goals: Sequence[Goal]) -> bool:
    """Let items trade days where that leaves fewer categories on them; tell whether any did."""
    moved = [item for item, choice in enumerate(assignment.choices) if choice >= 0]
    return bool(
        [pair for pair in combinations(moved, 2) if _fewer(assignment, *pair) and _trade(assignment, goals, pair)]
    )


def _fewer(assignment: Assignment, one: int, other: int) -> bool:
    """Tell whether two days hold fewer categories together when these items trade days."""
    problem, choices = assignment.problem, assignment.choices
    here, there = problem.segments[choices[one]].day, problem.segments[choices[other]].day
    mine, yours = problem.items[one].task.category, problem.items[other].task.category
    if here == there or mine == yours:
        return False
    at_home, away = assignment.categories[here], assignment.categories[there]
    return (at_home[mine] == 1) + (away[yours] == 1) > (at_home[yours] == 0) + (away[mine] == 0)


def _trade(assignment: Assignment, goals: Sequence[Goal], pair: tuple[int, int]) -> bool:
    """Give each of two items a place on the other's day, if that is better."""
    before, old = value(assignment, goals), [assignment.choices[item] for item in pair]
    for item, choice in zip(pair, reversed(old), strict=True):
        assignment.put(item, choice)
    better = value(assignment, goals) < before
    for item in pair:
        assignment.put(item, UNPLACED)
    if better and all(map(_laid, [assignment] * 2, pair, reversed(old))):
        return True
    for item, choice in zip(pair, old, strict=True):
        assignment.put(item, choice)
    return False


def _laid(assignment: Assignment, item: int, wanted: int) -> bool:
    """Lay an item on the day of a segment, if there is a place for it."""
    day = assignment.problem.segments[wanted].day
    place = _place(assignment, item, day, wanted, assignment.span(item))
    if place is not None:
        assignment.put(item, place)
    return place is not None


def _sent_home(assignment: Assignment, goals: Sequence[Goal]) -> bool:
    """Let moved items lie where they lay before, others moved there taking their new days; tell whether any did."""
    if Goal.MOVED not in goals or len(assignment.choices) > TRADERS:
        return False
    away = [item for item, choice in enumerate(assignment.choices) if choice >= 0]
    return bool([pair for pair in permutations(away, 2) if _send_home(assignment, goals, *pair)])


def _send_home(assignment: Assignment, goals: Sequence[Goal], item: int, other: int) -> bool:
    """Give a moved item its old place, and another one on that day a place where the first lay, if that is better."""
    problem, old, left = assignment.problem, assignment.choices[item], assignment.choices[other]
    home = problem.items[item].home
    if old < 0 or left < 0 or home is None or problem.segments[left].day != home.day:
        return False
    before = value(assignment, goals)
    assignment.put(item, UNPLACED)
    assignment.put(other, UNPLACED)
    if assignment.admits(item, STAY, assignment.span(item)):
        assignment.put(item, STAY)
        if _laid(assignment, other, old) and value(assignment, goals) < before:
            return True
    assignment.put(item, UNPLACED)
    assignment.put(item, old)
    assignment.put(other, left)
    return False
