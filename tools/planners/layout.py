"""Laying the items of one segment out on its slots, around those that stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tools.planners.problem import Problem, Segment

NODES: Final = 4000
"""Search steps per segment before it counts as too tight."""


def fits_beside(problem: Problem, segment: Segment, mover: int, stayer: int) -> bool:
    """Tell whether one item can be laid in the segment while another stays where it lies."""
    return _Search(problem, segment, (mover,), (stayer,)).run() is not None


def layout(
    problem: Problem, segment: Segment, movers: Sequence[int], stayers: Sequence[int], wanted: Sequence[str] = ()
) -> dict[int, int] | None:
    """Return a start slot for each mover, or None; categories together and in the wanted sequence, if possible."""
    if not movers:
        return {}
    if segment.host is not None and len(movers) > 1:
        return None
    return _Search(problem, segment, tuple(movers), tuple(stayers), tuple(wanted)).run()


@dataclass
class _Search:
    problem: Problem
    segment: Segment
    movers: tuple[int, ...]
    stayers: tuple[int, ...]
    wanted: tuple[str, ...] = ()
    steps: int = 0
    dead: set[tuple[frozenset[int], int]] = field(default_factory=set[tuple[frozenset[int], int]])

    def run(self) -> dict[int, int] | None:
        """Try sequences, each laid as early as it goes, depth first."""
        inside = set(self.movers)
        self.waits = {item: inside.intersection(self.problem.firsts[item]) for item in self.movers}
        self.starts = {item: self._starts(item) for item in self.movers}
        if not all(self.starts.values()):
            return None
        found: dict[int, int] = {}
        return found if self._lay(frozenset(self.movers), self.segment.start, "", found) else None

    def _starts(self, item: int) -> list[int]:
        """Return the starts that keep clear of, and in order with, everything that stays."""
        one = self.problem.items[item]
        first, last = one.windows[self.segment.index]
        runs = self.segment.runs(first, last + one.duration - 1)
        starts = (start for begin, end in runs for start in range(begin, end - one.duration + 2))
        return [start for start in starts if all(self._clear(item, start, at) for at in self.stayers)]

    def _clear(self, item: int, start: int, stayer: int) -> bool:
        home, end = self.problem.items[stayer].home, start + self.problem.items[item].duration - 1
        assert home is not None, "only an item with a home can stay"
        before, after = end + self.problem.buffer < home.slot_start, home.slot_end + self.problem.buffer < start
        if stayer in self.problem.firsts[item]:
            return after
        return before if stayer in self.problem.seconds[item] else before or after

    def _lay(self, left: frozenset[int], cursor: int, category: str, found: dict[int, int]) -> bool:
        if not left:
            return True
        self.steps += 1
        if self.steps > NODES or (left, cursor) in self.dead:
            return False
        for item in sorted(left, key=lambda item: self._taste(item, category)):
            start = next((start for start in self.starts[item] if start >= cursor), None)
            if start is None:
                break
            if self.waits[item] & left:
                continue
            task = self.problem.items[item].task
            found[item] = start
            if self._lay(left - {item}, start + task.duration + self.problem.buffer, task.category, found):
                return True
            del found[item]
        self.dead.add((left, cursor))
        return False

    def _taste(self, item: int, category: str) -> tuple[int, bool, str, int, int]:
        task = self.problem.items[item].task
        place = self.wanted.index(task.category) if task.category in self.wanted else len(self.wanted)
        return place, task.category != category, task.category, task.order or 0, task.id
