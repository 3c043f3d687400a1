"""A calendar as given, with the entries that drafts have brought; everything else stays byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Final

from icalendar import Event

from dayloom.calendars.lines import Line, lines_of
from dayloom.calendars.source import File, clean, open_file
from dayloom.calendars.write import HEAD, top_blocks, value_of
from state.calendar_commit import CalendarEntry

NAME: Final = "calendar.ics"
"""What complaints call the calendar."""
_EMPTY: Final = "\r\n".join([*HEAD, "END:VCALENDAR", ""]).encode()


def merge_entries(text: bytes, entries: Sequence[CalendarEntry]) -> bytes:
    """Return the calendar with these entries; one in the text with the same UID gives way."""
    if not entries:
        return text or _EMPTY
    file = open_file(File(NAME, text or _EMPTY))
    lines = lines_of(file)
    mine = {entry.uid for entry in entries}
    superseded = {line.number for block in top_blocks(lines) if _uid(block) in mine for line in block}
    kept = [line for line in lines if line.number not in superseded]
    last = max(at for at, line in enumerate(kept) if line.ends == "VCALENDAR")
    written = b"".join(_event(entry).to_ical() for entry in entries)
    return b"".join([*map(_raw, kept[:last]), written, *map(_raw, kept[last:])])


def uids_in(text: bytes) -> frozenset[str]:
    """Return the UIDs of what stands in a calendar; raises `BadInput`."""
    return frozenset(_uid(block) for block in top_blocks(lines_of(open_file(File(NAME, text)))))


def _uid(block: list[Line]) -> str:
    return clean(value_of(block, "UID"))


def _raw(line: Line) -> bytes:
    return b"".join(piece + b"\r\n" for piece in line.raw.splitlines())


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", entry.at.astimezone(UTC))
    event.add("DTSTART", entry.start.astimezone(UTC))
    event.add("DTEND", entry.end.astimezone(UTC))
    event.add("SUMMARY", clean(entry.title))
    if category := clean(entry.category):
        event.add("CATEGORIES", [category])
    event.add("SEQUENCE", entry.sequence)
    event.add("STATUS", "CONFIRMED")
    event.add("TRANSP", "OPAQUE")
    return event
