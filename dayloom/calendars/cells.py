"""Clock times against the slots of a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import cache, cached_property

from state.schedule import Position, Schedule, Slot, SlotRange


class Cells:
    """The slots of a schedule as moments, compared in UTC so that days of 23 or 25 hours come out right."""

    def __init__(self, week: Schedule) -> None:
        self.week = week
        self._day = cache(self._bounds)

    @cached_property
    def span(self) -> tuple[datetime, datetime]:
        """The first and the last moment of the window: midnight to midnight, or to the end of the last slot."""
        start = self.midnight(self.week.window.start)
        days = self.week.window.days
        return start, max(self.midnight(self.week.date_of(days + 1)), self.week.end_of(days, len(self.week.grid)))

    @cached_property
    def slot_minutes(self) -> int:
        """The usual length of a slot; the shorter one when two are equally common."""
        lengths = Counter(_minutes(slot) for slot in self.week.grid)
        return min(lengths, key=lambda length: (-lengths[length], length))

    def midnight(self, day: date) -> datetime:
        """Return the first moment of a date."""
        return datetime.combine(day, time(), tzinfo=self.week.zone)

    def moment(self, when: date | datetime) -> datetime:
        """Return the moment in the schedule's zone, to which what floats belongs; for a date, its beginning."""
        if not isinstance(when, datetime):
            return self.midnight(when)
        return when.replace(tzinfo=self.week.zone) if when.tzinfo is None else when.astimezone(self.week.zone)

    def close_of(self, day: date) -> datetime:
        """Return the end of a date as a deadline: 23:59, or the end of its last slot when that is later."""
        last = datetime.combine(day, time(23, 59), tzinfo=self.week.zone)
        return max(last, self.week.end_of(self.week.day_of(day), len(self.week.grid)))

    def touched(self, start: datetime, end: datetime) -> Iterator[Position]:
        """Yield, day by day, the slots that a stretch of time touches, wholly or in part."""
        first, last = self.week.day_of(self._local(start)) - 1, self.week.day_of(self._local(end))
        begin, finish = start.astimezone(UTC), end.astimezone(UTC)
        for day in range(max(first, 1), min(last, self.week.window.days) + 1):
            hit = [slot for slot, (opens, closes) in enumerate(self._day(day), 1) if opens < finish and begin < closes]
            if hit:
                yield Position(day=day, slot_start=hit[0], slot_end=hit[-1])

    def exactly(self, start: datetime, end: datetime) -> Position | None:
        """Return the position that begins and ends at these moments, if the window and the grid have one."""
        for at in self.touched(start, end):
            whole = self.week.start_of(at.day, at.slot_start), self.week.end_of(at.day, at.slot_end)
            return at if whole == (start, end) else None
        return None

    def slots_for(self, minutes: int) -> int:
        """Return how many usual slots hold this many minutes."""
        return max(1, -(-minutes // self.slot_minutes))

    def between(self, start: time, end: time) -> SlotRange | None:
        """Return the slots that lie wholly between two clock times; an end of 00:00 is midnight."""
        inside = [
            slot.slot
            for slot in self.week.grid
            if slot.start >= start and _minute(slot.start) + _minutes(slot) <= (_minute(end) or 24 * 60)
        ]
        return SlotRange(slot_start=inside[0], slot_end=inside[-1]) if inside else None

    def _local(self, moment: datetime) -> date:
        return moment.astimezone(self.week.zone).date()

    def _bounds(self, day: int) -> list[tuple[datetime, datetime]]:
        slots = range(1, len(self.week.grid) + 1)
        return [
            (self.week.start_of(day, slot).astimezone(UTC), self.week.end_of(day, slot).astimezone(UTC))
            for slot in slots
        ]


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _minutes(slot: Slot) -> int:
    return (_minute(slot.end) - _minute(slot.start)) % (24 * 60) or 24 * 60


def merge_cells(positions: Iterator[Position]) -> tuple[Position, ...]:
    """Return the positions in order, those that share a slot joined into one."""
    joined: list[Position] = []
    for at in sorted(positions, key=lambda at: (at.day, at.slot_start, at.slot_end)):
        if joined and joined[-1].overlaps(at):
            joined[-1] = joined[-1].model_copy(update={"slot_end": max(joined[-1].slot_end, at.slot_end)})
        else:
            joined.append(at)
    return tuple(joined)
