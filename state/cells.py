"""Clock times against the slots of a week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache, cached_property

from state.schedule import Position, Schedule


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

    def midnight(self, day: date) -> datetime:
        """Return the first moment of a date."""
        return datetime.combine(day, time(), tzinfo=self.week.zone)

    def positions(self, start: datetime, end: datetime) -> Iterator[Position]:
        """Yield, day by day, the slots that a stretch of time touches, wholly or in part, with its own times.

        Where it touches none of a day it lies between two of them, or before the first or after the last.
        """
        first, last = self.week.day_of(self._local(start)) - 1, self.week.day_of(self._local(end))
        begin, finish = start.astimezone(UTC), end.astimezone(UTC)
        if finish <= begin:  # it begins in the hour that a clock change leaves out
            finish = begin + (end - start)
        for day in range(max(first, 1), min(last, self.week.window.days) + 1):
            slots = self._day(day)
            hit = [slot for slot, (opens, closes) in enumerate(slots, 1) if opens < finish and begin < closes]
            opening = self.midnight(self.week.date_of(day)).astimezone(UTC)
            ending = max(self.midnight(self.week.date_of(day + 1)).astimezone(UTC), slots[-1][1])
            if not hit and not (opening < finish and begin < ending):
                continue
            after = next((slot for slot, (opens, _) in enumerate(slots, 1) if finish <= opens), len(slots) + 1)
            yield Position(
                day=day,
                slot_start=hit[0] if hit else after,
                slot_end=hit[-1] if hit else after - 1,
                start=self._at_offset(max(begin, opening)),
                end=self._at_offset(min(finish, ending)),
            )

    def merge(self, positions: Iterable[Position]) -> tuple[Position, ...]:
        """Return the positions of an event in order, those that share a slot joined into one.

        One that begins and ends with its slots needs no times of its own.
        """
        joined: list[Position] = []
        for at in sorted(positions, key=lambda at: (at.day, at.slot_start, at.slot_end)):
            if joined and joined[-1].overlaps(at):
                joined[-1] = _join(joined[-1], at)
            else:
                joined.append(at)
        return tuple(map(self._plain, joined))

    def exactly(self, start: datetime, end: datetime) -> Position | None:
        """Return the position that begins and ends at these moments, if the window and the grid have one."""
        for at in self.positions(start, end):
            plain = self._plain(at)
            return plain if self.week.span_of(plain) == (start, end) and plain.start is None else None
        return None

    def _plain(self, at: Position) -> Position:
        if not at.length:
            return at
        plain = at.model_copy(update={"start": None, "end": None})
        return plain if self.week.span_of(plain) == self.week.span_of(at) else at

    def _at_offset(self, moment: datetime) -> datetime:
        """Return a moment with the offset from UTC it has in the zone, as it is when it comes back from a store."""
        local = moment.astimezone(self.week.zone)
        return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)

    def _local(self, moment: datetime) -> date:
        return moment.astimezone(self.week.zone).date()

    def _bounds(self, day: int) -> list[tuple[datetime, datetime]]:
        slots = range(1, len(self.week.grid) + 1)
        return [
            (self.week.start_of(day, slot).astimezone(UTC), self.week.end_of(day, slot).astimezone(UTC))
            for slot in slots
        ]


def _join(one: Position, other: Position) -> Position:
    starts = [at for at in (one.start, other.start) if at]
    ends = [at for at in (one.end, other.end) if at]
    return Position(
        day=one.day,
        slot_start=one.slot_start,
        slot_end=max(one.slot_end, other.slot_end),
        start=min(starts, default=None),
        end=max(ends, default=None),
    )
