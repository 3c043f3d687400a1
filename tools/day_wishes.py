"""What the person likes of their days, counted in slots that go against it; `Limits` says what each wish is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import time
from enum import StrEnum
from itertools import pairwise
from typing import Final

from state.limits import HoursLimit, read_hours
from state.schedule import Position, Schedule, Slot, Source, Status, Task

NOON: Final = (11 * 60 + 30, 14 * 60)
"""Lunch lies between these minutes of the day; a day is long when something is done before and after them."""
LUNCH: Final = 60
PAUSE: Final = 45
"""A pause of the day grid around noon of so many minutes is lunch."""
LATE: Final = time(20)
"""After an event that ends so late nothing heavy is done that day."""
NIGHT: Final = time(22)
"""After an event that ends so late nothing heavy is done the next morning either."""
RESTED: Final = time(10)
"""When that morning ends."""
HEAVY: Final = 60
"""Minutes from which on a task is heavy."""


class WishKind(StrEnum):
    """The wishes that are counted, by their names in `Limits`."""

    PREFER = "prefer"
    LUNCH = "lunch"
    EVENING = "evening"
    BLOCK = "block"


class DayWishes:
    """The wishes for one schedule, the slots of a day as the bits of a number; bits beside each other are seamless."""

    def __init__(self, schedule: Schedule) -> None:
        """Work out what does not depend on where work lies."""
        self._schedule, wishes = schedule, schedule.wishes
        self._bits = _bits(schedule.grid)
        self._prefer, self._late = wishes.prefer, _late_slots(schedule) if wishes.evening else {}
        self._heavy, self.hour = HEAVY // schedule.slot_minutes, schedule.slots_for(LUNCH)
        self.block = wishes.block // schedule.slot_minutes or 1 if wishes.block else None
        self.noons = _noons(schedule.grid) if wishes.lunch else ()
        self._noon_masks = [self.mask(first, last) for first, last in self.noons]
        clock = [(slot.slot, _minute(slot.start), _close(slot)) for slot in schedule.grid]
        self._morning = sum(self._bits[slot] for slot, start, _ in clock if start < NOON[0])
        self._afternoon = sum(self._bits[slot] for slot, _, end in clock if end > NOON[1])
        self._known: dict[tuple[str, bool, int], tuple[frozenset[int], frozenset[int]]] = {}

    def mask(self, first: int, last: int) -> int:
        """Return the bits of these slots."""
        return sum(self._bits[first : last + 1])

    def outside(self, task: Task, day: int) -> tuple[frozenset[int], frozenset[int]]:
        """Return the slots of a day outside the preferred hours of a task, and those after something late."""
        heavy = task.duration >= self._heavy
        key = task.category, heavy, day
        if key not in self._known:
            late = self._late.get(day, frozenset[int]()) if heavy else frozenset[int]()
            self._known[key] = self._unliked(task.category, day), late
        return self._known[key]

    def disliked(self, task: Task, day: int) -> frozenset[int]:
        """Return the slots of a day in which the task should rather not lie."""
        return frozenset[int]().union(*self.outside(task, day))

    def unliked(self, task: Task, at: Position) -> int:
        """Return how many slots of a place the task should rather not lie in."""
        return len(self.disliked(task, at.day).intersection(range(at.slot_start, at.slot_end + 1)))

    def _unliked(self, category: str, day: int) -> frozenset[int]:
        named = [one for one in self._prefer if one.names(category)]
        own = [one for one in named if one.category is not None] or named
        if not own:
            return frozenset()
        liked = (self._liked(one) for one in own if one.about(category, self._schedule.date_of(day).isoweekday()))
        return frozenset(slot.slot for slot in self._schedule.grid).difference(*liked)

    def _liked(self, hours: HoursLimit) -> range:
        inside = self._schedule.slots_between(*read_hours(hours.hours))
        return range(inside.slot_start, inside.slot_end + 1) if inside else range(0)

    def lacks_lunch(self, busy: int) -> bool:
        """Tell whether a day on which these slots are taken is long and has no free hour around noon."""
        long = busy & self._morning and busy & self._afternoon
        return bool(long and self._noon_masks) and all(busy & noon for noon in self._noon_masks)

    def beyond_block(self, work: int) -> int:
        """Return how many slots of work go on for longer than the longest block."""
        if self.block is None:
            return 0
        for _ in range(self.block):
            work &= work << 1
        return work.bit_count()

    def cost(self, busy: int, work: int) -> int:
        """Return the slots against the wishes that the slots of a day tell without knowing whose they are."""
        return self.lacks_lunch(busy) * self.hour + self.beyond_block(work)


def count_wishes(schedule: Schedule, wishes: DayWishes | None = None) -> Mapping[WishKind, int]:
    """Return how far a schedule goes against each wish: days for lunch, slots for the others."""
    wishes, found = wishes or DayWishes(schedule), dict.fromkeys(WishKind, 0)
    busy, work = [0] * (schedule.window.days + 1), [0] * (schedule.window.days + 1)
    for task in schedule.tasks:
        for at in (at for at in task.slots if at.day <= schedule.window.days):
            busy[at.day] |= wishes.mask(at.slot_start, at.slot_end)
            if task.source is Source.TASK_ITEM:
                work[at.day] |= wishes.mask(at.slot_start, at.slot_end)
                unliked, late = wishes.outside(task, at.day)
                found[WishKind.PREFER] += sum(slot in unliked for slot in range(at.slot_start, at.slot_end + 1))
                found[WishKind.EVENING] += sum(slot in late for slot in range(at.slot_start, at.slot_end + 1))
    found[WishKind.LUNCH] = sum(map(wishes.lacks_lunch, busy))
    found[WishKind.BLOCK] = sum(map(wishes.beyond_block, work))
    return found


def _bits(grid: Sequence[Slot]) -> list[int]:
    """Return a bit for each slot, index 0 unused; a pause leaves a bit between two slots empty."""
    found, place = [0, 1], 0
    for one, other in pairwise(grid):
        place += 1 if one.end == other.start else 2
        found.append(1 << place)
    return found


def _noons(grid: Sequence[Slot]) -> tuple[tuple[int, int], ...]:
    """Return first and last slots of the stretches that hold lunch; none where a pause of the grid does."""
    pauses = ((_close(one), _minute(other.start)) for one, other in pairwise(grid))
    if any(NOON[0] <= first <= last - PAUSE <= NOON[1] - PAUSE for first, last in pauses):
        return ()
    inside = [slot for slot in grid if NOON[0] <= _minute(slot.start) and _close(slot) <= NOON[1]]
    return tuple(
        (one.slot, long[0].slot)
        for at, one in enumerate(inside)
        if (long := [last for last in inside[at:] if _close(last) - _minute(one.start) >= LUNCH])
    )


def _late_slots(schedule: Schedule) -> dict[int, frozenset[int]]:
    """Return, by day, the slots after an event that ends late, and of the morning after one that ends at night."""
    found: dict[int, frozenset[int]] = {}

    def add(day: int, slots: Iterable[int]) -> None:
        found[day] = found.get(day, frozenset[int]()).union(slots)

    for at in _afternoon_events(schedule):
        start, end = schedule.span_of(at)
        if end.date() == start.date() and end.time() < LATE:
            continue
        add(at.day, range(at.slot_end + 1, len(schedule.grid) + 1))
        if end.date() > start.date() or end.time() >= NIGHT:
            add(at.day + 1, (slot.slot for slot in schedule.grid if slot.start < RESTED))
    return found


def _afternoon_events(schedule: Schedule) -> Iterator[Position]:
    for task in schedule.tasks:
        if task.source is Source.EVENT and task.status is Status.EXISTING:
            yield from (at for at in task.slots if schedule.span_of(at)[0].time() >= time(12))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _close(slot: Slot) -> int:
    """Return the minute of the day at which a slot ends, 1440 at midnight."""
    return _minute(slot.end) or 24 * 60
