"""What a draft is as entries of the calendar, and whether the calendar has room for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from dayloom.calendar_sync.calendar import export_calendar
from dayloom.calendars import File, read_calendar, uid_of
from dayloom.calendars.merge import NAME
from dayloom.stores.owner.calendar import Calendar
from state.calendar_commit import CalendarEntry
from state.ids import ThreadId
from state.schedule import Schedule, Task


def entries_of(schedule: Schedule, tasks: Sequence[Task], thread: ThreadId, *, sequence: int) -> list[CalendarEntry]:
    """Return placed tasks as entries of the calendar; the same task gets the same UID whichever thread plans it."""
    at = datetime.now(UTC).replace(microsecond=0)
    shared = Counter(task.source_id for task in schedule.tasks)
    return [
        CalendarEntry(
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
    events = read_calendar([File(NAME, export_calendar(calendar))], week).events
    return [
        f"{event.title} is now where the draft has {task.title}"
        for event in events
        if event.source_id not in own and not event.can_embed
        for at in event.slots
        if (event.source_id, at) not in known
        for task in tasks
        if any(at.overlaps(there) for there in task.slots)
    ]
