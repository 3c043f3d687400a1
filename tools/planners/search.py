"""The whole search: greedy, local search, then the exact model; never worse than where it began."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tools.planners.assignment import Assignment, Goal
from tools.planners.bound import category_floor, floor, moved_floor, open_floor, pour, square_sum
from tools.planners.descent import descend, value
from tools.planners.greedy import first_solution
from tools.planners.problem import UNPLACED, Problem

if TYPE_CHECKING:
    from tools.planners.cpsat import Answer, Model

WHOLE: Final = 2500
"""Up to this many choices all items are decided at once; above, six days at a time."""
FEW: Final = 20
"""Up to this many items the fewest moves are found and proven in one solve."""
STRETCH: Final = 6
"""Days that are solved anew at a time in a problem beyond proof size."""


Limits = tuple[tuple[int, float], ...]
"""Levels of linear relaxation to try one after the other, each with its limit of deterministic time."""


@dataclass(frozen=True)
class Effort:
    """How much a search may spend: on which items get a place, on the daily load (trying one target, trying
    targets at all, approaching it), on what is left lying or late, and per item on category changes, which are rarely
    decided, and on how few move, from plan to plan and by bounds. `rescue` is for the ladders and for a literal for
    each choice.

    All in CP-SAT's deterministic time, of which a second is one to two seconds on the clock.

    `stretches` is for problems beyond proof size: in all, and each time days are solved anew.
    """

    places: Limits = ((1, 0.3),)
    rescue: tuple[Limits, Limits] = (((0, 0.03),), ((0, 0.2),))
    even: Limits = ((0, 0.02),)
    patience: float = 0.04
    load: Limits = ((1, 0.02),)
    reach: Limits = ((1, 0.1),)
    categories: Limits = ((0, 0.0006),)
    moved: Limits = ((0, 0.001),)
    fewest: Limits = ((1, 0.0015),)
    stretches: tuple[float, float] = (0.12, 0.02)


@dataclass
class Found:
    """The best assignment, and per goal the bound no plan can beat, given the goals before it."""

    best: Assignment
    bounds: dict[Goal, float] = field(default_factory=dict[Goal, float])

    def proven(self, goal: Goal) -> bool:
        """Tell whether the goal cannot be any better."""
        return self.bounds.get(goal, 0) >= self.best.totals[goal]


def search(problem: Problem, goals: Sequence[Goal], effort: Effort = Effort(), *, exact: int | None = None) -> Found:
    """Return the best assignment found for the goals, the first goal first; `exact` limits how many CP-SAT works on."""
    start = first_solution(problem, goals)
    best = start.copy()
    descend(best, goals)
    found = Found(best, {goal: floor(problem, goal, best) for goal in goals})
    hard = tuple(goals[:exact])
    if not all(found.proven(goal) for goal in hard):
        found = _Exact(problem, hard, effort, found).run()
    if UNPLACED in found.best.choices:
        # What was proven about these items says nothing about another set that weighs as much.
        found.bounds |= {goal: open_floor(problem, goal, found.best) for goal in goals if goal is not Goal.UNPLACED}
    return found


def _model(
    start: Assignment, free: Collection[int], days: Collection[int], *, optional: bool = False, one_hot: bool = False
) -> Model:
    """Build a model; OR-Tools takes a moment to import, which only planning should pay for."""
    from tools.planners.cpsat import Model  # noqa: PLC0415 - importing the tools must stay light

    return Model(start, free, days, optional=optional, one_hot=one_hot)


def rescue(start: Assignment, goal: Goal, effort: Effort = Effort()) -> Found | None:
    """Return the assignment that is best for the goal where the start breaks the order, or None when there is none."""
    problem, best, bound = start.problem, start, 0.0
    # Ladders are quicker where they find a plan; where they find none, more time for them does not help.
    for one_hot, limits in zip((False, True), effort.rescue, strict=True):
        model = _model(start, range(len(problem.items)), range(1, len(problem.room)), one_hot=one_hot)
        answer = model.solve(goal, best, limits)
        bound = max(bound, answer.bound)
        if answer.choices is not None:
            found = Assignment(problem, answer.choices)
            best = found if best is start or found.totals[goal] < best.totals[goal] else best
        if best is not start and bound >= best.totals[goal]:
            break
    return None if best is start else Found(best, {goal: bound})


def _times(limits: Limits, items: int) -> Limits:
    return tuple((relaxation, limit * items) for relaxation, limit in limits)


@dataclass
class _Exact:
    """The part of a search that CP-SAT does; `spent` is deterministic time."""

    problem: Problem
    goals: tuple[Goal, ...]
    effort: Effort
    found: Found
    spent: float = 0.0

    def run(self) -> Found:
        choices = sum(len(item.windows) for item in self.problem.items)
        everything, days = self._placed_items(), set(range(1, len(self.problem.room)))
        if self.goals[0] is Goal.UNPLACED and not self.found.proven(Goal.UNPLACED):
            self._places(days)
            everything = self._placed_items()
            self.found.bounds |= {goal: floor(self.problem, goal, self.found.best) for goal in self.goals[1:]}
        if choices <= WHOLE:
            self._improve(everything, days, whole=True)
        else:
            self._even_floors()
            self._by_stretches()
        return self.found

    def _placed_items(self) -> list[int]:
        return [item for item, choice in enumerate(self.found.best.choices) if choice != UNPLACED]

    def _places(self, days: Collection[int]) -> None:
        """Decide which items get a place at all."""
        from tools.planners import places  # noqa: PLC0415 - importing the tools must stay light

        best = self._with_work_alone()
        self.found.best = Assignment(self.problem, best.choices)
        if places.suits(best.problem):
            answer = places.Places(best.problem).solve(best, self.effort.places[0][1])
        else:
            model = _model(best, range(len(self.problem.items)), days, optional=True)
            answer = model.solve(Goal.UNPLACED, best, self.effort.places)
        self._take(Goal.UNPLACED, answer, self.goals[:1], whole=True)
        descend(self.found.best, self.goals)

    def _with_work_alone(self) -> Assignment:
        """Return the best so far, or one with days that are even without their events, which there is more room for."""
        problem, best = self.problem, self.found.best
        if not any(problem.events):
            return best
        base = tuple(load - events for load, events in zip(problem.base, problem.events, strict=True))
        alone = replace(problem, base=base, events=(0,) * len(base))
        begun = first_solution(alone, self.goals)
        descend(begun, self.goals)
        fewer = begun.totals[Goal.UNPLACED] <= best.totals[Goal.UNPLACED]
        return begun if fewer else Assignment(alone, best.choices)

    def _improve(self, free: Collection[int], days: Collection[int], *, whole: bool) -> None:
        """Make one goal after the other as small as the model can, holding those before."""
        model = _model(self.found.best, free, days)
        for goal in self.goals:
            if goal is Goal.UNPLACED:
                continue
            if goal is Goal.LOAD and whole and not self.found.proven(goal):
                self._even(model)
            if goal in (Goal.CATEGORIES, Goal.MOVED) and whole:
                descend(self.found.best, self.goals)
            if not self.found.proven(goal):
                answer = model.solve(goal, self.found.best, self._limits(goal, len(free), whole=whole))
                self._take(goal, answer, self.goals, whole=whole)
            if goal is Goal.MOVED and whole and not self.found.proven(goal):
                self._fewest_moves(free, days)
            if goal is not self.goals[-1]:
                model.hold(goal, self.found.best)
            if goal is Goal.LOAD and whole:
                self._even_floors()

    def _fewest_moves(self, free: Collection[int], days: Collection[int]) -> None:
        """Bound how many items move, with a literal for each choice, and find a plan that moves fewer."""
        model = _model(self.found.best, free, days, one_hot=True)
        for goal in self.goals[: self.goals.index(Goal.MOVED)]:
            if goal is not Goal.UNPLACED:
                model.hold(goal, self.found.best)
        answer = model.solve(Goal.MOVED, self.found.best, _times(self.effort.fewest, len(free)))
        self._take(Goal.MOVED, answer, self.goals, whole=True)

    def _even_floors(self) -> None:
        """Where no plan is more even, say what such loads cost at least in moves and in category changes."""
        best, bounds = self.found.best, self.found.bounds
        even = pour(self.problem, best)
        if Goal.LOAD not in self.goals or square_sum(even.loads) != best.totals[Goal.LOAD]:
            return
        ranges = even.ranges()
        if Goal.MOVED in bounds:
            bounds[Goal.MOVED] = max(bounds[Goal.MOVED], moved_floor(self.problem, ranges))
        if Goal.CATEGORIES in bounds:
            bounds[Goal.CATEGORIES] = max(bounds[Goal.CATEGORIES], category_floor(best, ranges))

    def _limits(self, goal: Goal, items: int, *, whole: bool) -> Limits:
        if not whole:
            return ((0, self.effort.stretches[1]),)
        if goal not in (Goal.CATEGORIES, Goal.MOVED):
            return self.effort.load if goal is Goal.LOAD else self.effort.reach
        if goal is Goal.MOVED and items <= FEW:
            return ()
        return _times(self.effort.categories if goal is Goal.CATEGORIES else self.effort.moved, items)

    def _even(self, model: Model) -> None:
        """Try the loads nobody can beat, then the next best: deciding that is much quicker than approaching them.

        Sums of squares of the same work are all even or all odd.
        """
        while not self.found.proven(Goal.LOAD) and self.spent < self.effort.patience:
            answer = model.even(self.found.best, self.found.bounds[Goal.LOAD], self.effort.even)
            self._take(Goal.LOAD, replace(answer, bound=0, proven=False), self.goals, whole=True)
            if not answer.proven or answer.choices is not None:
                return
            self.found.bounds[Goal.LOAD] += 2

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
        while True:
            before = value(self.found.best, self.goals)
            for first in range(1, max(last - STRETCH, 0) + 2, STRETCH // 2):
                if self.spent >= self.effort.stretches[0]:
                    return
                days = set(range(first, first + STRETCH))
                best = self.found.best
                free = [item for item in self._placed_items() if self.problem.day_of(item, best.choices[item]) in days]
                self._improve(free, days, whole=False)
            if value(self.found.best, self.goals) == before:
                return
