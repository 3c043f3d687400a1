"""A bound on how even the days can be that sees tasks whole, where poured work may be cut into slots.

Each task has a price; a day costs what its load adds to the sum of squares, less the prices of what lies on it. All
prices, and each day at its cheapest, can then not be beaten, whatever the prices are (Lagrangian relaxation). Those
tried come from the poured loads: a slot costs what the next one would, and a task longer than its days are full fills
a day by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

KINDS: Final = 20
"""Up to this many kinds of tasks the price of a slot is sought for each of them."""
STEPS: Final = (-1, 0, 1, 2)
"""How far the first prices of a slot are from twice the load of the emptiest day it could take."""
REACH: Final = 3
"""How far the price of one kind may go each way in a pass."""
PASSES: Final = 2
"""Times the price of each kind is looked at."""

Kind: TypeAlias = frozenset[int]
"""The days that some tasks may take."""
Lump: TypeAlias = tuple[Kind, int]
"""A kind and a duration."""


@dataclass(frozen=True)
class _Days:
    """Days alike: how many, the load they have anyway, how much they take, and the kinds they are open to."""

    amount: int
    base: int
    space: int
    kinds: tuple[int, ...]


@dataclass
class Prices:
    """The prices of the tasks that may lie on the days, for those that do; moved until the bound is no better."""

    lumps: Counter[Lump]
    laid: Counter[Lump]
    base: Sequence[int]
    space: Sequence[int]
    slot: dict[int, int] = field(default_factory=dict[int, int])
    _known: dict[tuple[_Days, tuple[int, ...]], int] = field(default_factory=dict[tuple[_Days, tuple[int, ...]], int])

    def __post_init__(self) -> None:
        """Sort tasks and days by kind."""
        self._kinds = sorted({kind for kind, _ in self.lumps}, key=sorted)
        self._at = {kind: at for at, kind in enumerate(self._kinds)}
        self._of_kind: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for (kind, duration), amount in self.lumps.items():
            self._of_kind[self._at[kind]][duration] = amount
        alike = Counter(
            (self.base[day], self.space[day], tuple(at for at, kind in enumerate(self._kinds) if day in kind))
            for day in range(1, len(self.base))
        )
        self._days = [_Days(amount, *key) for key, amount in alike.items()]

    def seek(self, loads: Sequence[int]) -> int:
        """Set the prices as well as a few tries go, starting from poured loads, and return the bound."""
        least = [min(loads[day] for day in kind) for kind in self._kinds]
        starts = [dict(enumerate(2 * load + step for load in least)) for step in STEPS]
        self.slot = max(starts, key=self._bound)
        for _ in range(PASSES if len(self._kinds) <= KINDS else 0):
            before = dict(self.slot)
            for kind in range(len(self._kinds)):
                self._adjust(kind)
            if self.slot == before:
                break
        return self._bound(self.slot)

    def _adjust(self, kind: int) -> None:
        for step in (-1,) * REACH + (1,) * REACH:
            changed = {**self.slot, kind: self.slot[kind] + step}
            if self._bound(changed) > self._bound(self.slot):
                self.slot = changed

    def price(self, lump: Lump) -> int:
        """Return the price of a task."""
        return _price(self.slot[self._at[lump[0]]], lump[1])

    def days(self, slot: Mapping[int, int] | None = None) -> int:
        """Return what all days cost at their cheapest."""
        given = self.slot if slot is None else slot
        return sum(days.amount * (days.base**2 + self._cheapest(days, given)) for days in self._days)

    def _bound(self, slot: Mapping[int, int]) -> int:
        return sum(amount * _price(slot[self._at[kind]], size) for (kind, size), amount in self.laid.items()) + (
            self.days(slot)
        )

    def _cheapest(self, days: _Days, slot: Mapping[int, int]) -> int:
        key = days, tuple(slot[kind] for kind in days.kinds)
        if key not in self._known:
            paid = self._payments(days, slot)
            costs = ((2 * days.base + load) * load - most for load, most in enumerate(paid) if most is not None)
            self._known[key] = min(costs)
        return self._known[key]

    def _payments(self, days: _Days, slot: Mapping[int, int]) -> list[int | None]:
        """Return, for each load, the most that tasks on such a day pay together; None when no tasks make it up."""
        offers: defaultdict[int, list[int]] = defaultdict(list)
        for kind in days.kinds:
            for duration, amount in self._of_kind[kind].items():
                fitting = min(amount, days.space // duration)
                offers[duration] += [_price(slot[kind], duration)] * fitting
        best: list[int | None] = [0] + [None] * days.space
        for duration, prices in offers.items():
            for price in sorted(prices, reverse=True)[: days.space // duration]:
                for load in range(days.space, duration - 1, -1):
                    before, now = best[load - duration], best[load]
                    if before is not None and (now is None or before + price > now):
                        best[load] = before + price
        return best


def _price(slot: int, duration: int) -> int:
    """Return the price of a task: of its slots, or, if it is longer than a day is full, of a day by itself."""
    return slot * duration if 2 * duration <= slot else duration**2 + slot**2 // 4
