"""Bounds on the goals that hold for every plan, found without search."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

from tools.planners.assignment import Assignment, Goal, miss_cost
from tools.planners.prices import Prices
from tools.planners.problem import UNPLACED, Problem

WAYS: Final = 20_000
"""Sums of weights that leaving items out is looked at for."""


def pour(problem: Problem, placed: Assignment | None = None) -> Pouring:
    """Pour the work slot by slot over the days each item may take.

    Only the items an assignment places are poured, all of them without one. No plan has a smaller sum of squares: the
    least loaded day that can still take a slot is best at each step (Federgruen and Groenevelt 1986, on polymatroids).
    """
    supply: defaultdict[frozenset[int], int] = defaultdict(int)
    laid = {item.index for item in problem.items if placed is None or placed.choices[item.index] != UNPLACED}
    open_ = {item: _open(problem, item) for item in laid}
    for item in laid:
        if problem.items[item].counted:
            supply[_days(problem, item, open_)] += problem.items[item].duration
    return Pouring(list(problem.base), _space(problem), supply)


def even_loads(problem: Problem, placed: Assignment | None = None) -> list[int]:
    """Return the daily loads after pouring, day 0 unused."""
    return pour(problem, placed).loads


def square_sum(loads: Sequence[int]) -> int:
    """Return the sum of the squares."""
    return sum(load * load for load in loads)


def floor(problem: Problem, goal: Goal, found: Assignment) -> float:
    """Return a value of the goal that no assignment placing the same items is below."""
    if goal is Goal.LOAD:
        return _load_floor(problem, found)
    if goal is Goal.CATEGORIES:
        return sum(len(set(names)) for names in problem.beside)
    return 0


def open_floor(problem: Problem, goal: Goal, found: Assignment) -> float:
    """Return a value of the goal that no assignment of as much work is below, whichever items it places."""
    if goal is not Goal.LOAD:
        return floor(problem, goal, found)
    placed = [item for item in problem.items if found.choices[item.index] != UNPLACED and item.counted]
    everywhere = frozenset(range(1, len(problem.room)))
    supply = {everywhere: sum(item.duration for item in placed)}
    poured = square_sum(Pouring(list(problem.base), _space(problem), supply).loads)
    return max(poured, _open_load_floor(problem, found))


def _load_floor(problem: Problem, found: Assignment) -> int:
    """Return how even the days can be at best when slots are poured, and when tasks are whole if that says more."""
    loads = even_loads(problem, found)
    poured = square_sum(loads)
    if poured == found.totals[Goal.LOAD]:
        return poured
    laid = [item.index for item in problem.items if found.choices[item.index] != UNPLACED]
    open_ = {item: _open(problem, item) for item in laid}
    lumps = Counter(
        (_days(problem, item, open_), problem.items[item].duration) for item in laid if problem.items[item].counted
    )
    return max(poured, _of_parity(Prices(lumps, lumps, problem.base, _space(problem)).seek(loads), loads))


def _open_load_floor(problem: Problem, found: Assignment) -> int:
    """Return a sum of squares no assignment is below that leaves work of the same weight out; 0 if that takes long."""
    may = [item for item in problem.items if item.windows or item.home]
    lumps = {item.index: (frozenset(_open(problem, item.index)), item.duration) for item in may if item.counted}
    laid = [item.index for item in may if found.choices[item.index] != UNPLACED]
    loads = even_loads(problem, found)
    counts = Counter(lumps.values()), Counter(lumps[item] for item in laid if item in lumps)
    prices = Prices(*counts, problem.base, _space(problem))
    prices.seek(loads)
    worth = [(miss_cost(problem, item.index), prices.price(lumps[item.index]) if item.counted else 0) for item in may]
    out = sum(miss_cost(problem, item.index) for item in may if found.choices[item.index] == UNPLACED)
    most = _most_left_out(worth, out)
    return 0 if most is None else _of_parity(sum(price for _, price in worth) - most + prices.days(), loads)


def _most_left_out(worth: Sequence[tuple[int, int]], out: int) -> int | None:
    """Return the highest price of any items that weigh `out` together; None when there are too many ways."""
    best = {0: 0}
    for weight_, price in worth:
        for sum_, before in [(sum_, before) for sum_, before in best.items() if sum_ + weight_ <= out]:
            best[sum_ + weight_] = max(best.get(sum_ + weight_, before + price), before + price)
        if len(best) > WAYS:
            return None
    return best[out]


def _of_parity(bound: int, loads: Sequence[int]) -> int:
    """Return the next sum of squares there can be: those of the same work are all even or all odd."""
    return bound + (bound + sum(loads)) % 2


def moved_floor(problem: Problem, ranges: Sequence[tuple[int, int]]) -> int:
    """Return how many items must move at least to bring the load of each day into its range."""
    leave = arrive = 0
    longest = max((item.duration for item in problem.items), default=1)
    for day, (low, high) in enumerate(ranges):
        lying = sorted(item.duration for item in problem.items if item.home and item.home.day == day and item.counted)
        load = problem.base[day] + sum(lying)
        arrive += -(-max(0, low - load) // longest)
        while load > high and lying:
            load -= lying.pop()
            leave += 1
    return max(leave, arrive)


def category_floor(found: Assignment, ranges: Sequence[tuple[int, int]]) -> int:
    """Return how many categories all days hold at least, taken together, when each day's load is in its range.

    A category takes as many days as its work fills, the emptiest days last, those that hold it anyway first.
    """
    problem, days = found.problem, range(1, len(ranges))
    space = {day: max(0, ranges[day][1] - problem.base[day]) for day in days}
    work: defaultdict[str, int] = defaultdict(int)
    for item in problem.items:
        if item.counted and found.choices[item.index] != UNPLACED:
            work[item.task.category] += item.duration
    least = sum(len(set(names)) for names in problem.beside)
    for name, slots in work.items():
        left = slots - sum(space[day] for day in days if name in problem.beside[day])
        open_ = sorted((space[day] for day in days if name not in problem.beside[day]), reverse=True)
        least += sum(filled < left for filled, room in zip(accumulate(open_, initial=0), open_, strict=False) if room)
    return max(least, sum(len(set(problem.beside[day])) or ranges[day][0] > 0 for day in days))


class Pouring:
    """Work of several kinds (which days it may take, how many slots) poured onto days; `loads` is what came of it."""

    def __init__(self, base: list[int], space: list[int], supply: dict[frozenset[int], int]) -> None:
        """Pour until no day can take more."""
        self.loads, self._space, self._supply = base, space, supply
        self._given: defaultdict[int, dict[frozenset[int], int]] = defaultdict(dict)
        open_ = {day for day in range(1, len(base)) if space[day] > 0}
        while open_ and any(supply.values()):
            day = min(open_, key=lambda one: (base[one], one))
            if not self._flow(day, {day}):
                open_.remove(day)
                continue
            base[day] += 1
            space[day] -= 1
            if not space[day]:
                open_.remove(day)

    def ranges(self) -> list[tuple[int, int]]:
        """Return the least and most load of each day in any pouring as even as this one, day 0 unused.

        Such loads are one exchange of a slot between two days apart (Frank and Murota 2022, decreasing minimality).
        """
        days = range(1, len(self.loads))
        low, high = list(self.loads), list(self.loads)
        for day in days:
            for other in days:
                if (
                    self.loads[other] == self.loads[day] + 1
                    and self._space[day] > 0
                    and self._shifts(other, day, {day})
                ):
                    low[other], high[day] = self.loads[day], self.loads[other]
        return list(zip(low, high, strict=True))

    def _shifts(self, source: int, day: int, seen: set[int]) -> bool:
        """Tell whether a slot could come to a day from a source, over other days that stay as full as they are."""
        others = [other for other, kinds in self._given.items() if other not in seen and _shares(kinds, day)]
        if source in others:
            return True
        seen.update(others)
        return any(self._shifts(source, other, seen) for other in others)

    def _flow(self, day: int, seen: set[int]) -> bool:
        """Bring one more slot to the day, from what is left or from another day that is filled up in its stead."""
        for kind, left in self._supply.items():
            if left and day in kind:
                self._supply[kind] -= 1
                self._give(kind, day, 1)
                return True
        for other in [other for other in self._given if other not in seen]:
            kind = next((kind for kind, amount in self._given[other].items() if amount and day in kind), None)
            if kind is not None and other not in seen:
                seen.add(other)
                if self._flow(other, seen):
                    self._give(kind, other, -1)
                    self._give(kind, day, 1)
                    return True
        return False

    def _give(self, kind: frozenset[int], day: int, amount: int) -> None:
        self._given[day][kind] = self._given[day].get(kind, 0) + amount


def _shares(kinds: dict[frozenset[int], int], day: int) -> bool:
    return any(amount and day in kind for kind, amount in kinds.items())


def _days(problem: Problem, item: int, open_: Mapping[int, list[int]]) -> frozenset[int]:
    """Return the days an item may take, seen what must come before and after it."""
    first = max((open_[one][0] for one in problem.firsts[item] if one in open_), default=0)
    last = min((open_[one][-1] for one in problem.seconds[item] if one in open_), default=len(problem.room))
    return frozenset(day for day in open_[item] if first <= day <= last)


def _open(problem: Problem, item: int) -> list[int]:
    one = problem.items[item]
    home = {one.home.day} if one.home else set[int]()
    days = home | {problem.segments[segment].day for segment in one.windows}
    return sorted(days) or [0]


def _space(problem: Problem) -> list[int]:
    """Return how many slots of counted work each day could take at most."""
    longest = max((item.duration for item in problem.items), default=0)
    space, hosts = [0] * len(problem.room), set[object]()
    for segment in problem.segments:
        if segment.host is None:
            space[segment.day] += segment.length
        elif segment.host not in hosts:
            hosts.add(segment.host)
            space[segment.day] += longest
    for item in problem.items:
        if item.counted and item.home and not _inside(problem, item.index):
            space[item.home.day] += item.duration
    return [min(free, room) for free, room in zip(space, problem.room, strict=True)]


def _inside(problem: Problem, item: int) -> bool:
    """Tell whether the home of an item lies in a segment."""
    home = problem.items[item].home
    assert home is not None, "only asked of items that lie somewhere"
    return any(
        problem.segments[segment].start <= home.slot_start and home.slot_end <= problem.segments[segment].end
        for segment in problem.touched[item]
    )
