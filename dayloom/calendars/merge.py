"""A calendar as given, with the entries that drafts have brought; everything else stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from pathlib import PurePath
from typing import Final

from icalendar import Event

from dayloom.calendars.lines import Block, Line, calendars_in, lines_of
from dayloom.calendars.source import File, Source, clean, open_file
from dayloom.calendars.write import HEAD
from dayloom.calendars.zone_names import zone_name
from dayloom.calendars.zone_rules import yearly_zone
from state.calendar_commit import CalendarEntry

CALENDAR_NAME: Final = "X-WR-CALNAME"
NAME: Final = "calendar.ics"
"""What complaints call the calendar."""
_DIGITS: Final = 10
_IN_ZONE: Final = re.compile(r"^DTSTART;TZID=([^\":;]+):(\d{4})", re.MULTILINE)
_EMPTY: Final = "\r\n".join([*HEAD, "END:VCALENDAR", ""]).encode()


def merge_entries(text: bytes, entries: Sequence[CalendarEntry], *, status: str = "CONFIRMED") -> bytes:
    """Return the calendar with these entries; one in the text with the same UID gives way.

    An event that was changed stands where it stood, in its own calendar of several; what is new stands at the end.
    """
    if not entries:
        return text or _EMPTY
    file = open_file(File(NAME, text or _EMPTY))
    lines = lines_of(file)
    written = {entry.uid: entry.ics.encode() if entry.ics else _event(entry, status).to_ical() for entry in entries}
    changed = {entry.uid for entry in entries if entry.ics}
    blocks = [block for calendar in calendars_in(file, lines) for block in calendar.blocks]
    superseded = {line.number for block in blocks if _uid(block) in written for line in block.lines}
    places = {_uid(block): block.lines[0].number for block in reversed(blocks) if _uid(block) in changed}
    instead = {number: written.pop(uid) for uid, number in places.items()}
    kept = [line for line in lines if line.number not in superseded or line.number in instead]
    ends = {entry.uid: _end_of(entry.calendar, file, lines) for entry in entries if entry.calendar}
    inside: dict[int, bytes] = {}
    for uid, number in ends.items():
        if number is not None and uid in written:
            inside[number] = inside.get(number, b"") + written.pop(uid)
    zones = b"".join(_missing_zones(blocks, entries))
    at = _place(kept, blocks)
    pieces = [inside.get(line.number, b"") + instead.get(line.number, _raw(line)) for line in kept]
    return b"".join([*pieces[:at], zones, *written.values(), *pieces[at:]])


def _end_of(calendar: str, file: File, lines: list[Line]) -> int | None:
    """Return the line that ends the calendar of a name; None when there is none."""
    named = [one for one in calendars_in(file, lines) if one.text(CALENDAR_NAME) == calendar]
    begins = {line.number for one in named for line in one.head}
    inside = False
    for line in lines:
        inside = inside or line.number in begins
        if inside and line.ends == "VCALENDAR":
            return line.number
    return None


def _missing_zones(blocks: Sequence[Block], entries: Sequence[CalendarEntry]) -> Iterator[bytes]:
    """Yield the time zones that events which were added are written in and the calendar does not say."""
    known = {block.text("TZID") for block in blocks if block.name == "VTIMEZONE"}
    used = {zone: int(year) for entry in entries for zone, year in _IN_ZONE.findall(entry.ics)}
    for zone, year in used.items():
        if zone not in known and zone_name(zone) == zone and (rules := yearly_zone(zone, year)) is not None:
            yield rules.to_ical()


def revisions_in(text: bytes) -> dict[str, int]:
    """Return the newest revision of everything that stands in a calendar, by its UID; raises `BadInput`."""
    found: dict[str, int] = {}
    file = open_file(File(NAME, text))
    for block in (block for calendar in calendars_in(file, lines_of(file)) for block in calendar.blocks):
        written = block.text("SEQUENCE")
        sequence = int(written) if written.isdecimal() and len(written) < _DIGITS else 0
        found[_uid(block)] = max(found.get(_uid(block), 0), sequence)
    return found


def join_calendars(sources: Iterable[Source]) -> bytes:
    """Return several calendar files as one text; raises `BadInput` for one that is no calendar.

    Of several, one that has no name is called as its file.
    """
    files = [open_file(source) for source in sources]
    return b"".join(_named(file, lines_of(file)) if len(files) > 1 else _text(file, lines_of(file)) for file in files)


def _text(file: File, lines: list[Line]) -> bytes:
    calendars_in(file, lines)
    return file.data if file.data.endswith(b"\n") else file.data + b"\r\n"


def _named(file: File, lines: list[Line]) -> bytes:
    text = _text(file, lines)
    if any(calendar.text(CALENDAR_NAME) for calendar in calendars_in(file, lines)):
        return text
    begin = lines[0].raw
    at = text.index(begin) + len(begin)
    return text[:at] + f"{CALENDAR_NAME}:{clean(PurePath(file.name).stem)}\r\n".encode() + text[at:]


def uids_in(text: bytes) -> frozenset[str]:
    """Return the UIDs of what stands in a calendar; raises `BadInput`."""
    return frozenset(revisions_in(text))


def _place(lines: list[Line], blocks: list[Block]) -> int:
    """Return where entries are whole ones of the calendar: at its end, or before a component that was left open."""
    broken = {block.lines[0].number for block in blocks if not block.is_closed}
    ends = (at for at, line in enumerate(lines) if line.ends == "VCALENDAR" or line.number in broken)
    return next(ends, len(lines))


def _uid(block: Block) -> str:
    return clean(block.text("UID"))


def _raw(line: Line) -> bytes:
    return b"".join(piece + b"\r\n" for piece in line.raw.splitlines())


def _event(entry: CalendarEntry, status: str) -> Event:
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", entry.at.astimezone(UTC))
    event.add("DTSTART", entry.start.astimezone(UTC))
    event.add("DTEND", entry.end.astimezone(UTC))
    event.add("SUMMARY", clean(entry.title))
    if category := clean(entry.category):
        event.add("CATEGORIES", [category])
    event.add("SEQUENCE", entry.sequence)
    event.add("STATUS", status)
    event.add("TRANSP", "OPAQUE")
    return event
