"""Laying the moved tasks of each day where they go least against what the person likes; none changes its day.

Each day is searched best first: the cost of a part of a day never falls when more is laid, so that the first whole day
found costs least.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import count
from typing import Final

from state.schedule import Position, Schedule, Source, Task
from tools.day_wishes import DayWishes
from tools.places import lay
from tools.planners.assignment import Assignment
from tools.planners.problem import STAY, Problem, Segment
from tools.planners.to_slots import positions_of

STEPS: Final = 500
"""Parts of a day that are looked at before it stays as it is."""


def schedule_as_liked(found: Assignment, whole: Problem) -> Schedule:
    """Return the schedule of an assignment with the moved tasks of each day laid as the person likes it.

    `whole` is the same problem with every place that is allowed, liked or not.
    """
    schedule, wanted = whole.schedule, positions_of(found)
    wishes = DayWishes(schedule)
    days = defaultdict[int, list[tuple[Task, Position]]](list)
    for task in schedule.tasks:
        for at in (wanted[task.id],) if task.id in wanted else task.slots:
            days[at.day].append((task, at))
    movers = _movers_by_day(found)
    for day in sorted(movers):
        wanted |= _Day(found, whole, wishes, day, days[day], movers[day]).better()
    return lay(schedule, wanted.items()) if wanted else schedule


def _movers_by_day(found: Assignment) -> Mapping[int, list[int]]:
    """Return the moved items of each day, those inside events left out."""
    movers = defaultdict[int, list[int]](list)
    for segment in found.problem.segments:
        if segment.host is None:
            movers[segment.day] += sorted(found.movers[segment.index])
    return {day: items for day, items in movers.items() if items}


@dataclass(frozen=True)
class _Part:
    """What is laid of a day so far: its bits, the movers that are left, the next free slot, and what came before."""

    busy: int
    work: int
    left: int
    cursor: int
    category: str = ""
    item: int = -1
    start: int = 0
    before: _Part | None = None


@dataclass(frozen=True)
class _Day:
    found: Assignment
    whole: Problem
    wishes: DayWishes
    day: int
    entries: list[tuple[Task, Position]]
    movers: list[int]

    def better(self) -> dict[int, Position]:
        """Return places for the movers that cost less than those they have; empty when there are none."""
        now = self._cost_now()
        if now <= self.wishes.cost(*self._others) or not all(self._starts.values()) or now <= self._least():
            return {}
        whole = self._search(now)
        found = dict[int, Position]()
        while whole is not None and whole.before is not None:
            found[self.whole.items[whole.item].task.id] = self._at(whole.item, whole.start)
            whole = whole.before
        return found

    @cached_property
    def _others(self) -> tuple[int, int]:
        """The bits of what is not laid anew, and those of the work in it."""
        mine, busy, work = {self.whole.items[item].task.id for item in self.movers}, 0, 0
        for task, at in self.entries:
            if task.id not in mine:
                busy |= self.wishes.mask(at.slot_start, at.slot_end)
                work |= self.wishes.mask(at.slot_start, at.slot_end) if task.source is Source.TASK_ITEM else 0
        return busy, work

    def _cost_now(self) -> int:
        mine, (busy, work), cost = {self.whole.items[item].task.id for item in self.movers}, self._others, 0
        for task, at in self.entries:
            if task.id in mine:
                bits = self.wishes.mask(at.slot_start, at.slot_end)
                busy, work = busy | bits, work | bits
                cost += self.wishes.unliked(task, at)
        return cost + self.wishes.cost(busy, work)

    def _least(self) -> int:
        """Return what the day costs at least, wherever the movers lie."""
        least = self.wishes.cost(*self._others)
        for item in self.movers:
            masks = (self._bits(item, start) for start in self._starts[item])
            least += min(self._prices[item].values()) + min(map(self.wishes.beyond_block, masks))
        return least

    def _bits(self, item: int, start: int) -> int:
        return self.wishes.mask(start, start + self.whole.items[item].duration - 1)

    def _at(self, item: int, start: int) -> Position:
        end = start + self.whole.items[item].duration - 1
        return Position(day=self.day, slot_start=start, slot_end=end)

    @cached_property
    def _starts(self) -> Mapping[int, list[int]]:
        return {item: sorted(self._open(item)) for item in self.movers}

    @cached_property
    def _prices(self) -> Mapping[int, dict[int, int]]:
        """For each mover and start, the slots in which it should rather not lie."""
        prices = dict[int, dict[int, int]]()
        for item in self.movers:
            one = self.whole.items[item]
            unliked = self.wishes.disliked(one.task, self.day)
            spans = ((start, range(start, start + one.duration)) for start in self._starts[item])
            prices[item] = {start: sum(slot in unliked for slot in span) for start, span in spans}
        return prices

    @cached_property
    def _segments(self) -> list[Segment]:
        return [segment for segment in self.whole.of_day[self.day] if segment.host is None]

    def _open(self, item: int) -> Iterator[int]:
        """Yield where a mover may start beside, and in order with, everything that is not laid anew."""
        one = self.whole.items[item]
        stay = [(other, at) for other, at in self._standing if other != item]
        for segment in self._segments:
            if (window := one.windows.get(segment.index)) is None:
                continue
            for first, last in segment.runs(window[0], window[1] + one.duration - 1):
                yield from (
                    start
                    for start in range(first, last - one.duration + 2)
                    if all(self._clear(item, start, other, at) for other, at in stay)
                )

    @cached_property
    def _standing(self) -> list[tuple[int, Position]]:
        """Other items that lie on the day and keep their place."""
        at_of, moved = {task.id: at for task, at in self.entries}, set(self.movers)
        return [
            (item.index, at_of[item.task.id])
            for item in self.whole.items
            if item.index not in moved and item.task.id in at_of
        ]

    def _clear(self, item: int, start: int, other: int, at: Position) -> bool:
        end, buffer = start + self.whole.items[item].duration - 1, self.whole.buffer
        guest = self.found.choices[other] != STAY or self.whole.items[other].task.host is not None
        before, after = end + buffer < at.slot_start, at.slot_end + buffer < start
        if other in self.whole.firsts[item]:
            return at.slot_end < start if guest else after
        if other in self.whole.seconds[item]:
            return end < at.slot_start if guest else before
        return guest or before or after

    @cached_property
    def _marks(self) -> Mapping[int, list[int]]:
        """For each mover, slots from which on it may cost less; it need only lie as early as it can after one."""
        common = {last + 1 for _, last in self.wishes.noons}
        if self.wishes.block is not None:
            common |= {segment.start + 1 for segment in self._segments}
        marks = dict[int, list[int]]()
        for item in self.movers:
            unliked = self.wishes.disliked(self.whole.items[item].task, self.day)
            marks[item] = sorted(common | {slot + 1 for slot in unliked if slot + 1 not in unliked})
        return marks

    @cached_property
    def _waits(self) -> Mapping[int, int]:
        """For each mover, the bits of those that must come before it."""
        return {
            item: sum(1 << at for at, other in enumerate(self.movers) if other in self.whole.firsts[item])
            for item in self.movers
        }

    @cached_property
    def _twins(self) -> list[int]:
        """For each mover, the bits of those before it in the list that may stand for it."""
        kinds = [self._kind(item) for item in self.movers]
        return [sum(1 << one for one in range(at) if kinds[one] == kind) for at, kind in enumerate(kinds)]

    def _kind(self, item: int) -> object:
        task, tied = self.whole.items[item].task, self.whole.firsts[item] or self.whole.seconds[item]
        return item if tied else (task.category, task.duration, tuple(self._starts[item]))

    def _search(self, now: int) -> _Part | None:
        """Return the whole day that costs least, if that is less than now, or None."""
        begun = _Part(*self._others, (1 << len(self.movers)) - 1, 1)
        heap, serial, seen = [(self.wishes.cost(begun.busy, begun.work), 0, 0, 0, 0, begun)], count(1), set[object]()
        for _ in range(STEPS):
            if not heap:
                return None
            cost, placed, changes, late, _, part = heappop(heap)
            if not part.left:
                return part
            if (part.left, part.busy) in seen:
                continue
            seen.add((part.left, part.busy))
            paid = cost - self.wishes.cost(part.busy, part.work)
            for item, start, after in self._next(part):
                worth = paid + self._prices[item][start] + self.wishes.cost(after.busy, after.work)
                if worth < now:
                    other = bool(part.category) and after.category != part.category
                    heappush(heap, (worth, placed - 1, changes + other, late + start, next(serial), after))
        return None

    def _next(self, part: _Part) -> Iterator[tuple[int, int, _Part]]:
        for at, item in enumerate(self.movers):
            if not part.left >> at & 1 or part.left & (self._waits[item] | self._twins[at]):
                continue
            one = self.whole.items[item]
            for start in self._candidates(item, part.cursor):
                bits = self._bits(item, start)
                cursor, left = start + one.duration + self.whole.buffer, part.left & ~(1 << at)
                name = one.task.category
                yield item, start, _Part(part.busy | bits, part.work | bits, left, cursor, name, item, start, part)

    def _candidates(self, item: int, cursor: int) -> list[int]:
        starts, found = self._starts[item], set[int]()
        for mark in (cursor, cursor + 1, *self._marks[item]):
            at = bisect_left(starts, max(mark, cursor))
            found.update(starts[at : at + 1])
        return sorted(found)
