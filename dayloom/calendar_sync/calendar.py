"""A user's calendar between the store, which keeps it, and the files it comes from and goes to."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from dayloom.calendars import File, Reason, merge_entries, read_calendar, uids_in
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

    Raises BadInput for what is no calendar at all, and MatchFailed.
    """
    uids, unread = await asyncio.to_thread(_check, text, timezone)
    for _ in range(ATTEMPTS):
        before = await store.calendar()
        if match is not None and before.version not in match:
            raise MatchFailed(f"the calendar has version {before.version} now; fetch it again", current=before.version)
        try:
            return await store.put(text, before=before, taken_over=sorted(uids & before.uids)), unread
        except MovedOn:
            continue
    raise MovedOn("The calendar is being changed all the time; try again.")


def export_calendar(calendar: Calendar) -> bytes:
    """Return the calendar as an .ics file."""
    return merge_entries(calendar.text, calendar.entries)


def _check(text: bytes, timezone: str) -> tuple[frozenset[str], list[str]]:
    today = datetime.now(UTC).date()
    week = Schedule(window=Window(start=today, days=7), grid=PERIODS12, timezone=timezone)
    reading = read_calendar([File(NAME, text)], week)
    unread = [left.detail for left in reading.left_out if left.reason is Reason.UNREADABLE]
    return uids_in(text), [*unread, *reading.notes]
