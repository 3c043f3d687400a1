"""Who takes part in an event and where it is, out of lines that are not read for every entry of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from icalendar import vText

from dayloom.calendars.lines import Line
from dayloom.calendars.source import clean
from state.schedule import MOST_ATTENDEES

MAX_PERSON: Final = 200
MAX_LOCATION: Final = 200
NO_ADDRESS: Final = "invalid:nomail"
"""What calendar programs write for somebody whose address they do not know."""
_PARTS: Final = re.compile(r'((?:[^":]|"[^"]*")*):(.*)', re.DOTALL)
"""Name with parameters, in whose quotes a colon may stand, and value."""
_NAME: Final = re.compile(r';CN=("[^"]*"|[^;:]*)', re.IGNORECASE)


def people_of(lines: Iterable[Line], name: str) -> tuple[str, ...]:
    """Return the people of ATTENDEE or ORGANIZER, as `Anna Lee <anna@example.org>`; rooms are none of them."""
    found = (person_of(line) for line in lines if line.name == name and not _is_thing(line))
    return tuple(dict.fromkeys(filter(None, found)))[:MOST_ATTENDEES]


def person_of(line: str) -> str:
    """Return name and address of one of them, as far as they are said."""
    address, called = address_of(line), ""
    if said := _NAME.search(_PARTS.sub(r"\1", line)):
        called = clean(said[1].strip('"'), limit=MAX_PERSON // 2)
    if not called or called.casefold() == address.casefold():
        return address
    return f"{called} <{address}>" if address else called


def address_of(line: str) -> str:
    """Return the e-mail address; empty when there is none."""
    found = _PARTS.fullmatch(line)
    value = clean(found[2], limit=MAX_PERSON // 2) if found else ""
    kind, _, rest = value.partition(":")
    return rest.strip() if kind.lower() == "mailto" else "" if ":" in value else value


def location_of(lines: Iterable[Line]) -> str:
    """Return where an event is, as one clean line."""
    found = (
        clean(text_value(_PARTS.sub(r"\2", str(line))), limit=MAX_LOCATION) for line in lines if line.name == "LOCATION"
    )
    return next(found, "")


def text_value(written: str) -> str:
    """Return a text as it is meant, which iCalendar writes with backslashes."""
    return str(vText.from_ical(written))


def attendee_line(person: str) -> str:
    """Return the line that invites somebody, given as `Anna Lee <anna@example.org>`, as an address or as a name."""
    called, _, address = person.rstrip(">").rpartition("<")
    if not called and "@" in address:
        return f"ATTENDEE:mailto:{address.strip()}"
    name, address = (called, address) if called else (address, "")
    quoted = '"' + clean(name).replace('"', "'") + '"'
    return f"ATTENDEE;CN={quoted}:{f'mailto:{address.strip()}' if address else NO_ADDRESS}"


def _is_thing(line: Line) -> bool:
    return any(f"CUTYPE={kind}" in line.upper() for kind in ("ROOM", "RESOURCE"))


def same_person(lines: Iterable[str], people: Iterable[str]) -> Iterator[str]:
    """Yield the lines of those who are among these people."""
    known = {person.casefold() for person in people}
    yield from (line for line in lines if {person_of(line).casefold(), address_of(line).casefold()} & known)
