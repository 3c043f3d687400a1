"""First solutions: items laid one by one, in several sequences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.planners.assignment import Assignment, Goal
from tools.planners.bound import level
from tools.planners.problem import STAY, UNPLACED, Item, Problem


def started(problem: Problem, goals: Sequence[Goal]) -> Assignment:
    """Return the best of several greedy solutions; items that lie somewhere begin there."""
    if any(item.home for item in problem.items):
        return all_stay(problem)
    tried = [_filled(problem, sequence, even) for sequence in _sequences(problem) for even in (True, False)]
    return min(tried, key=lambda one: [one.totals[goal] for goal in goals])


def all_stay(problem: Problem) -> Assignment:
    """Return the assignment that moves nothing."""
    return Assignment(problem, [STAY if item.home else UNPLACED for item in problem.items])


def _filled(problem: Problem, sequence: list[int], even: bool) -> Assignment:
    """Lay each item in the first segment that takes it; evenly: on the first day that stays under the common level."""
    assignment = Assignment(problem, [UNPLACED] * len(problem.items))
    full = level(problem) if even else len(problem.schedule.grid) * len(problem.room)
    for item in sequence:
        span = assignment.span(item)
        open_ = [choice for choice in problem.items[item].windows if assignment.admits(item, choice, span)]
        if open_:
            assignment.put(item, _first(assignment, item, open_, full))
    for item in sequence:
        if assignment.choices[item] == UNPLACED:
            span = assignment.span(item)
            places = (one for one in problem.items[item].windows if assignment.admits(item, one, span))
            assignment.put(item, next(places, UNPLACED))
    return assignment


def _first(assignment: Assignment, item: int, choices: list[int], full: int) -> int:
    problem, duration = assignment.problem, assignment.problem.items[item].duration
    for choice in choices:
        if assignment.load[problem.segments[choice].day] + duration <= full:
            return choice
    return min(choices, key=lambda choice: assignment.load[problem.segments[choice].day])


def _sequences(problem: Problem) -> Iterator[list[int]]:
    """Yield sequences that keep every ordered group: by subject, subjects side by side, most urgent first, as listed."""
    due = _due(problem)
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
    yield _ordered(problem, list(due))
    longest = sorted(due, key=lambda item: (len(problem.items[item].windows), -problem.items[item].duration, item))
    yield _ordered(problem, longest)


def _ordered(problem: Problem, wanted: list[int]) -> list[int]:
    """Return the sequence with every item after those of its group that must come first."""
    found: dict[int, None] = {}
    for item in wanted:
        for one in sorted(problem.firsts[item], key=lambda one: len(problem.firsts[one])):
            found.setdefault(one)
        found.setdefault(item)
    return list(found)


def _rank(item: Item, due: dict[int, int]) -> tuple[int, int, int]:
    return item.task.order if item.task.order is not None else due[item.index], due[item.index], item.task.id


def _due(problem: Problem) -> dict[int, int]:
    """Return the last segment each item may lie in, those that must follow it considered."""
    own = {item.index: max(item.windows, default=0) for item in problem.items}
    return {item: min([last, *(own[second] for second in problem.seconds[item])]) for item, last in own.items()}
