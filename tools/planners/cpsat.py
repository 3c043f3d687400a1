"""The exact model: which segment each item is given, solved by OR-Tools CP-SAT.

An item's place is a ladder of literals "not later than this segment", which makes an ordered group a set of
implications, or a literal for each choice, whose relaxation is tighter. What a segment holds is laid out afterwards;
what cannot be laid out is cut off, and the model is solved again (logic-based Benders decomposition, Hooker and
Ottosson 2003).

Everything about OR-Tools is here and in `ladder`, `one_hot` and `places`, imported only when a planner needs it. One
worker, a fixed seed and a limit in deterministic time: the same input gives the same answer on any machine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ortools.sat.python import cp_model

from state.schedule import HostLink
from tools.planners.assignment import Assignment, Goal, miss_cost, weight
from tools.planners.bound import Pouring, pour, square_sum
from tools.planners.ladder import ItemPlace, Ladder, Linear
from tools.planners.layout import fits_beside, layout
from tools.planners.one_hot import OneHot
from tools.planners.problem import STAY, UNPLACED

_SEED: Final = 7
CUT_ROUNDS: Final = 40
"""Times a model is solved again after something was cut off."""
REACH: Final = 2
SURE: Final = 9
"""Up to this many items laying out a segment is searched to the end, so that cutting it off proves something."""


@dataclass(frozen=True)
class Answer:
    """What one solve found: choices or None, the bound on the goal, whether it is reached, and the time spent."""

    choices: list[int] | None
    bound: float
    proven: bool
    spent: float


class Model:
    """The free items may be laid anew inside some days; all others keep what the assignment gives them."""

    def __init__(
        self,
        start: Assignment,
        free: Collection[int],
        days: Collection[int],
        *,
        optional: bool = False,
        one_hot: bool = False,
    ) -> None:
        """Write down everything that does not depend on the goal; `optional` lets items go without a place.

        With `one_hot` an item has a literal for each choice instead of a ladder; it must have a place then.
        """
        self.start, self.problem, self.free = start, start.problem, sorted(free)
        self.rest = start.copy()
        for item in self.free:
            self.rest.put(item, UNPLACED)
        self.partial = any(choice != UNPLACED for choice in self.rest.choices)
        self.sure = True
        self.model = cp_model.CpModel()
        self.places = {item: self._place(item, days, optional, one_hot) for item in self.free}
        self.of_segment: defaultdict[int, list[int]] = defaultdict(list)
        self.of_day: defaultdict[int, list[int]] = defaultdict(list)
        for item, place in self.places.items():
            for choice in place.choices:
                if choice != STAY:
                    self.of_segment[choice].append(item)
            for day in sorted({self.problem.day_of(item, choice) for choice in place.choices}):
                self.of_day[day].append(item)
        self._segments()
        self._hosts()
        self._caps()
        self._keep_apart()
        for one, other in self._pairs():
            self.places[one].before(self.places[other])
        self._stayers()
        self._forbid_inversions()

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """Yield the pairs of free items that must keep order, without those that others imply."""
        free = frozenset(self.free)
        for one in self.free:
            seconds = self.problem.seconds[one] & free
            implied = frozenset[int]().union(*(self.problem.seconds[other] for other in seconds))
            yield from ((one, other) for other in sorted(seconds - implied))

    def _place(self, item: int, days: Collection[int], optional: bool, one_hot: bool) -> ItemPlace:
        low, high = self.rest.span(item)
        ranks = {choice: self.problem.rank(item, choice) for choice in self._open(item, days)}
        inside = {choice: rank for choice, rank in ranks.items() if low <= rank <= high}
        if optional and self.problem.items[item].home is None:
            return Ladder(self.model, inside, elsewhere=(-1, *range(0, 2 * len(self.problem.segments), 2)))
        return OneHot(self.model, inside) if one_hot else Ladder(self.model, inside)

    def _open(self, item: int, days: Collection[int]) -> Iterator[int]:
        """Yield what the item may be given: what fits beside those that are not free, and what it has now."""
        if self.problem.items[item].home is not None:
            yield STAY
        now, span = self.start.choices[item], (-1, 2 * len(self.problem.segments))
        for segment in self.problem.items[item].windows:
            inside = self.problem.segments[segment].day in days
            if segment == now or (inside and self.rest.admits(item, segment, span)):
                yield segment

    def _segments(self) -> None:
        problem, buffer = self.problem, self.problem.buffer
        for segment, items in self.of_segment.items():
            where, sum_ = problem.segments[segment], Linear()
            for item in items:
                sum_.add(self.places[item].here(segment), problem.items[item].duration + buffer)
            for one in problem.touching[segment]:
                if one in self.places:
                    sum_.add(self.places[one].here(STAY), self._inside(one, segment))
            fixed = self.rest.used[segment] + sum(self._inside(one, segment) for one in self.rest.stayers(segment))
            sum_.at_most(self.model, where.length + buffer - fixed)

    def _inside(self, stayer: int, segment: int) -> int:
        """Return the slots of a segment, buffer included, that a stayer certainly takes."""
        where, home = self.problem.segments[segment], self.problem.items[stayer].home
        assert home is not None, "only an item with a home can stay"
        slots = min(where.end, home.slot_end) - max(where.start, home.slot_start) + 1
        whole = where.start <= home.slot_start and home.slot_end <= where.end
        return max(slots, 0) + (self.problem.buffer if whole else 0)

    def _hosts(self) -> None:
        guests: defaultdict[HostLink, Linear] = defaultdict(Linear)
        for item, place in self.places.items():
            for choice in place.choices:
                home = self.problem.items[item].task.host
                host = home if choice == STAY else self.problem.segments[choice].host
                if host is not None:
                    guests[host].add(place.here(choice))
        for sum_ in guests.values():
            sum_.at_most(self.model, 1)

    def _caps(self) -> None:
        for day, items in self.of_day.items():
            sum_ = Linear()
            for item in items:
                sum_.add(self._on(item, day), self.problem.items[item].duration)
            sum_.at_most(self.model, self.problem.room[day] - self.rest.taken[day])

    def _keep_apart(self) -> None:
        """Let no two repetitions lie on days too near: one on a day leaves the days around it to others."""
        for one in self.free:
            for other, apart in self.problem.apart[one].items():
                if other <= one or other not in self.places:
                    continue
                for day in sorted(day for day, items in self.of_day.items() if one in items):
                    sum_ = self._on(one, day)
                    for near in range(day - apart + 1, day + apart):
                        sum_.add(self._on(other, near) if near in self.of_day else Linear())
                    sum_.at_most(self.model, 1)

    def _on(self, item: int, day: int) -> Linear:
        place = self.places[item]
        return place.among([choice for choice in place.choices if self.problem.day_of(item, choice) == day])

    def _stayers(self) -> None:
        """Forbid at once what cannot lie beside one that stays; the rest is found out by laying out."""
        for segment, items in self.of_segment.items():
            for stayer in self.problem.touching[segment]:
                for item in items if stayer in self.places else ():
                    if item != stayer and not fits_beside(self.problem, self.problem.segments[segment], item, stayer):
                        away = [*self.places[item].away(segment), *self.places[stayer].away(STAY)]
                        self.model.add_bool_or(away)

    def _forbid_inversions(self) -> None:
        """Of two items that lie out of order one moves: ranks cannot tell them apart when they share a segment.

        One that lies out of order with a task that is not laid anew moves in any case.
        """
        for one in self.free:
            if self.problem.items[one].misplaced:
                self.model.add_bool_or(self.places[one].away(STAY))
            for other in sorted(self.problem.seconds[one].intersection(self.free)):
                if self.problem.inverted(one, other):
                    places = self.places[one], self.places[other]
                    self.model.add_bool_or([literal for place in places for literal in place.away(STAY)])

    def expression(self, goal: Goal) -> Linear:
        """Return the goal as a linear expression of what is free."""
        sum_, items = Linear(), self.problem.items
        if goal is Goal.LOAD:
            return self._load()
        if goal is Goal.CATEGORIES:
            return self._categories()
        for item, place in self.places.items():
            if goal is Goal.UNPLACED:
                sum_.add(place.among(place.choices), -miss_cost(self.problem, item))
            elif goal is Goal.EARLY:
                for day in sorted({self.problem.day_of(item, choice) for choice in place.choices}):
                    sum_.add(self._on(item, day), items[item].duration * day)
            elif STAY in place.choices and (goal is Goal.MOVED or items[item].leaves):
                sum_.add(place.here(STAY), -1 if goal is Goal.MOVED else weight(self.problem, item))
        sum_.constant += self.rest.totals[goal]
        sum_.constant += len(self.places) if goal is Goal.MOVED else 0
        return sum_

    def _counted_work(self, day: int) -> Linear:
        sum_ = Linear()
        for item in self.of_day[day]:
            if self.problem.items[item].counted:
                sum_.add(self._on(item, day), self.problem.items[item].duration)
        return sum_

    def _load(self) -> Linear:
        """One literal per slot of work on a day; the k-th costs what it adds to the square, so that they fill in turn.

        When other placed items are not free, no day strays further than `REACH` from the load it has.
        """
        total = Linear(self.rest.totals[Goal.LOAD])
        for day, items in self.of_day.items():
            base, least = self.rest.load[day], 0
            most = min(sum(self.problem.items[item].duration for item in items), len(self.problem.schedule.grid))
            if self.partial:
                now = self.start.load[day] - base
                least, most = max(0, now - REACH), min(most, now + REACH)
            load = self._counted_work(day)
            total.constant += least * (2 * base + least)
            for at in range(least, most):
                step = self.model.new_bool_var("")
                load.terms.append((step, -1))
                total.terms.append((step, 2 * (base + at) + 1))
            load.between(self.model, least, least)
        return total

    def _categories(self) -> Linear:
        total = Linear(self.rest.totals[Goal.CATEGORIES])
        for day, items in self.of_day.items():
            present: dict[str, cp_model.IntVar] = {}
            for item in items:
                category = self.problem.items[item].task.category
                if self.rest.categories[day][category]:
                    continue
                if category not in present:
                    present[category] = self.model.new_bool_var("")
                    total.terms.append((present[category], 1))
                there = self._on(item, day)
                there.terms.append((present[category], -1))
                there.at_most(self.model, 0)
        return total

    def hold(self, goal: Goal, best: Assignment) -> None:
        """Keep a goal from now on at least as good as in the best assignment."""
        if goal is Goal.LOAD and not self.partial:
            wanted = pour(self.problem, best)
            if square_sum(wanted.loads) == best.totals[goal]:
                self._hold_even(self.model, wanted)
                return
        self.expression(goal).at_most(self.model, best.totals[goal])

    def _hold_even(self, model: cp_model.CpModel, wanted: Pouring) -> None:
        """Ask for loads as even as the poured ones."""
        ranges, cost = wanted.ranges(), Linear()
        for day in self.of_day:
            load, (low, high) = self._counted_work(day), ranges[day]
            cost.constant += low * low
            if low < high:
                above = model.new_bool_var("")
                load.terms.append((above, -1))
                cost.terms.append((above, high * high - low * low))
            load.between(model, low - self.rest.load[day], low - self.rest.load[day])
        outside = [load for day, load in enumerate(self.rest.load) if day not in self.of_day]
        cost.at_most(model, square_sum(wanted.loads) - square_sum(outside))

    def even(self, best: Assignment, target: float, limits: Sequence[tuple[int, float]]) -> Answer:
        """Look for loads whose sum of squares is no more than a target; `proven` tells whether that was decided.

        A limit is a level of linear relaxation and how long to try with it.
        """
        base, spent, answer = self.model, 0.0, Answer(None, 0, False, 0)
        wanted, self.model = pour(self.problem, best), base.clone()
        if square_sum(wanted.loads) == target:
            self._hold_even(self.model, wanted)
        else:
            self._load().at_most(self.model, int(target))
        for relaxation, limit in limits:
            answer = self._rounds(best, limit, {"linearization_level": relaxation})
            spent += answer.spent
            if answer.proven or answer.choices is not None:
                break
        self.model = base
        return replace(answer, spent=spent)

    def solve(self, goal: Goal, best: Assignment, limits: Sequence[tuple[int, float]]) -> Answer:
        """Make the goal small, starting from the best assignment, with one level of linear relaxation after another.

        Without relaxation good plans are found soon, with much of it bounds are.
        """
        self.model.minimize(self.expression(goal).expression)
        found, hint, spent, bound = None, best, 0.0, 0.0
        for relaxation, limit in limits:
            tree = {"optimize_with_lb_tree_search": goal is Goal.LOAD and relaxation == 1}
            answer = self._rounds(hint, limit, {"linearization_level": relaxation, **tree})
            spent, bound = spent + answer.spent, max(bound, answer.bound)
            if answer.choices is not None:
                reached = Assignment(self.problem, answer.choices)
                if reached.totals[goal] <= hint.totals[goal] or found is None:
                    found, hint = answer.choices, reached
            if found is not None and (answer.proven or bound >= hint.totals[goal]):
                return Answer(found, bound, True, spent)
        return Answer(found, bound, False, spent)

    def _rounds(self, best: Assignment, limit: float, parameters: Mapping[str, object]) -> Answer:
        """Solve, lay out, cut off what cannot be laid out, until all can be."""
        spent, bound = 0.0, 0.0
        for _ in range(CUT_ROUNDS):
            self._hint(best)
            solver = solver_for(limit - spent, parameters)
            status = solver.solve(self.model)
            spent += solver.response_proto.deterministic_time
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                known = solver.best_objective_bound if self.sure and status == cp_model.UNKNOWN else 0.0
                return Answer(None, max(bound, known), self.sure and status == cp_model.INFEASIBLE, spent)
            bound = max(bound, solver.best_objective_bound) if self.sure else bound
            choices = self._choices(solver, best)
            if not self._cut(Assignment(self.problem, choices)):
                return Answer(choices, bound, self.sure and status == cp_model.OPTIMAL, spent)
            if spent >= limit:
                break
        return Answer(None, bound, False, spent)

    def _choices(self, solver: cp_model.CpSolver, best: Assignment) -> list[int]:
        choices = list(best.choices)
        for item, place in self.places.items():
            choices[item] = place.chosen(solver)
        return choices

    def _hint(self, best: Assignment) -> None:
        self.model.clear_hints()
        for item, place in self.places.items():
            place.hint(best.choices[item])

    def _cut(self, found: Assignment) -> bool:
        """Forbid every set of items that a segment cannot hold after all; tell whether there was one."""
        wrong = [
            segment
            for segment in self.of_segment
            if found.movers[segment] and found.layout(self.problem.segments[segment]) is None
        ]
        for segment in wrong:
            self._forbid(segment, sorted(found.movers[segment]), found.stayers(segment))
        return bool(wrong)

    def _forbid(self, segment: int, movers: Sequence[int], stayers: Sequence[int]) -> None:
        where = self.problem.segments[segment]
        self.sure = self.sure and len(movers) <= SURE
        for item in [*movers, *stayers]:
            fewer = [one for one in movers if one != item], [one for one in stayers if one != item]
            if layout(self.problem, where, *fewer) is None:
                movers, stayers = fewer
        pairs = [(item, segment) for item in movers] + [(item, STAY) for item in stayers]
        away = [self.places[item].away(choice) for item, choice in pairs if item in self.places]
        self.model.add_bool_or([literal for literals in away for literal in literals])


def solver_for(limit: float, parameters: Mapping[str, object]) -> cp_model.CpSolver:
    """Return a solver that gives the same answer on any machine."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = _SEED
    solver.parameters.max_deterministic_time = max(limit, 1e-3)
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    for name, value in parameters.items():
        setattr(solver.parameters, name, value)
    return solver
