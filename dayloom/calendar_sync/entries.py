"""What a draft is as entries of the calendar, and whether the calendar has room for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from dayloom.calendar_sync.calendar import export_calendar
from dayloom.calendars import File, read_calendar, revisions_in, uid_before, uids_of
from dayloom.calendars.merge import NAME
from dayloom.stores.owner.calendar import Calendar
from state.calendar_commit import CalendarEntry
from state.ids import ThreadId
from state.preview import Clash
from state.schedule import Schedule, Task


def entries_of(schedule: Schedule, tasks: Sequence[Task], thread: ThreadId, calendar: Calendar) -> list[CalendarEntry]:
    """Return placed tasks as the entries of the calendar that this thread writes, one for each task.

    A task that the thread has written before keeps its UID, and its SEQUENCE grows.
    """
    at, uids = datetime.now(UTC).replace(microsecond=0), uids_of(schedule, thread)
    known = revisions_in(calendar.text) if calendar.text else {}
    known |= {entry.uid: entry.sequence for entry in calendar.entries}
    uids |= {task.id: old for task in tasks if (old := _keep_uid(task, uids[task.id], thread, calendar))}
    return [
        CalendarEntry(
            uid=uids[task.id],
            title=task.title,
            category=task.category,
            start=schedule.start_of(there.day, there.slot_start).astimezone(UTC),
            end=schedule.end_of(there.day, there.slot_end).astimezone(UTC),
            sequence=max(calendar.version, known.get(uids[task.id], 0)) + 1,
            at=at,
        )
        for task in tasks
        for there in task.slots[:1]
    ]


def _keep_uid(task: Task, uid: str, thread: ThreadId, calendar: Calendar) -> str | None:
    """Return the UID of before entries belonged to a thread, if this thread may have written the task under it."""
    old = uid_before(task.source_id)
    if not task.source_id or uid in calendar.uids or old not in calendar.uids:
        return None
    writers = [commit.thread for commit in calendar.commits if old in commit.uids]
    return old if writers[-1:] in ([], [thread]) else None


def find_clashes(
    calendar: Calendar,
    schedule: Schedule,
    tasks: Sequence[Task],
    *,
    own: Collection[str] = (),
    addresses: Collection[str] = (),
) -> list[Clash]:
    """Return what now lies in the calendar where the draft has something; what the draft knows of is not told again.

    Entries with a UID of `own` are those that are written anew; `addresses` are the person's own.
    """
    known = {(task.source_id, at) for task in schedule.tasks for at in task.slots}
    week = schedule.model_copy(update={"tasks": ()})
    events = read_calendar([File(NAME, export_calendar(calendar))], week, addresses).events
    return [
        Clash(task_id=task.id, title=task.title, event=event.title)
        for event in events
        if event.source_id not in own and not event.can_embed
        for at in event.slots
        if (event.source_id, at) not in known
        for task in tasks
        if any(at.overlaps(there) for there in task.slots)
    ]
