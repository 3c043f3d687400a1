"""What a draft would add to the calendar, as a calendar of its own: every entry is tentative."""

from __future__ import annotations

import hashlib

from dayloom.calendar_sync.entries import entries_of
from dayloom.calendars import merge_entries
from dayloom.stores.owner.calendar import Calendar
from state.ids import ThreadId
from state.preview import Preview
from state.schedule import Source


def is_planned(preview: Preview) -> bool:
    """Tell whether work was placed in a draft, applied or not."""
    return any(task.source is Source.TASK_ITEM and task.slots for task in preview.schedule.tasks)


def draft_version(thread: ThreadId, preview: Preview) -> str:
    """Return what names this state of a draft among those of all threads."""
    return hashlib.sha256(f"{preview.version}/{thread}".encode()).hexdigest()[:16]


def export_draft(thread: ThreadId, preview: Preview) -> bytes:
    """Return what the draft of a thread would add, as an .ics file; SEQUENCE grows with the draft."""
    schedule = preview.schedule
    entries = entries_of(schedule, tuple(schedule.suggested), thread, Calendar(version=preview.version))
    return merge_entries(b"", entries, status="TENTATIVE")
