"""A user's calendar and tasks between the store, which keeps them, and the files, which are read."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from dayloom.calendars import (
    MAX_ROWS,
    File,
    Row,
    empty_week,
    read_calendar,
    read_listed,
    schedule_from,
    uid_of,
    uids_in,
    woven,
)
from dayloom.calendars.weave import NAME
from dayloom.stores.calendar_book import Calendar, CalendarBook
from state.booking import Booked, Receipt
from state.errors import BadInput, KeyReused, MatchFailed, MovedOn
from state.ids import ThreadId
from state.schedule import PERIODS12, Schedule, Slot, Task, Window
from state.task_item import TaskItem

DEFAULT_DAYS: Final = 7
LARGEST_NUMBER: Final = 2**53
ATTEMPTS: Final = 8
"""How often a change starts again when the calendar was changed by somebody else in between."""


async def put_calendar(book: CalendarBook, text: bytes, timezone: str, *, match: Collection[int] | None = None) -> int:
    """Replace the calendar and return its version; raises BadInput naming the line, and MatchFailed."""
    uids = await asyncio.to_thread(_checked, text, timezone)
    for _ in range(ATTEMPTS):
        before = await book.calendar()
        if match is not None and before.version not in match:
            raise MatchFailed(f"the calendar has version {before.version} now; fetch it again", current=before.version)
        try:
            return await book.put(text, before=before, taken_over=sorted(uids & before.uids))
        except MovedOn:
            continue
    raise MovedOn("The calendar is being changed all the time; try again.")


def exported(calendar: Calendar) -> bytes:
    """Return the calendar as an .ics file."""
    return woven(calendar.text, calendar.booked)


async def schedule_of(
    book: CalendarBook,
    now: datetime,
    *,
    timezone: str,
    start: date | None = None,
    days: int = DEFAULT_DAYS,
    grid: Sequence[Slot] = PERIODS12,
    daily_cap: int | None = None,
    buffer: int = 0,
) -> Schedule | None:
    """Return the user's calendar and tasks as the schedule of a new thread; None when there are neither.

    The window begins on the next whole day unless `start` says otherwise. Raises BadInput when tasks do not fit it.
    """
    calendar, tasks = await book.calendar(), await book.tasks()
    if not (calendar.text or calendar.booked or tasks):
        return None
    first = start or first_whole_day(now, grid[0].start.hour)
    loaded = await asyncio.to_thread(
        schedule_from,
        [File(NAME, exported(calendar))],
        [],
        start=first,
        days=days,
        grid=grid,
        timezone=timezone,
        daily_cap=daily_cap,
        buffer=buffer,
        rows=[as_row(task) for task in tasks],
    )
    return loaded.schedule


def first_whole_day(now: datetime, first_hour: int) -> date:
    """Return today while its slots are all ahead, else tomorrow."""
    return now.date() if now.hour < first_hour else now.date() + timedelta(days=1)


async def add_tasks(
    book: CalendarBook, rows: Sequence[Row], now: datetime, *, timezone: str, key: str | None = None
) -> tuple[TaskItem, ...]:
    """Add tasks, all or none, and return them with their ids; a key that was used before returns what it added then.

    Raises BadInput with everything that is wrong, KeyReused and TooLarge.
    """
    if not rows or len(rows) > MAX_ROWS:
        raise BadInput(f"give at least one task and at most {MAX_ROWS}")
    week = empty_week(PERIODS12, timezone, start=now.date(), days=DEFAULT_DAYS)
    read_listed(rows, week)
    fields = [dict(_plain(row)) for row in rows]
    added = now.astimezone(UTC)
    items = [
        TaskItem(id=f"task-{secrets.token_hex(5)}", added=added, number=number, fields=each)
        for number, each in enumerate(fields, 1)
    ]
    request = hashlib.sha256(repr(fields).encode("utf-8", "replace")).hexdigest()
    receipt = Receipt(request=request, answer={"tasks": [item.model_dump(mode="json") for item in items]})
    kept = await book.add(items, key=key, receipt=receipt)
    if kept.request != request:
        raise KeyReused("this Idempotency-Key was used for another request; take a new one")
    return tuple(TaskItem.model_validate(each) for each in kept.answer["tasks"])


def as_row(task: TaskItem) -> Row:
    """Return a stored task as the row it was read from."""
    return Row(str(task.fields.get("title", task.id)), task.fields, task.id)


def entries_of(schedule: Schedule, tasks: Sequence[Task], thread: ThreadId, *, sequence: int) -> list[Booked]:
    """Return placed tasks as entries of the calendar; the same task gets the same UID whichever thread plans it."""
    at = datetime.now(UTC).replace(microsecond=0)
    shared = Counter(task.source_id for task in schedule.tasks)
    return [
        Booked(
            uid=uid_of(task.source_id if task.source_id and shared[task.source_id] == 1 else f"{thread}/{task.id}"),
            title=task.title,
            category=task.category,
            start=schedule.start_of(there.day, there.slot_start).astimezone(UTC),
            end=schedule.end_of(there.day, there.slot_end).astimezone(UTC),
            sequence=sequence,
            at=at,
        )
        for task in tasks
        for there in task.slots[:1]
    ]


def clashes(calendar: Calendar, schedule: Schedule, tasks: Sequence[Task], own: frozenset[str]) -> list[str]:
    """Return what now lies in the calendar where the draft has something; what the draft knows of is not told again."""
    known = {(task.source_id, at) for task in schedule.tasks for at in task.slots}
    week = schedule.model_copy(update={"tasks": ()})
    events = read_calendar([File(NAME, exported(calendar))], week).events
    return [
        f"{event.title} is now where the draft has {task.title}"
        for event in events
        if event.source_id not in own and not event.can_embed
        for at in event.slots
        if (event.source_id, at) not in known
        for task in tasks
        if any(at.overlaps(there) for there in task.slots)
    ]


def _checked(text: bytes, timezone: str) -> frozenset[str]:
    today = datetime.now(UTC).date()
    week = Schedule(window=Window(start=today, days=DEFAULT_DAYS), grid=PERIODS12, timezone=timezone)
    read_calendar([File(NAME, text)], week)
    return uids_in(text)


def _plain(row: Row) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a row as plain data that fits the store."""
    for name, value in row.cells.items():
        if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
            raise BadInput(f"{row.where}: {name} is too large a number; write a smaller one")
        if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
            raise BadInput(f"{row.where}: {name} holds half a character; write it again")
        if value is not None and value != "":
            yield name, value.isoformat() if isinstance(value, date) else value
