"""The lines of one VEVENT, of which some are replaced and all others stay byte for byte."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from icalendar import vText
from icalendar.parser import Contentline

from dayloom.calendars.lines import Block, Line
from dayloom.calendars.people import attendee_line, same_person
from dayloom.calendars.source import clean
from state.errors import BadInput
from state.event_edit import EventFacts

LENGTH: Final = frozenset({"DTEND", "DURATION"})
_REVISION: Final = frozenset({"SEQUENCE", "DTSTAMP", "LAST-MODIFIED"})
_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?")
_ZONE: Final = re.compile(r';TZID=("[^"]*"|[^;:]*)', re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True)
class EventLines:
    """What a VEVENT says of itself, then what stands inside it, such as alarms; new lines are plain text."""

    own: tuple[str, ...]
    inside: tuple[Line, ...] = ()

    @classmethod
    def of(cls, block: Block) -> EventLines:
        """Return the lines of a component."""
        own = tuple(block.own)
        numbers = {line.number for line in own}
        return cls(own, tuple(line for line in block.lines[1:-1] if line.number not in numbers))

    def all(self, name: str) -> list[str]:
        """Return the lines of a property."""
        return [line for line in self.own if _name(line) == name]

    def first(self, name: str) -> str:
        """Return the first line of a property; empty when it is not there."""
        return next(iter(self.all(name)), "")

    def having(self, *lines: str, without: Collection[str] = ()) -> EventLines:
        """Return them without some properties, and with these lines at the end."""
        kept = tuple(line for line in self.own if _name(line) not in without)
        return replace(self, own=(*kept, *lines))

    def revised(self, sequence: int, at: datetime) -> EventLines:
        """Return them as the revision of a moment."""
        stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        new = (f"SEQUENCE:{sequence}", f"DTSTAMP:{stamp}", f"LAST-MODIFIED:{stamp}")
        return self.having(*new, without=_REVISION)

    def saying(self, was: EventFacts | None, now: EventFacts, like: EventLines | None = None) -> EventLines:
        """Return them with what differs between `was` and `now`, times left out.

        Of an instance of the series `like` only what it says as the series does.
        """
        found, people = self, was.attendees if was else ()
        for name, before, after in (
            ("SUMMARY", was and was.title, now.title),
            ("LOCATION", was and was.location, now.location),
            ("CATEGORIES", was and was.category, now.category),
        ):
            if before != after and (like is None or like.first(name) == self.first(name)):
                found = found.having(*([f"{name}:{_text(after)}"] if after else []), without={name})
        return found if people == now.attendees else found._inviting(people, now.attendees)

    def _inviting(self, was: Collection[str], now: Collection[str]) -> EventLines:
        there = self.all("ATTENDEE")
        gone = set(same_person(there, [one for one in was if one not in now]))
        new = [attendee_line(one) for one in now if not list(same_person(there, [one]))]
        return replace(self, own=(*(line for line in self.own if line not in gone), *new))

    def to_bytes(self) -> bytes:
        """Return them as a component of a file."""
        return b"".join([b"BEGIN:VEVENT\r\n", *map(_bytes, self.own), *map(_bytes, self.inside), b"END:VEVENT\r\n"])


def time_line(name: str, moment: datetime, *, whole_day: bool, like: str = "", zone: tzinfo | None = None) -> str:
    """Return a property that is a time, in the form of the line `like`, whose times are in `zone`; else in UTC."""
    if whole_day:
        return f"{name};VALUE=DATE:{moment:%Y%m%d}"
    if not like or zone is None or like.upper().endswith("Z") or "VALUE=DATE:" in like.upper():
        return f"{name}:{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    named = _ZONE.search(like)
    return f"{name}{named[0] if named else ''}:{moment.astimezone(zone):%Y%m%dT%H%M%S}"


def shift_line(line: str, by: timedelta) -> str:
    """Return a line with every time in it moved; raises BadInput where a time is written in another way."""
    head, _, value = line.rpartition(":")
    if not _TIME.search(value):
        raise BadInput(f"{clean(line, limit=60)!r} is written in a form that cannot be moved")
    return f"{head}:{_TIME.sub(lambda found: shift_time(found, by), value)}"


def shift_time(found: re.Match[str], by: timedelta) -> str:
    """Return one written time moved by the clock on the wall; a date by whole days."""
    numbers = [int(part) for part in found.groups() if part is not None]
    form = "%Y%m%dT%H%M%S" if len(numbers) > 3 else "%Y%m%d"
    return f"{datetime(*numbers) + by:{form}}"  # pyright: ignore[reportArgumentType]


def written_times(lines: Iterable[str]) -> list[str]:
    """Return the times in lines as they are written."""
    return [found[0] for line in lines for found in _TIME.finditer(line.rpartition(":")[2])]


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[0].upper() if found else ""


def _text(said: str) -> str:
    return vText(clean(said)).to_ical().decode()


def _bytes(line: str) -> bytes:
    if isinstance(line, Line):
        return b"".join(piece + b"\r\n" for piece in line.raw.splitlines() if piece)
    return Contentline(line).to_ical() + b"\r\n"
