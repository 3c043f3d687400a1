"""Literals of CP-SAT for one item's place, and sums of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeAlias, cast

from ortools.sat.python import cp_model

from tools.planners.problem import STAY, UNPLACED

Weighted: TypeAlias = Callable[[Sequence[cp_model.IntVar], Sequence[int]], cp_model.LinearExpr]


@dataclass
class Linear:
    """A sum of literals with whole weights."""

    constant: int = 0
    terms: list[tuple[cp_model.IntVar, int]] = field(default_factory=list[tuple[cp_model.IntVar, int]])

    def add(self, other: Linear, times: int = 1) -> None:
        """Add another sum, so many times."""
        self.constant += other.constant * times
        self.terms += [(literal, weight * times) for literal, weight in other.terms]

    @property
    def expression(self) -> cp_model.LinearExprT:
        """The sum as the solver takes it."""
        if not self.terms:
            return self.constant
        literals, weights = zip(*self.terms, strict=True)
        # OR-Tools does not type the arguments of weighted_sum.
        weighted = cast(Weighted, cp_model.LinearExpr.weighted_sum)  # pyright: ignore[reportUnknownMemberType]
        return weighted(literals, weights) + self.constant

    def at_most(self, model: cp_model.CpModel, limit: int) -> None:
        """Constrain the sum, unless it cannot be larger anyway."""
        if self.constant + sum(weight for _, weight in self.terms if weight > 0) > limit:
            model.add(self.expression <= limit)

    def between(self, model: cp_model.CpModel, low: int, high: int) -> None:
        """Constrain the sum from both sides."""
        model.add_linear_constraint(self.expression, low, high)


class ItemPlace(Protocol):
    """Where one item lies: the ranks of its choices, and literals that say which it is given."""

    @property
    def choices(self) -> Mapping[int, int]:
        """What the item may be given, with the rank of each in time."""
        ...

    def here(self, choice: int) -> Linear:
        """Return 1 when the item is given this choice, else 0."""
        ...

    def among(self, choices: Iterable[int]) -> Linear:
        """Return 1 when the item is given one of these."""
        ...

    def away(self, choice: int) -> list[cp_model.LiteralT]:
        """Return a clause that holds exactly when the item is not given this choice."""
        ...

    def before(self, other: Self) -> None:
        """Let this item's rank never be above the other's."""
        ...

    def hint(self, choice: int) -> None:
        """Tell the solver where the item lies in the best known plan."""
        ...

    def chosen(self, solver: cp_model.CpSolver) -> int:
        """Return what the solver has given the item."""
        ...


class Ladder:
    """Where one item lies: per rank in time a literal "not later than this".

    `choices` maps a choice to its rank. With ranks `elsewhere` the item may go without a place; it then has any of
    them, so that those before and after it still keep their order.
    """

    def __init__(self, model: cp_model.CpModel, choices: Mapping[int, int], *, elsewhere: Iterable[int] = ()) -> None:
        """Write down the literals and what ties them together."""
        self.choices, self._model = choices, model
        self._ranks = sorted({*choices.values(), *elsewhere})
        optional = len(self._ranks) > len(set(choices.values())) or not choices
        self._at = {rank: index for index, rank in enumerate(self._ranks)}
        self._steps = [model.new_bool_var("") for _ in self._ranks[:-1]]
        for lower, upper in zip(self._steps, self._steps[1:], strict=False):
            model.add_implication(lower, upper)
        self._own: dict[int, cp_model.IntVar] = {}
        shared = {choice for choice, rank in choices.items() if STAY in choices and rank == choices[STAY]}
        for choice in choices if optional else sorted(shared):
            self._own[choice] = model.new_bool_var("")
        self._tie(optional)

    def _tie(self, optional: bool) -> None:
        """An own literal holds only at its rank; without option, one of those at a rank holds there."""
        for choice, literal in self._own.items():
            sum_ = Linear(0, [(literal, 1)])
            sum_.add(self._at_rank(self.choices[choice]), -1)
            sum_.at_most(self._model, 0)
        if self._own and not optional:
            sum_ = Linear(0, [(literal, 1) for literal in self._own.values()])
            sum_.add(self._at_rank(self.choices[STAY]), -1)
            sum_.between(self._model, 0, 0)

    def _by(self, index: int) -> Linear:
        """Return the literal "not later than the rank at this index"."""
        if index < 0:
            return Linear(0)
        return Linear(0, [(self._steps[index], 1)]) if index < len(self._steps) else Linear(1)

    def _at_rank(self, rank: int) -> Linear:
        sum_ = Linear()
        sum_.add(self._by(self._at[rank]))
        sum_.add(self._by(self._at[rank] - 1), -1)
        return sum_

    def here(self, choice: int) -> Linear:
        """Return 1 when the item is given this choice, else 0."""
        if choice in self._own:
            return Linear(0, [(self._own[choice], 1)])
        return self._at_rank(self.choices[choice]) if choice in self.choices else Linear()

    def among(self, choices: Iterable[int]) -> Linear:
        """Return 1 when the item is given one of these."""
        sum_ = Linear()
        for choice in choices:
            sum_.add(self.here(choice))
        amounts: dict[int, int] = {}
        literals: dict[int, cp_model.IntVar] = {}
        for literal, weight in sum_.terms:
            amounts[literal.index] = amounts.get(literal.index, 0) + weight
            literals[literal.index] = literal
        return Linear(sum_.constant, [(literals[index], amount) for index, amount in amounts.items() if amount])

    def away(self, choice: int) -> list[cp_model.LiteralT]:
        """Return a clause that holds exactly when the item is not given this choice."""
        if choice in self._own:
            return [~self._own[choice]]
        index = self._at[self.choices[choice]]
        clause: list[cp_model.LiteralT] = []
        if index < len(self._steps):
            clause.append(~self._steps[index])
        if index > 0:
            clause.append(self._steps[index - 1])
        return clause

    def before(self, other: Ladder) -> None:
        """Let this item's rank never be above the other's."""
        for index, rank in enumerate(other._ranks):
            mine = bisect_right(self._ranks, rank) - 1
            if mine >= len(self._ranks) - 1:
                return
            clause: list[cp_model.LiteralT] = [self._steps[mine]] if mine >= 0 else []
            if index < len(other._steps):
                clause.append(~other._steps[index])
            self._model.add_bool_or(clause)

    def hint(self, choice: int) -> None:
        """Tell the solver where the item lies in the best known plan."""
        for one, literal in self._own.items():
            self._model.add_hint(literal, one == choice)
        if choice != UNPLACED:
            for index, step in enumerate(self._steps):
                self._model.add_hint(step, self._ranks[index] >= self.choices[choice])

    def chosen(self, solver: cp_model.CpSolver) -> int:
        """Return what the solver has given the item."""
        for choice in self.choices:
            sum_ = self.here(choice)
            if sum_.constant + sum(weight * solver.value(literal) for literal, weight in sum_.terms) == 1:
                return choice
        return UNPLACED
