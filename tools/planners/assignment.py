"""One way to lay the items, while a planner changes it move by move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from state.schedule import HostLink
from tools.load import LOAD
from tools.planners.layout import layout
from tools.planners.problem import STAY, UNPLACED, Problem, Segment


class Goal(IntEnum):
    """What a planner makes small, one after the other."""

    UNPLACED = 0
    LEFT = 1
    LOAD = 2
    EARLY = 3
    CATEGORIES = 4
    MOVED = 5


NAMES: Final = {
    Goal.UNPLACED: "unplaced tasks (weighted by priority)",
    Goal.LEFT: "tasks left where they should not be (weighted by priority)",
    Goal.LOAD: LOAD,
    Goal.EARLY: "lateness (slots times day)",
    Goal.CATEGORIES: "category changes within a day",
    Goal.MOVED: "moved tasks",
}
"""How people read the goals."""


class Assignment:
    """Which segment each item is given (or STAY, or UNPLACED), with the tallies that make a move cheap to judge.

    `totals` holds the value of each goal; CATEGORIES counts the categories of each day.
    """

    def __init__(self, problem: Problem, choices: Sequence[int]) -> None:
        """Count what the choices use."""
        self.problem = problem
        self.choices = [UNPLACED] * len(problem.items)
        self.movers: list[set[int]] = [set() for _ in problem.segments]
        self.used = [0] * len(problem.segments)
        self.taken = [0] * len(problem.room)
        self.load = list(problem.base)
        self.guests: Counter[HostLink] = Counter()
        self.categories = [Counter(names) for names in problem.beside]
        self.totals = [0] * len(Goal)
        self.totals[Goal.UNPLACED] = sum(miss_cost(problem, item.index) for item in problem.items)
        self.totals[Goal.LOAD] = sum(load * load for load in self.load)
        self.totals[Goal.CATEGORIES] = sum(len(names) for names in self.categories)
        for item, choice in enumerate(choices):
            self.put(item, choice)

    def copy(self) -> Assignment:
        """Return an independent copy."""
        return Assignment(self.problem, self.choices)

    def put(self, item: int, choice: int) -> None:
        """Give an item another place, unchecked."""
        if self.choices[item] != UNPLACED:
            self._tally(item, self.choices[item], -1)
        self.choices[item] = choice
        if choice != UNPLACED:
            self._tally(item, choice, 1)

    def stayers(self, segment: int) -> list[int]:
        """Return the items that stay in a segment or beside it."""
        return [item for item in self.problem.touching[segment] if self.choices[item] == STAY]

    def layout(self, segment: Segment, wanted: Sequence[str] = ()) -> dict[int, int] | None:
        """Return a start for each item moved into the segment, or None when they do not fit."""
        return layout(self.problem, segment, sorted(self.movers[segment.index]), self.stayers(segment.index), wanted)

    def span(self, item: int) -> tuple[int, int]:
        """Return the ranks in time between which its ordered group leaves an item."""
        rank, choices = self.problem.rank, self.choices
        firsts = (rank(one, choices[one]) for one in self.problem.firsts[item] if choices[one] != UNPLACED)
        seconds = (rank(one, choices[one]) for one in self.problem.seconds[item] if choices[one] != UNPLACED)
        return max(firsts, default=-1), min(seconds, default=2 * len(self.problem.segments))

    def admits(self, item: int, choice: int, span: tuple[int, int]) -> bool:
        """Tell whether an item without a place may be given this one."""
        problem = self.problem
        if not span[0] <= problem.rank(item, choice) <= span[1]:
            return False
        day = problem.day_of(item, choice)
        if self.taken[day] + problem.items[item].duration > problem.room[day]:
            return False
        if any(self._is_near(other, day, apart) for other, apart in problem.apart[item].items()):
            return False
        return self._home_free(item) if choice == STAY else self._fits(item, choice)

    def _is_near(self, other: int, day: int, apart: int) -> bool:
        """Tell whether another item lies fewer than so many days from a day."""
        choice = self.choices[other]
        return choice != UNPLACED and abs(self.problem.day_of(other, choice) - day) < apart

    def _home_free(self, item: int) -> bool:
        host = self.problem.items[item].task.host
        if host is not None and self.guests[host]:
            return False
        self.put(item, STAY)
        fine = all(self.layout(self.problem.segments[segment]) is not None for segment in self.problem.touched[item])
        self.put(item, UNPLACED)
        return fine

    def _fits(self, item: int, segment: int) -> bool:
        problem, where = self.problem, self.problem.segments[segment]
        if segment not in problem.items[item].windows:
            return False
        if self.used[segment] + problem.items[item].duration > where.length:
            return False
        if where.host is not None and self.guests[where.host]:
            return False
        if not self.stayers(segment) and all(problem.whole(one, segment) for one in (item, *self.movers[segment])):
            return True
        self.put(item, segment)
        fine = self.layout(where) is not None
        self.put(item, UNPLACED)
        return fine

    def _tally(self, item: int, choice: int, sign: int) -> None:
        problem, totals = self.problem, self.totals
        one = problem.items[item]
        day, change = problem.day_of(item, choice), sign * one.duration
        self.taken[day] += change
        if one.counted:
            totals[Goal.LOAD] += change * (2 * self.load[day] + change)
            self.load[day] += change
        totals[Goal.EARLY] += change * day
        totals[Goal.UNPLACED] -= sign * miss_cost(problem, item)
        categories = self.categories[day]
        categories[one.task.category] += sign
        if categories[one.task.category] == (1 if sign > 0 else 0):
            totals[Goal.CATEGORIES] += sign
        host = one.task.host if choice == STAY else problem.segments[choice].host
        if host is not None:
            self.guests[host] += sign
        if choice == STAY:
            totals[Goal.LEFT] += sign * weight(problem, item) if one.leaves else 0
            return
        totals[Goal.MOVED] += sign
        self.used[choice] += change + sign * problem.buffer
        (self.movers[choice].add if sign > 0 else self.movers[choice].remove)(item)


def miss_cost(problem: Problem, item: int) -> int:
    """Return how much it costs to leave an item without a place: its weight first, then the slots of work left out."""
    return weight(problem, item) * (problem.work + 1) + problem.items[item].duration


def weight(problem: Problem, item: int) -> int:
    """Return how much it costs to do without an item; priority 1 weighs most."""
    return 10 - problem.items[item].task.priority
