"""What a planner has to decide, in numbers: free segments, items to lay, and what binds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from state.desk import OrderScope
from state.schedule import HostLink, Position, Schedule, Task

UNPLACED: Final = -1
STAY: Final = -2
"""Besides the index of a segment, an item may be given one of these: no place at all, or exactly where it lies."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of free slots of one day; inside a host it takes one guest, and only one per occurrence.

    No task goes on after a slot of `breaks`; there are some only where a buffer binds what lies on both sides.
    """

    index: int
    day: int
    start: int
    end: int
    host: HostLink | None = None
    breaks: frozenset[int] = frozenset()

    def runs(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield first and last of the stretches between two of its slots that no pause breaks."""
        for slot in sorted(slot for slot in self.breaks if first <= slot < last):
            yield first, slot
            first = slot + 1
        yield first, last

    @property
    def length(self) -> int:
        """Slots it holds."""
        return self.end - self.start + 1


@dataclass(frozen=True, slots=True)
class Item:
    """A task the planner may lay.

    `windows` gives, per segment index, the first and last slot it may start at. `leaves` tells that staying is the
    last resort. `counted` tells whether it weighs on the daily load. `misplaced` tells that it lies out of order with a
    task that is not laid anew.
    """

    index: int
    task: Task
    windows: dict[int, tuple[int, int]]
    home: Position | None = None
    leaves: bool = False
    counted: bool = True
    misplaced: bool = False

    @property
    def duration(self) -> int:
        """Slots it takes."""
        return self.task.duration


@dataclass(frozen=True)
class Problem:
    """Everything that does not change while a planner searches.

    `order` lists pairs (first, second) of item indices: the first ends before the second starts. `room` is the number
    of slots each day may still take, `base` the load of all that is fixed on it, `events` how much of that are events,
    `beside` the categories of the fixed tasks on it; all are indexed by day, 0 unused. `apart` says, per item, which
    others must lie how many days away.
    """

    schedule: Schedule
    scope: OrderScope
    segments: tuple[Segment, ...]
    items: tuple[Item, ...]
    order: tuple[tuple[int, int], ...]
    room: tuple[int, ...]
    base: tuple[int, ...]
    events: tuple[int, ...]
    beside: tuple[tuple[str, ...], ...]
    apart: tuple[dict[int, int], ...]

    @property
    def buffer(self) -> int:
        """Free slots between tasks of one segment."""
        return self.schedule.window.buffer

    @cached_property
    def firsts(self) -> tuple[frozenset[int], ...]:
        """For each item, all that must come before it, near or far."""
        return _reachable(len(self.items), [(second, first) for first, second in self.order])

    @cached_property
    def seconds(self) -> tuple[frozenset[int], ...]:
        """For each item, all that must come after it, near or far."""
        return _reachable(len(self.items), list(self.order))

    @cached_property
    def of_day(self) -> tuple[tuple[Segment, ...], ...]:
        """Segments of each day, 0 unused."""
        days: list[list[Segment]] = [[] for _ in range(self.schedule.window.days + 1)]
        for segment in self.segments:
            days[segment.day].append(segment)
        return tuple(tuple(day) for day in days)

    @cached_property
    def days_of_work(self) -> frozenset[int]:
        """Days that hold work or may hold some."""
        open_ = {segment.day for segment in self.segments}
        homes = {item.home.day for item in self.items if item.home}
        return frozenset(open_ | homes | {day for day, names in enumerate(self.beside) if names})

    @cached_property
    def touching(self) -> tuple[tuple[int, ...], ...]:
        """For each segment, the items that take slots of it, or of the buffer beside it, when they stay."""
        found: list[list[int]] = [[] for _ in self.segments]
        for item in self.items:
            if item.home is None:
                continue
            for segment in self.of_day[item.home.day]:
                near = item.home.slot_start - self.buffer, item.home.slot_end + self.buffer
                if near[0] <= segment.end and segment.start <= near[1]:
                    found[segment.index].append(item.index)
        return tuple(tuple(items) for items in found)

    @cached_property
    def touched(self) -> tuple[tuple[int, ...], ...]:
        """For each item, the segments it takes slots of when it stays."""
        found: list[list[int]] = [[] for _ in self.items]
        for segment, items in enumerate(self.touching):
            for item in items:
                found[item].append(segment)
        return tuple(tuple(segments) for segments in found)

    @cached_property
    def home_rank(self) -> tuple[int, ...]:
        """For each item with a home, its rank in time: twice the segment it lies in, or one more when it is beyond."""
        return tuple(self._rank(item.home) if item.home else 0 for item in self.items)

    def whole(self, item: int, segment: int) -> bool:
        """Tell whether the item may start anywhere in the segment where it has space."""
        where, duration = self.segments[segment], self.items[item].duration
        if where.breaks and duration > 1:
            return False
        return self.items[item].windows.get(segment) == (where.start, where.end - duration + 1)

    def rank(self, item: int, choice: int) -> int:
        """Return where a choice lies in time, comparable among all choices."""
        return self.home_rank[item] if choice == STAY else 2 * choice

    def day_of(self, item: int, choice: int) -> int:
        """Return the day of a choice, 0 when it is no place."""
        if choice == STAY:
            home = self.items[item].home
            return home.day if home else 0
        return self.segments[choice].day if choice >= 0 else 0

    def inverted(self, first: int, second: int) -> bool:
        """Tell whether two items that stay would lie in the wrong order."""
        one, other = self.items[first].home, self.items[second].home
        return bool(one and other and (other.day, other.slot_start) <= (one.day, one.slot_end))

    @cached_property
    def work(self) -> int:
        """Slots of all items together."""
        return sum(item.duration for item in self.items)

    def _rank(self, home: Position) -> int:
        index = -1
        for segment in self.segments:
            if (segment.day, segment.start) > (home.day, home.slot_start):
                break
            index = segment.index
        inside = index >= 0 and self.segments[index].day == home.day and home.slot_start <= self.segments[index].end
        return 2 * index if inside else 2 * index + 1


def _reachable(count: int, pairs: list[tuple[int, int]]) -> tuple[frozenset[int], ...]:
    near: list[list[int]] = [[] for _ in range(count)]
    for one, other in pairs:
        near[one].append(other)
    found: dict[int, frozenset[int]] = {}
    for item in range(count):
        _reach(item, near, found)
    return tuple(found[item] for item in range(count))


def _reach(item: int, near: list[list[int]], found: dict[int, frozenset[int]]) -> None:
    """Fill in what can be reached from an item; the pairs have no cycle."""
    waiting = [item]
    while waiting:
        current = waiting[-1]
        missing = [other for other in near[current] if other not in found]
        if missing:
            waiting.extend(missing)
            continue
        waiting.pop()
        found[current] = frozenset(near[current]).union(*(found[other] for other in near[current]))
