"""Changes of events as entries of the calendar that is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from dayloom.calendar_sync.calendar import export_calendar
from dayloom.calendars import File, change_event
from dayloom.calendars.merge import NAME
from dayloom.stores.owner.calendar import Calendar
from state.calendar_commit import CalendarEntry
from state.event_edit import EventEdit


def changed_entries(calendar: Calendar, events: Iterable[EventEdit], timezone: str) -> list[CalendarEntry]:
    """Return events as they become, each once however often it changes; those that are not kept here are left out.

    Raises CalendarChanged when one is not as the edit knows it.
    """
    at = datetime.now(UTC).replace(microsecond=0)
    written = {entry.uid: entry for entry in calendar.entries}
    found: dict[str, CalendarEntry] = {}
    for event in (one for one in events if one.kept):
        text = export_calendar(Calendar(text=calendar.text, entries=tuple((written | found).values())))
        new, facts = change_event(File(NAME, text), event, at, timezone), event.now or event.facts
        found[event.uid] = CalendarEntry(
            uid=event.uid,
            title=facts.title,
            category=facts.category,
            start=facts.start.astimezone(UTC),
            end=facts.end.astimezone(UTC),
            sequence=new.sequence,
            at=at,
            ics=new.text.decode("utf-8", "replace"),
        )
    return list(found.values())
