"""One literal of CP-SAT for each choice of an item's place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ortools.sat.python import cp_model

from tools.planners.ladder import Linear
from tools.planners.problem import UNPLACED


class OneHot:
    """Where one item lies: a literal per choice, one of which holds; `choices` maps a choice to its rank.

    A first plan is found later than with a `Ladder`, but the relaxation says far more about what no plan can beat.
    """

    def __init__(self, model: cp_model.CpModel, choices: Mapping[int, int]) -> None:
        """Write down the literals."""
        self.choices, self._model = choices, model
        self._own = {choice: model.new_bool_var("") for choice in choices}
        model.add_exactly_one(self._own.values())

    def here(self, choice: int) -> Linear:
        """Return 1 when the item is given this choice, else 0."""
        return self.among([choice])

    def among(self, choices: Iterable[int]) -> Linear:
        """Return 1 when the item is given one of these."""
        return Linear(0, [(self._own[choice], 1) for choice in choices if choice in self._own])

    def away(self, choice: int) -> list[cp_model.LiteralT]:
        """Return a clause that holds exactly when the item is not given this choice."""
        return [~self._own[choice]]

    def before(self, other: OneHot) -> None:
        """Let this item's rank never be above the other's: at each rank, this one is later or the other is not."""
        for rank in sorted(set(other.choices.values())):
            later = [literal for choice, literal in self._own.items() if self.choices[choice] > rank]
            if later:
                by_then = [literal for choice, literal in other._own.items() if other.choices[choice] <= rank]
                self._model.add_at_most_one(later + by_then)

    def hint(self, choice: int) -> None:
        """Tell the solver where the item lies in the best known plan."""
        for one, literal in self._own.items():
            self._model.add_hint(literal, one == choice)

    def chosen(self, solver: cp_model.CpSolver) -> int:
        """Return what the solver has given the item."""
        return next((choice for choice, literal in self._own.items() if solver.value(literal)), UNPLACED)
