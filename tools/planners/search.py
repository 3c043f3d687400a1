"""The whole search: greedy, local search, then the exact model; never worse than where it began."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tools.planners.assignment import Assignment, Goal
from tools.planners.bound import floor
from tools.planners.descent import descend, value
from tools.planners.greedy import started
from tools.planners.problem import STAY, UNPLACED, Problem

if TYPE_CHECKING:
    from tools.planners.cpsat import Answer

WHOLE: Final = 2500
"""Up to this many choices all items are decided at once; above, six days at a time."""
STRETCH: Final = 6
"""Days that are solved anew at a time in a problem beyond proof size."""


@dataclass(frozen=True)
class Effort:
    """How much a search may spend, in CP-SAT's deterministic time (about a second each)."""

    total: float = 0.6
    step: float = 0.12


@dataclass
class Found:
    """The best assignment, and per goal the bound no plan can beat, given the goals before it."""

    best: Assignment
    bounds: dict[Goal, float] = field(default_factory=dict[Goal, float])

    def proven(self, goal: Goal) -> bool:
        """Tell whether the goal cannot be any better."""
        return self.bounds.get(goal, 0) >= self.best.totals[goal]


def search(
    problem: Problem, goals: Sequence[Goal], effort: Effort = Effort(), *, exact: int | None = None
) -> Found:
    """Return the best assignment found for the goals, the first goal first; `exact` limits how many CP-SAT works on."""
    start = started(problem, goals)
    best = start.copy()
    descend(best, goals)
    found = Found(best, {goal: floor(problem, goal, best) for goal in goals})
    hard = tuple(goals[:exact])
    if all(found.proven(goal) for goal in hard):
        return found
    return _Exact(problem, hard, effort, found).run()


def rescued(start: Assignment, goal: Goal, effort: Effort = Effort()) -> Found | None:
    """Return the assignment that is best for the goal where the start breaks the order, or None when there is none."""
    from tools.planners.cpsat import Model

    problem = start.problem
    model = Model(start, range(len(problem.items)), range(1, len(problem.room)), optional=False)
    answer = model.solve(goal, start, effort.total)
    return None if answer.choices is None else Found(Assignment(problem, answer.choices), {goal: answer.bound})


@dataclass
class _Exact:
    problem: Problem
    goals: tuple[Goal, ...]
    effort: Effort
    found: Found
    spent: float = 0.0

    def run(self) -> Found:
        choices = sum(len(item.windows) for item in self.problem.items)
        everything, days = self._placed(), set(range(1, len(self.problem.room)))
        if self.goals[0] is Goal.UNPLACED and not self.found.proven(Goal.UNPLACED):
            self._places(days)
            everything = self._placed()
        if choices <= WHOLE:
            self._improve(everything, days, self.effort.total, whole=True)
        else:
            self._by_stretches()
        return self.found

    def _placed(self) -> list[int]:
        return [item for item, choice in enumerate(self.found.best.choices) if choice != UNPLACED]

    def _places(self, days: Collection[int]) -> None:
        """Decide which items get a place at all."""
        from tools.planners.cpsat import Model

        model = Model(self.found.best, range(len(self.problem.items)), days, optional=True)
        answer = model.solve(Goal.UNPLACED, self.found.best, self.effort.total)
        self._take(Goal.UNPLACED, answer, self.goals[:1], whole=True)
        descend(self.found.best, self.goals)

    def _improve(self, free: Collection[int], days: Collection[int], limit: float, *, whole: bool) -> None:
        """Make one goal after the other as small as the model can, holding those before."""
        from tools.planners.cpsat import Model

        model = Model(self.found.best, free, days, optional=False)
        for goal in self.goals:
            if goal is Goal.UNPLACED:
                continue
            if not self.found.proven(goal):
                answer = model.solve(goal, self.found.best, max(limit - self.spent if whole else limit, 0.02))
                self._take(goal, answer, self.goals, whole=whole)
            if goal is not self.goals[-1]:
                model.hold(goal, self.found.best)

    def _take(self, goal: Goal, answer: Answer, goals: Sequence[Goal], *, whole: bool) -> None:
        self.spent += answer.spent
        if answer.choices is not None:
            better = Assignment(self.problem, answer.choices)
            if value(better, goals) <= value(self.found.best, goals):
                self.found.best = better
        if whole:
            bound = self.found.best.totals[goal] if answer.proven else answer.bound
            self.found.bounds[goal] = max(self.found.bounds[goal], bound)

    def _by_stretches(self) -> None:
        """Solve six days at a time anew, three days on each time, until nothing changes or the effort is spent."""
        last = len(self.problem.room) - 1
        while self.spent < self.effort.total:
            before = value(self.found.best, self.goals)
            for first in range(1, max(last - STRETCH, 0) + 2, STRETCH // 2):
                if self.spent >= self.effort.total:
                    return
                days = set(range(first, first + STRETCH))
                best = self.found.best
                free = [item for item in self._placed() if self.problem.day_of(item, best.choices[item]) in days]
                self._improve(free, days, self.effort.step, whole=False)
            if value(self.found.best, self.goals) == before:
                return
