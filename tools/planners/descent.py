"""Local search: single moves and exchanges, as long as one makes the goals better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.planners.assignment import Assignment, Goal
from tools.planners.problem import STAY, UNPLACED

SWEEPS = 12


def descend(assignment: Assignment, goals: Sequence[Goal]) -> None:
    """Improve the assignment in place until no single move or exchange helps, or the sweeps are used up."""
    for _ in range(SWEEPS):
        moved = [item for item in range(len(assignment.choices)) if _move(assignment, goals, item)]
        if not moved and not _exchange(assignment, goals):
            return


def value(assignment: Assignment, goals: Sequence[Goal]) -> tuple[int, ...]:
    """Return the goals in their sequence; smaller is better."""
    return tuple(assignment.totals[goal] for goal in goals)


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


def _exchange(assignment: Assignment, goals: Sequence[Goal]) -> bool:
    """Let two items exchange days, wherever that is better; tell whether any did."""
    problem, any_ = assignment.problem, False
    for one in range(len(problem.items)):
        for other in range(one + 1, len(problem.items)):
            any_ = _swap(assignment, goals, one, other) or any_
    return any_


def _swap(assignment: Assignment, goals: Sequence[Goal], one: int, other: int) -> bool:
    problem, old = assignment.problem, (assignment.choices[one], assignment.choices[other])
    if UNPLACED in old:
        return False
    days = problem.day_of(one, old[0]), problem.day_of(other, old[1])
    same = problem.items[one].duration == problem.items[other].duration
    if days[0] == days[1] or (same and Goal.CATEGORIES not in goals):
        return False
    best = value(assignment, goals)
    if not _promises(assignment, goals, (one, other), days, best):
        return False
    assignment.put(one, UNPLACED)
    assignment.put(other, UNPLACED)
    for item, day in ((one, days[1]), (other, days[0])):
        place = _place(assignment, item, day, day, assignment.span(item))
        if place is None:
            break
        assignment.put(item, place)
    else:
        if value(assignment, goals) < best:
            return True
    assignment.put(one, old[0])
    assignment.put(other, old[1])
    return False


def _promises(
    assignment: Assignment, goals: Sequence[Goal], pair: tuple[int, int], days: tuple[int, int], best: tuple[int, ...]
) -> bool:
    """Tell whether exchanging days would be better if there were space."""
    problem, old = assignment.problem, [assignment.choices[item] for item in pair]
    for item, day in zip(pair, reversed(days), strict=True):
        place = next((one.index for one in problem.of_day[day] if one.index in problem.items[item].windows), None)
        if place is not None:
            assignment.put(item, place)
    better = value(assignment, goals) < best
    for item, choice in zip(pair, old, strict=True):
        assignment.put(item, choice)
    return better
