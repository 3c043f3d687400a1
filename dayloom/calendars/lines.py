"""The lines of an iCalendar file, before anything is understood: unfolded, numbered, and properly nested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from icalendar.parser import Contentline

from dayloom.calendars.source import File, not_utf8
from state.errors import BadInput

MAX_DEPTH: Final = 8
ENTRY_DEPTH: Final = 2
"""An entry stands directly in its calendar."""
MAX_EVENTS: Final = 20_000
"""Components of a calendar file that are entries: more would keep the machine busy for many seconds."""
MAX_LINE: Final = 1_000_000
"""Bytes of one line with all its folds."""
_PHYSICAL: Final = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|(?<=[^\r\n])\Z)")
"""One line of the file and its end, found one at a time: a file of nothing but folds has millions of them."""
_NAME: Final = re.compile(r"([A-Za-z0-9_.-]+)[:;]")


class Line(Contentline):
    """An unfolded content line that knows where it stands: `number` counts the file's lines from 1."""

    number: int
    raw: bytes

    @classmethod
    def at(cls, number: int, text: str, raw: bytes) -> Line:
        """Return the line with its place and the bytes it was made of."""
        line = cls(text)
        line.number, line.raw = number, raw
        return line

    @property
    def name(self) -> str | None:
        """The property's name in upper case; None when this is not a content line at all."""
        found = _NAME.match(self)
        return found[1].upper() if found else None

    @property
    def begins(self) -> str | None:
        """The name of the component that begins here."""
        return self._named("BEGIN:")

    @property
    def ends(self) -> str | None:
        """The name of the component that ends here."""
        return self._named("END:")

    def _named(self, keyword: str) -> str | None:
        return self[len(keyword) :].strip().upper() if self[: len(keyword)].upper() == keyword else None


@dataclass
class _Open:
    name: str
    line: int


def lines_of(file: File) -> list[Line]:
    """Return the logical lines of an opened file; refuses one whose components are not closed in order."""
    lines = list(_unfolded(file))
    if not lines:
        raise BadInput(f"{file.name}: is empty; export the calendar again")
    if lines[0].begins != "VCALENDAR":
        raise BadInput(f"{file.name}, line {lines[0].number}: not a calendar; the first line must be BEGIN:VCALENDAR")
    _check_nesting(file, lines)
    return lines


def _unfolded(file: File) -> Iterator[Line]:
    """Join folded lines as bytes, because a fold may stand inside a character."""
    number, content, raw = 1, bytearray(), bytearray()
    for count, found in enumerate(_PHYSICAL.finditer(file.data), 1):
        text = found[1]
        if text[:1] in (b" ", b"\t") and raw:
            content += text[1:]
            raw += found[0]
            if len(raw) > MAX_LINE:
                raise BadInput(f"{file.name}, line {number}: goes on for more than {MAX_LINE} bytes; shorten its text")
            continue
        yield from _line(file, number, content, raw)
        number, content, raw = count, bytearray(text), bytearray(found[0])
    yield from _line(file, number, content, raw)


def _line(file: File, number: int, content: bytearray, raw: bytearray) -> Iterator[Line]:
    if not content.strip():
        return
    try:
        yield Line.at(number, content.decode("utf-8"), bytes(raw))
    except UnicodeDecodeError as error:
        raise not_utf8(file, number, error) from error


def _check_nesting(file: File, lines: list[Line]) -> None:
    stack: list[_Open] = []
    entries = 0
    for line in lines:
        here = f"{file.name}, line {line.number}"
        if name := line.begins:
            stack.append(_Open(name, line.number))
            entries += len(stack) == ENTRY_DEPTH
            if entries > MAX_EVENTS:
                raise BadInput(f"{here}: more than {MAX_EVENTS:,} entries; export a shorter period")
            if len(stack) > MAX_DEPTH:
                raise BadInput(f"{here}: components are nested deeper than {MAX_DEPTH}; export the calendar again")
        elif name := line.ends:
            _close(here, name, stack)
        elif not stack:
            raise BadInput(f"{here}: stands outside of BEGIN:VCALENDAR … END:VCALENDAR; remove it")
    if stack:
        left = stack[-1]
        raise BadInput(
            f"{file.name}, line {left.line}: {left.name} begins here and never ends; "
            f"add END:{left.name}, or export the calendar again (the file may be cut off)"
        )


def _close(here: str, name: str, stack: list[_Open]) -> None:
    if not stack:
        raise BadInput(f"{here}: END:{name} without BEGIN:{name}; remove the line")
    if stack[-1].name != name:
        raise BadInput(
            f"{here}: END:{name}, but {stack[-1].name} from line {stack[-1].line} is still open; "
            f"add END:{stack[-1].name} before it"
        )
    stack.pop()


def blocks(lines: list[Line], name: str) -> Iterator[list[Line]]:
    """Yield the lines of each component of that name, its own first and last line included."""
    block: list[Line] = []
    for line in lines:
        if block or line.begins == name:
            block.append(line)
        if block and line.ends == name:
            yield block
            block = []
