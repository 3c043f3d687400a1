"""The best sequence for the tasks of one day on the slots they take now: exact, by dynamic programming over sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from state.schedule import Position, Schedule, Source, Status, Task
from tools.rules import limits

BEAM: Final = 200
"""Partial days kept at a time when no arrangement has each category in one piece; the best is then not proven."""

Cost: TypeAlias = tuple[int, int]
"""Category changes, then moved tasks."""
Laid: TypeAlias = tuple[tuple[int, ...], str | None]
"""How many of each kind are laid, and the category of the last."""


@dataclass(frozen=True)
class Arrangement:
    """New places of the tasks of a day that move, and the fewest changes any arrangement could have."""

    places: list[tuple[int, Position]]
    bound: int


@dataclass(frozen=True)
class _Stretch:
    """Slots in a row that tasks share; or, without length, a task that stays, of this category."""

    start: int
    length: int
    category: str = ""


@dataclass
class _Kind:
    """Tasks that may stand for each other, the starts open to them, and those they have now."""

    tasks: list[Task]
    category: str
    duration: int
    starts: frozenset[int]
    own: set[int]


@dataclass(frozen=True, slots=True)
class _Step:
    """A task of this kind laid at this start, after other steps."""

    kind: int
    start: int
    before: _Step | None


@dataclass(frozen=True, slots=True)
class _Partial:
    """The best way to lay some of each kind: its cost, the stretch and offset to go on at, the steps that led here."""

    cost: Cost
    at: tuple[int, int]
    last: str | None
    step: _Step | None = None


def arrange(schedule: Schedule, day: int) -> Arrangement:
    """Return the arrangement of a day with the fewest category changes, and among those the fewest moved tasks."""
    placed = [(task, at) for task in schedule.tasks for at in task.slots if at.day == day]
    work = [(task, at) for task, at in placed if task.source is Source.TASK_ITEM]
    movable = [(task, at) for task, at in work if task.movable and task.status is Status.SUGGESTED]
    free = [(task, at) for task, at in movable if not schedule.is_past(task)]
    before = _changes([(at.slot_start, task.category) for task, at in work])
    if before == 0 or len({task.category for task, _ in work}) - 1 == before:
        return Arrangement([], before)
    breaks = schedule.breaks(at for _, at in placed)
    line = _line(breaks, free, [(at.slot_start, task.category) for task, at in work if (task, at) not in free])
    if sum(stretch.length for stretch in line) != sum(at.length for _, at in free):
        return Arrangement([], 0)
    return _Sequencing(day, line, _kinds(schedule, day, free)).run(before)


def _changes(line: list[tuple[int, str]]) -> int:
    return sum(one[1] != other[1] for one, other in pairwise(sorted(line)))


def _line(breaks: frozenset[int], free: list[tuple[Task, Position]], fixed: list[tuple[int, str]]) -> list[_Stretch]:
    """Return the stretches of the day in time order; a guest has its own, and a break ends one."""
    found: list[_Stretch] = [_Stretch(start, 0, category) for start, category in fixed]
    open_: _Stretch | None = None
    for task, at in sorted(free, key=lambda pair: pair[1].slot_start):
        beside = open_ and at.slot_start == open_.start + open_.length and at.slot_start - 1 not in breaks
        if open_ and beside and task.host is None:
            found.remove(open_)
            open_ = _Stretch(open_.start, open_.length + at.length)
            found.append(open_)
            continue
        stretch = _Stretch(at.slot_start, at.length)
        found.append(stretch)
        open_ = stretch if task.host is None else None
    return sorted(found, key=lambda stretch: stretch.start)


def _kinds(schedule: Schedule, day: int, free: list[tuple[Task, Position]]) -> list[_Kind]:
    """Group the tasks by category, duration, and where on this day they may start."""
    groups: defaultdict[tuple[str, int, frozenset[int]], list[tuple[Task, Position]]] = defaultdict(list)
    seen: dict[object, frozenset[int]] = {}
    for task, at in free:
        own = task.duration, task.earliest, task.deadline, task.slot_range, task.weekdays
        if own not in seen:
            seen[own] = frozenset(_starts(schedule, day, task))
        groups[task.category, task.duration, seen[own] | {at.slot_start}].append((task, at))
    return [
        _Kind(
            sorted((task for task, _ in members), key=lambda task: (task.order or 0, task.id)),
            category,
            duration,
            starts,
            {at.slot_start for _, at in members},
        )
        for (category, duration, starts), members in groups.items()
    ]


def _starts(schedule: Schedule, day: int, task: Task) -> Iterator[int]:
    for start in range(1, len(schedule.grid) - task.duration + 2):
        at = Position(day=day, slot_start=start, slot_end=start + task.duration - 1)
        if next(limits(schedule, task, at), None) is None:
            yield start


class _Sequencing:
    """Fills the stretches from the left, keeping for each set of laid tasks and last category the best way."""

    def __init__(self, day: int, line: list[_Stretch], kinds: list[_Kind]) -> None:
        self._day, self._line, self._kinds = day, line, kinds
        self._amounts = [len(kind.tasks) for kind in kinds]

    def run(self, before: int) -> Arrangement:
        """Return the best arrangement; first try those that have each category in one piece, which cannot be beaten."""
        categories = {kind.category for kind in self._kinds} | {one.category for one in self._line if not one.length}
        best, least = self._best(pieces=False), len(categories) - 1
        if best is None or best.cost[0] > least:
            broken = self._best(pieces=True)
            best = min((one for one in (best, broken) if one), key=lambda one: one.cost, default=None)
        if best is None or best.cost[0] >= before:
            return Arrangement([], least)
        return Arrangement(self._places(best), least)

    def _best(self, *, pieces: bool) -> _Partial | None:
        start = self._pass_fixed((0, 0), (0, 0), None, None)
        layer: dict[Laid, _Partial] = {((0,) * len(self._kinds), start.last): start}
        for _ in range(sum(self._amounts)):
            layer = self._next(layer, pieces=pieces)
        return min(layer.values(), key=lambda one: one.cost, default=None)

    def _next(self, layer: dict[Laid, _Partial], *, pieces: bool) -> dict[Laid, _Partial]:
        found: dict[Laid, _Partial] = {}
        for (counts, _), partial in layer.items():
            for kind in self._open(counts, pieces=pieces):
                step = self._lay(partial, kind)
                if step is None:
                    continue
                key = (*counts[:kind], counts[kind] + 1, *counts[kind + 1 :]), step.last
                if key not in found or step.cost < found[key].cost:
                    found[key] = step
        if not pieces or len(found) <= BEAM:
            return found
        return dict(sorted(found.items(), key=lambda pair: pair[1].cost)[:BEAM])

    def _open(self, counts: tuple[int, ...], *, pieces: bool) -> list[int]:
        """Return the kinds of which one more may be laid; without pieces, a category once begun is finished first."""
        left = [kind for kind, amount in enumerate(self._amounts) if counts[kind] < amount]
        if pieces:
            return left
        begun = {self._kinds[kind].category for kind, count in enumerate(counts) if count}
        return [kind for kind in left if self._kinds[kind].category in begun] or left

    def _lay(self, partial: _Partial, kind: int) -> _Partial | None:
        index, offset = partial.at
        what, stretch = self._kinds[kind], self._line[index]
        start = stretch.start + offset
        if offset + what.duration > stretch.length or start not in what.starts:
            return None
        changed = int(partial.last not in (None, what.category))
        cost = partial.cost[0] + changed, partial.cost[1] + (start not in what.own)
        return self._pass_fixed(cost, (index, offset + what.duration), what.category, _Step(kind, start, partial.step))

    def _pass_fixed(self, cost: Cost, at: tuple[int, int], last: str | None, step: _Step | None) -> _Partial:
        """Go on to the next slot to fill, past the tasks that stay."""
        (index, offset), changes = at, cost[0]
        while index < len(self._line) and offset >= self._line[index].length:
            if not self._line[index].length:
                changes += last not in (None, self._line[index].category)
                last = self._line[index].category
            index, offset = index + 1, 0
        return _Partial((changes, cost[1]), (index, offset), last, step)

    def _places(self, best: _Partial) -> list[tuple[int, Position]]:
        """Hand the starts of each kind out: whoever has one of them keeps it, the others take the rest in order."""
        starts: defaultdict[int, list[int]] = defaultdict(list)
        step = best.step
        while step is not None:
            starts[step.kind].append(step.start)
            step = step.before
        wanted: list[tuple[int, Position]] = []
        for index, kind in enumerate(self._kinds):
            movers = [task for task in kind.tasks if task.position and task.position.slot_start not in starts[index]]
            left = sorted(start for start in starts[index] if start not in kind.own)
            wanted += [
                (task.id, Position(day=self._day, slot_start=start, slot_end=start + kind.duration - 1))
                for task, start in zip(movers, left, strict=True)
            ]
        return wanted
