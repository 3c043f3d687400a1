"""Which items get a place when not all fit: one literal of CP-SAT per item and segment.

Here no item lies anywhere yet, and an item without a place parts no chain. A literal per place then has a far tighter
relaxation than the ladder of `cpsat`, which stays the better one for chains so long that their pairs outgrow `PAIRS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from ortools.sat.python import cp_model

from state.schedule import HostLink
from tools.planners.assignment import Assignment, Goal, miss_cost
from tools.planners.cpsat import CUT_ROUNDS, SURE, Answer, solver_for
from tools.planners.ladder import Linear
from tools.planners.problem import UNPLACED, Problem

PAIRS: Final = 400_000
"""Up to this many literals in the constraints on order this model is used."""


def suits(problem: Problem) -> bool:
    """Tell whether the model is for this problem: nothing lies yet, and the constraints on order stay few."""
    sizes = (
        len(problem.items[one].windows) * (len(problem.items[one].windows) + len(problem.items[other].windows))
        for one, other in _pairs(problem)
    )
    return all(item.home is None for item in problem.items) and sum(sizes) // 2 <= PAIRS


def _pairs(problem: Problem) -> Iterator[tuple[int, int]]:
    """Yield all pairs that must keep order, the implied ones too: what lies between two may have no place."""
    return ((one, other) for one, seconds in enumerate(problem.seconds) for other in sorted(seconds))


class Places:
    """A literal for each item and each segment it may lie in."""

    def __init__(self, problem: Problem) -> None:
        """Write down what fits where, and in which order."""
        self._problem, self._model, self._sure = problem, cp_model.CpModel(), True
        self._here = [
            {segment: self._model.new_bool_var("") for segment in sorted(item.windows)} for item in problem.items
        ]
        for literals in self._here:
            self._model.add_at_most_one(literals.values())
        self._space()
        for one, other in _pairs(problem):
            self._in_order(self._here[one], self._here[other])
        for one, others in enumerate(problem.apart):
            for other, apart in others.items():
                self._keep_apart(one, other, apart)
        goal = Linear(sum(miss_cost(problem, item.index) for item in problem.items))
        for item, literals in enumerate(self._here):
            goal.terms += [(literal, -miss_cost(problem, item)) for literal in literals.values()]
        self._model.minimize(goal.expression)

    def _space(self) -> None:
        """Keep to the slots of each segment, to one guest for each host, and to the room of each day."""
        problem = self._problem
        segments, days = defaultdict[int, Linear](Linear), defaultdict[int, Linear](Linear)
        hosts = defaultdict[HostLink, Linear](Linear)
        for item, literals in zip(problem.items, self._here, strict=True):
            for segment, literal in literals.items():
                where = problem.segments[segment]
                segments[segment].terms.append((literal, item.duration + problem.buffer))
                days[where.day].terms.append((literal, item.duration))
                if where.host is not None:
                    hosts[where.host].terms.append((literal, 1))
        for segment, sum_ in segments.items():
            sum_.at_most(self._model, problem.segments[segment].length + problem.buffer)
        for day, sum_ in days.items():
            sum_.at_most(self._model, problem.room[day])
        for sum_ in hosts.values():
            sum_.at_most(self._model, 1)

    def _in_order(self, first: dict[int, cp_model.IntVar], second: dict[int, cp_model.IntVar]) -> None:
        """Let the first not lie in a later segment than the second: at each segment, one is after it or one is not."""
        for at in second:
            later = [literal for segment, literal in first.items() if segment > at]
            if later:
                self._model.add_at_most_one(later + [literal for segment, literal in second.items() if segment <= at])

    def _keep_apart(self, one: int, other: int, apart: int) -> None:
        """Let two repetitions not lie on days too near."""
        segments = self._problem.segments
        for segment, literal in self._here[one].items():
            day = segments[segment].day
            near = [there for at, there in self._here[other].items() if abs(segments[at].day - day) < apart]
            if near:
                self._model.add_at_most_one([literal, *near])

    def solve(self, best: Assignment, limit: float) -> Answer:
        """Place as much as can be, starting from the best known; what cannot be laid out is cut off and tried again."""
        spent, bound = 0.0, 0.0
        for _ in range(CUT_ROUNDS):
            self._hint(best)
            solver = solver_for(limit - spent, {"linearization_level": 1, "max_presolve_iterations": 1})
            status = solver.solve(self._model)
            spent += solver.response_proto.deterministic_time
            if self._sure:
                bound = max(bound, solver.best_objective_bound)
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                break
            found = Assignment(self._problem, [self._chosen(solver, literals) for literals in self._here])
            if not self._cut(found):
                proven = bound >= found.totals[Goal.UNPLACED]
                return Answer(found.choices, bound, proven, spent)
            if spent >= limit:
                break
        return Answer(None, bound, False, spent)

    def _hint(self, best: Assignment) -> None:
        self._model.clear_hints()
        for item, literals in enumerate(self._here):
            for segment, literal in literals.items():
                self._model.add_hint(literal, best.choices[item] == segment)

    def _chosen(self, solver: cp_model.CpSolver, literals: dict[int, cp_model.IntVar]) -> int:
        return next((segment for segment, literal in literals.items() if solver.value(literal)), UNPLACED)

    def _cut(self, found: Assignment) -> bool:
        """Forbid every set of items that a segment cannot hold after all; tell whether there was one."""
        wrong = [one for one in self._problem.segments if found.layout(one) is None]
        for segment in wrong:
            items = sorted(found.movers[segment.index])
            self._sure = self._sure and len(items) <= SURE
            self._model.add_bool_or([~self._here[item][segment.index] for item in items])
        return bool(wrong)
