"""The lines of an iCalendar file, before anything is understood: unfolded, numbered, and grouped by component."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from icalendar.parser import Contentline

from dayloom.calendars.source import File, read_text
from state.errors import BadInput

MAX_EVENTS: Final = 20_000
"""Components of a calendar file that are entries: more would keep the machine busy for many seconds."""
MAX_LINE: Final = 1_000_000
"""Bytes of one line with all its folds; what comes after is not looked at."""
_ENTRIES: Final = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})
"""Components that stand directly in a calendar, so that one of them ends another that was left open."""
_PHYSICAL: Final = re.compile(rb"([^\r\n]*)(?:\r+\n|\r|\n|(?<=[^\r\n])\Z)")
"""One line of the file and its end (some programs write CR CR LF), found one at a time: a file of nothing but folds
has millions of them."""
_BOM: Final = b"\xef\xbb\xbf"
_NAME: Final = re.compile(r"([A-Za-z0-9_.-]+)\s*[:;]")


class Line(Contentline):
    """An unfolded content line that knows where it stands: `number` counts the file's lines from 1."""

    number: int
    raw: bytes
    name: str | None
    """The property's name in upper case; None when this is not a content line at all."""
    begins: str | None = None
    """The name of the component that begins here."""
    ends: str | None = None
    """The name of the component that ends here."""

    @classmethod
    def at(cls, number: int, text: str, raw: bytes) -> Line:
        """Return the line with its place and the bytes it was made of."""
        line = cls(text)
        line.number, line.raw = number, raw
        found = _NAME.match(text)
        line.name = found[1].upper() if found else None
        if line.name == "BEGIN":
            line.begins = line._after("BEGIN:")
        elif line.name == "END":
            line.ends = line._after("END:")
        return line

    @property
    def is_cut(self) -> bool:
        """Whether the line went on for longer than is read."""
        return len(self.raw) > MAX_LINE

    @property
    def value(self) -> str:
        """What stands behind the first colon, as it is written."""
        return self.partition(":")[2].strip()

    def _after(self, keyword: str) -> str | None:
        return self[len(keyword) :].strip().upper() if self[: len(keyword)].upper() == keyword else None


@dataclass
class Block:
    """The lines of a component that stands directly in a calendar, and whether its end was found."""

    lines: list[Line]
    is_closed: bool = False

    @property
    def name(self) -> str:
        """The component's name."""
        return self.lines[0].begins or ""

    @property
    def own(self) -> Iterator[Line]:
        """The lines of the component itself, without its first and last, and without what stands inside it."""
        inside: list[str] = []
        for line in self.lines[1:]:
            if line.begins:
                inside.append(line.begins)
            elif line.ends in inside:
                del inside[inside.index(line.ends) :]
            elif not inside and line.ends is None:
                yield line

    def text(self, name: str) -> str:
        """Return a property as it is written; empty when it is not there."""
        found = (line.value for line in self.lines if line.upper().startswith((f"{name}:", f"{name};")))
        return next(found, "")


@dataclass
class CalendarLines:
    """What one BEGIN:VCALENDAR holds: properties of its own, then components."""

    head: list[Line] = field(default_factory=list[Line])
    blocks: list[Block] = field(default_factory=list[Block])

    def text(self, name: str) -> str:
        """Return a property of the calendar as it is written; empty when it is not there."""
        return next((line.value for line in self.head if line.name == name), "")


def lines_of(file: File) -> list[Line]:
    """Return the logical lines of an opened file, from BEGIN:VCALENDAR on; refuses what is no calendar."""
    lines = list(_unfold(file))
    if not lines:
        raise BadInput(f"{file.name}: is empty; export the calendar again")
    begin = next((at for at, line in enumerate(lines) if line.begins == "VCALENDAR"), None)
    if begin is None:
        where = f"{file.name}, line {lines[0].number}"
        raise BadInput(f"{where}: not a calendar; the first line must be BEGIN:VCALENDAR")
    return lines[begin:]


def _unfold(file: File) -> Iterator[Line]:
    """Join folded lines as bytes, because a fold may stand inside a character."""
    number, content, raw = 1, bytearray(), bytearray()
    for count, found in enumerate(_PHYSICAL.finditer(file.data), 1):
        text = found[1]
        if text[:1] in (b" ", b"\t") and raw:
            raw += found[0]
            if len(raw) <= MAX_LINE:
                content += text[1:]
            continue
        yield from _line(number, content, raw)
        number, content, raw = count, bytearray(text[:MAX_LINE].removeprefix(_BOM)), bytearray(found[0])
    yield from _line(number, content, raw)


def _line(number: int, content: bytearray, raw: bytearray) -> Iterator[Line]:
    if content.strip():
        yield Line.at(number, read_text(bytes(content)), bytes(raw))


def calendars_in(file: File, lines: list[Line]) -> list[CalendarLines]:
    """Group the lines by calendar and component; what stands outside of every calendar belongs to none."""
    found: list[CalendarLines] = []
    calendar: CalendarLines | None = None
    block: Block | None = None
    inside: list[str] = []
    entries = 0
    for line in lines:
        begins, ends = line.begins, line.ends
        if begins == "VCALENDAR":
            calendar, block = CalendarLines(), None
            found.append(calendar)
        elif ends == "VCALENDAR" or calendar is None:
            calendar = block = None
        elif begins and (block is None or begins in _ENTRIES):
            entries += 1
            if entries > MAX_EVENTS:
                raise BadInput(
                    f"{file.name}, line {line.number}: more than {MAX_EVENTS:,} entries; export a shorter period"
                )
            block, inside = Block([line]), [begins]
            calendar.blocks.append(block)
        elif block is None:
            calendar.head.append(line)
        else:
            block.lines.append(line)
            if begins:
                inside.append(begins)
            elif ends in inside:
                del inside[inside.index(ends) :]
            if not inside:
                block.is_closed, block = True, None
    return found
