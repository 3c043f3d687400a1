"""Local search: single moves, as long as one makes the goals better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tools.planners.assignment import Assignment, Goal
from tools.planners.problem import STAY, UNPLACED

SWEEPS: Final = 12
"""Times every item is looked at."""


def descend(assignment: Assignment, goals: Sequence[Goal]) -> None:
    """Improve the assignment in place until no single move helps, or the sweeps are used up."""
    for _ in range(SWEEPS):
        if not [item for item in range(len(assignment.choices)) if _move(assignment, goals, item)]:
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
