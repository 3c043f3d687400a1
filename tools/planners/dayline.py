"""The best sequence for the tasks of one day on the slots they take now: exact, by dynamic programming over sets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from state.schedule import Position, Schedule, Source, Status, Task
from tools.rules import limits

BEAM: Final = 1500
"""Partial days kept at a time; a day that needs more is not proven best."""

Cost = tuple[int, int]


@dataclass(frozen=True)
class Arranged:
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
    """Tasks that may stand for each other, and the starts open to them."""

    tasks: list[Task]
    category: str
    duration: int
    own: set[int] = field(default_factory=set[int])


@dataclass(frozen=True)
class _Partial:
    """The best way to lay some of each kind: its cost, and the steps (kind, start) that led here."""

    cost: Cost
    at: tuple[int, int]
    last: str | None
    steps: tuple[tuple[int, int], ...]


def arranged(schedule: Schedule, day: int) -> Arranged:
    """Return the arrangement of a day with the fewest category changes, and among those the fewest moved tasks."""
    placed = [(task, at) for task in schedule.tasks for at in task.slots if at.day == day]
    work = [(task, at) for task, at in placed if task.source is Source.TASK_ITEM]
    free = [(task, at) for task, at in work if task.movable and task.status is Status.SUGGESTED]
    before = _changes([(at.slot_start, task.category) for task, at in work])
    if before == 0 or len({task.category for task, _ in work}) - 1 == before:
        return Arranged([], before)
    line = _line(free, [(at.slot_start, task.category) for task, at in work if (task, at) not in free])
    if sum(stretch.length for stretch in line) != sum(at.length for _, at in free):
        return Arranged([], 0)
    return _Sequencing(schedule, day, line, _kinds(free)).run(before)


def _changes(line: list[tuple[int, str]]) -> int:
    return sum(one[1] != other[1] for one, other in pairwise(sorted(line)))


def _line(free: list[tuple[Task, Position]], fixed: list[tuple[int, str]]) -> list[_Stretch]:
    """Return the stretches of the day in time order; a guest has its own."""
    found: list[_Stretch] = [_Stretch(start, 0, category) for start, category in fixed]
    open_: _Stretch | None = None
    for task, at in sorted(free, key=lambda pair: pair[1].slot_start):
        if open_ and task.host is None and at.slot_start == open_.start + open_.length:
            found.remove(open_)
            open_ = _Stretch(open_.start, open_.length + at.length)
            found.append(open_)
            continue
        stretch = _Stretch(at.slot_start, at.length)
        found.append(stretch)
        open_ = stretch if task.host is None else None
    return sorted(found, key=lambda stretch: stretch.start)


def _kinds(free: list[tuple[Task, Position]]) -> list[_Kind]:
    groups: defaultdict[object, list[tuple[Task, Position]]] = defaultdict(list)
    for task, at in free:
        groups[task.category, task.duration, task.earliest, task.deadline, task.slot_range, task.weekdays].append((task, at))
    kinds: list[_Kind] = []
    for members in groups.values():
        members.sort(key=lambda pair: (pair[0].order or 0, pair[0].id))
        first = members[0][0]
        kinds.append(
            _Kind([task for task, _ in members], first.category, first.duration, {at.slot_start for _, at in members})
        )
    return kinds


class _Sequencing:
    """Fills the stretches from the left, keeping for each set of laid tasks and last category the best way."""

    def __init__(self, schedule: Schedule, day: int, line: list[_Stretch], kinds: list[_Kind]) -> None:
        self._schedule, self._day, self._line, self._kinds = schedule, day, line, kinds
        self._allowed: dict[tuple[int, int], bool] = {}
        self._cut = False

    def run(self, before: int) -> Arranged:
        """Return the best arrangement, or none when the day is as good already."""
        start = self._passed(_Partial((0, 0), (0, 0), None, ()))
        layer = {((0,) * len(self._kinds), start.last): start}
        for _ in range(sum(len(kind.tasks) for kind in self._kinds)):
            layer = self._next(layer)
        best = min(layer.values(), key=lambda one: (one.cost, one.steps), default=None)
        categories = {kind.category for kind in self._kinds} | {one.category for one in self._line if not one.length}
        if best is None or best.cost[0] >= before:
            return Arranged([], len(categories) - 1 if self._cut else before)
        return Arranged(self._places(best), len(categories) - 1 if self._cut else best.cost[0])

    def _next(
        self, layer: dict[tuple[tuple[int, ...], str | None], _Partial]
    ) -> dict[tuple[tuple[int, ...], str | None], _Partial]:
        found: dict[tuple[tuple[int, ...], str | None], _Partial] = {}
        for (counts, _), partial in layer.items():
            for kind in range(len(self._kinds)):
                if counts[kind] < len(self._kinds[kind].tasks) and (step := self._laid(partial, kind)):
                    key = (*counts[:kind], counts[kind] + 1, *counts[kind + 1 :]), step.last
                    if key not in found or (step.cost, step.steps) < (found[key].cost, found[key].steps):
                        found[key] = step
        if len(found) <= BEAM:
            return found
        self._cut = True
        kept = sorted(found.items(), key=lambda pair: (pair[1].cost, pair[1].steps))[:BEAM]
        return dict(kept)

    def _laid(self, partial: _Partial, kind: int) -> _Partial | None:
        index, offset = partial.at
        what, stretch = self._kinds[kind], self._line[index]
        start = stretch.start + offset
        if offset + what.duration > stretch.length or not self._may(kind, start):
            return None
        changed = int(partial.last not in (None, what.category))
        cost = partial.cost[0] + changed, partial.cost[1] + (start not in what.own)
        at = (index, offset + what.duration)
        return self._passed(_Partial(cost, at, what.category, (*partial.steps, (kind, start))))

    def _passed(self, partial: _Partial) -> _Partial:
        """Go on to the next slot to fill, past the tasks that stay."""
        (index, offset), last, changes = partial.at, partial.last, partial.cost[0]
        while index < len(self._line) and offset >= self._line[index].length:
            if not self._line[index].length:
                changes += last not in (None, self._line[index].category)
                last = self._line[index].category
            index, offset = index + 1, 0
        return _Partial((changes, partial.cost[1]), (index, offset), last, partial.steps)

    def _may(self, kind: int, start: int) -> bool:
        if (kind, start) not in self._allowed:
            what = self._kinds[kind]
            broken = limits(self._schedule, what.tasks[0], self._position(start, what.duration))
            self._allowed[kind, start] = start in what.own or next(broken, None) is None
        return self._allowed[kind, start]

    def _position(self, start: int, duration: int) -> Position:
        return Position(day=self._day, slot_start=start, slot_end=start + duration - 1)

    def _places(self, best: _Partial) -> list[tuple[int, Position]]:
        """Hand the starts of each kind out: whoever has one of them keeps it, the others take the rest in order."""
        wanted: list[tuple[int, Position]] = []
        for index, kind in enumerate(self._kinds):
            starts = sorted(start for one, start in best.steps if one == index)
            stays = {task.id for task in kind.tasks if task.position and task.position.slot_start in starts}
            left = [start for start in starts if start not in kind.own]
            movers = [task for task in kind.tasks if task.id not in stays]
            wanted += [
                (task.id, self._position(start, kind.duration)) for task, start in zip(movers, left, strict=True)
            ]
        return wanted
