"""A user's calendar between the store, which keeps it, and the files it comes from and goes to."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from dayloom.calendars import File, Reason, merge_entries, read_calendar, revisions_in, uids_in
from dayloom.calendars.merge import NAME
from dayloom.stores.owner.calendar import Calendar, RedisCalendar
from state.errors import MatchFailed, MovedOn
from state.schedule import PERIODS12, Schedule, Window

ATTEMPTS: Final = 8
"""How often a change starts again when the calendar was changed by somebody else in between."""


async def put_calendar(
    store: RedisCalendar, text: bytes, timezone: str, *, match: Collection[int] | None = None
) -> tuple[int, list[str]]:
    """Replace the calendar and return its version, with what cannot be read in it by line.

    Of an event that was changed here the newer revision counts; which one that is, is told too. Raises BadInput for
    what is no calendar at all, and MatchFailed.
    """
    revisions, unread = await asyncio.to_thread(_check, text, timezone)
    for _ in range(ATTEMPTS):
        before = await store.calendar()
        if match is not None and before.version not in match:
            raise MatchFailed(f"the calendar has version {before.version} now; fetch it again", current=before.version)
        try:
            taken_over = _taken_over(before, revisions)
            told = () if text == before.text else _say_winners(before, revisions)
            return await store.put(text, before=before, taken_over=sorted(taken_over)), [*unread, *told]
        except MovedOn:
            continue
    raise MovedOn("The calendar is being changed all the time; try again.")


@dataclass(frozen=True)
class Imported:
    """What replacing the calendar has come to: its entries, and how many of them are new or have gone."""

    version: int
    entries: int
    new: int = 0
    gone: int = 0
    unchanged: bool = False
    left_out: list[str] = field(default_factory=list[str])


async def import_calendar(store: RedisCalendar, text: bytes, timezone: str) -> Imported:
    """Replace the calendar and tell what has changed; raises as `put_calendar`."""
    before = await store.calendar()
    version, left_out = await put_calendar(store, text, timezone)
    known, found = uids_in(before.text) if before.text else frozenset[str](), uids_in(text)
    return Imported(version, len(found), len(found - known), len(known - found), text == before.text, left_out)


def export_calendar(calendar: Calendar) -> bytes:
    """Return the calendar as an .ics file."""
    return merge_entries(calendar.text, calendar.entries)


def _taken_over(before: Calendar, revisions: Mapping[str, int]) -> set[str]:
    """Return which entries give way to the file: what it has too, in as new a revision, and what it has no longer."""
    old = uids_in(before.text) if before.text else frozenset[str]()
    return {
        entry.uid
        for entry in before.entries
        if (revisions.get(entry.uid, -1) >= entry.sequence if entry.ics else entry.uid in revisions)
        or (entry.ics and entry.uid in old and entry.uid not in revisions)
    }


def _say_winners(before: Calendar, revisions: Mapping[str, int]) -> Iterator[str]:
    """Yield which of two revisions counts of what was changed here and stands in the file."""
    over = _taken_over(before, revisions)
    for entry in before.entries:
        if entry.ics and entry.uid not in revisions and entry.uid in over:
            yield f"{entry.title}: no longer in the file, so the change that was made here is gone too"
        elif entry.ics and entry.uid in over:
            yield f"{entry.title}: taken from the file, which is at least as new as the change that was made here"
        elif entry.ics and entry.uid in revisions:
            yield f"{entry.title}: stays as it was changed here; the file has it as it was before"


def _check(text: bytes, timezone: str) -> tuple[dict[str, int], list[str]]:
    today = datetime.now(UTC).date()
    week = Schedule(window=Window(start=today, days=7), grid=PERIODS12, timezone=timezone)
    reading = read_calendar([File(NAME, text)], week)
    unread = [left.detail for left in reading.left_out if left.reason is Reason.UNREADABLE]
    return revisions_in(text), [*unread, *reading.notes]
