"""Tasks from plain text or Markdown: one a line, with length, date and priority where the line ends.

`- [ ] Essay (2h) due Friday !!` is a task, `- [x] …` one that is done; a heading names the category of what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from dayloom.calendars.due import read_span
from dayloom.calendars.length import read_amount
from dayloom.calendars.sheet import MAX_ROWS, Row, Sheet
from dayloom.calendars.source import File, decode
from state.errors import BadInput

_BULLET: Final = re.compile(r"^\s*(?:[-*+•◦–]|\d{1,4}[.)])\s+")
_BOX: Final = re.compile(r"\[(?P<mark>.?)\]\s+|(?P<sign>[☐☑✓✔✅])\s*")
_OPEN: Final = frozenset({"", " ", "☐", ">", "/", "!", "?"})
_HEADING: Final = re.compile(r"\s{0,3}(#{1,6})\s+(?P<text>.*?)\s*#*\s*")
_RULE: Final = re.compile(r"\s*(?:[-*_=]\s*){3,}")
_BRACKETS: Final = re.compile(r"\s*[(\[（]([^()\[\]（）]{1,40})[)\]）]\s*$")
_DUE: Final = re.compile(
    r"[\s,;–—-]*\s(?:due(?: date)?|by|until|deadline|bis|fällig(?: am)?)\b[:\s]\s*(?P<when>[^,;]{1,40})$"
    r"|[\s,;–—-]*\s?(?:截止(?:日期)?|期限)[:：到至\s]*(?P<zh>[^,;，；]{1,30})$"
    r"|\s*📅\s*(?P<sign>[\d-]{8,10})$|\s+@due\((?P<at>[^)]{1,40})\)$|\s+due:(?P<key>\S{1,30})$",
    re.IGNORECASE,
)
_PRIORITY: Final = re.compile(r"\s+(?P<said>!{1,3}|p[0-9]|#?prio(?:rity)?[:\s]\S{1,10}|[🔺⏫🔼🔽⏬])$", re.IGNORECASE)
_SIGNS: Final = {"🔺": "1", "⏫": "2", "🔼": "3", "🔽": "5", "⏬": "7"}
_SEGMENT: Final = re.compile(r"(?:\s*[,;，；]\s*|\s+[–—-]\s+)(?P<said>[^,;，；–—]{1,30})$")
_LENGTH: Final = re.compile(
    r"(?:\s*[:：]\s*|\s+(?:for|takes|dauert)\s+|\s+~)(?P<said>[^,;:–—]{1,30})$|\s+(?P<bare>\d[^,;:–—]{0,20})$",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\d+\s+m|\d+(?:\.\d+)?\s*(?:slots?|periods?|lessons?|blocks?|s|节|节课|d|days?|tage?|weeks?|天|周|日)"
)
"""A number at the end of a title that counts something else than the time it takes."""
_PART_OF: Final = re.compile(r"\d{1,3}(?:[./]\d{1,3})?")
"""Numbers in brackets, such as (1/2), which are a part and no date."""


def list_sheet(file: File) -> Sheet:
    """Return the tasks of an opened text file; raises `BadInput` if there is none in it."""
    text = decode(file)
    lines = list(enumerate(text.splitlines(), 1))
    marked = any(_BULLET.match(line) or _BOX.match(line.strip()) for _, line in lines)
    rows = tuple(_rows(lines, marked=marked, markdown=file.kind in {".md", ".markdown"}))
    if not rows:
        raise BadInput(f"{file.name}: holds no tasks; write one a line, such as '- [ ] Essay (2h) due Friday'")
    if len(rows) > MAX_ROWS:
        raise BadInput(f"{file.name}, {rows[MAX_ROWS].where}: more than {MAX_ROWS} tasks; split the file")
    return Sheet(file.name, rows)


def _rows(lines: list[tuple[int, str]], *, marked: bool, markdown: bool) -> Iterator[Row]:
    """Yield the tasks; in a list with bullets, and in Markdown, other lines are text around it."""
    category = ""
    for number, line in lines:
        if heading := _HEADING.fullmatch(line):
            category = heading["text"]
        elif line.strip() and not _RULE.fullmatch(line) and (_is_marked(line) or not (marked or markdown)):
            cells = _cells(_BULLET.sub("", line, count=1).strip())
            if cells["title"]:
                yield Row(f"line {number}", {"category": category, **cells} if category else cells)


def _is_marked(line: str) -> bool:
    return bool(_BULLET.match(line) or _BOX.match(line.strip()))


def _cells(text: str) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    if box := _BOX.match(text):
        mark = (box["mark"] or box["sign"] or "").strip()
        cells["done"] = None if mark in _OPEN else "cancelled" if mark == "-" else "done"
        text = text[box.end() :]
    while (rest := _shorten(text, cells)) != text:
        text = rest
    return {**cells, "title": _without_marks(text)}


def _shorten(text: str, cells: dict[str, Any]) -> str:
    """Return the line without the last thing it says beside its title, which is put into the cells."""
    for read in (_brackets, _due, _priority, _segment, _length):
        rest = read(text, cells)
        if rest is not None and rest.strip():
            return rest.strip()
    return text


def _brackets(text: str, cells: dict[str, Any]) -> str | None:
    found = _BRACKETS.search(text)
    return text[: found.start()] if found and _took(re.split(r"[,;，]\s+", found[1]), cells) else None


def _took(parts: list[str], cells: dict[str, Any]) -> bool:
    """Tell whether all parts say a length or a date that is still missing, and put them into the cells."""
    found: dict[str, str] = {}
    for part in parts:
        is_date = not _PART_OF.fullmatch(part) and _is_date(part)
        field = "duration" if _is_length(part) else "deadline" if is_date else None
        if field is None or field in cells or field in found:
            return False
        found[field] = part
    cells.update(found)
    return True


def _due(text: str, cells: dict[str, Any]) -> str | None:
    found = _DUE.search(text)
    when = next(filter(None, found.groups()), "") if found else ""
    if found is None or "deadline" in cells or not _is_date(when):
        return None
    cells["deadline"] = when
    return text[: found.start()]


def _priority(text: str, cells: dict[str, Any]) -> str | None:
    found = _PRIORITY.search(text)
    if found is None or "priority" in cells:
        return None
    said = found["said"]
    cells["priority"] = _SIGNS.get(said, re.sub(r"^#?prio(?:rity)?[:\s]", "", said, flags=re.IGNORECASE))
    return text[: found.start()]


def _segment(text: str, cells: dict[str, Any]) -> str | None:
    found = _SEGMENT.search(text)
    return text[: found.start()] if found and _took([found["said"]], cells) else None


def _length(text: str, cells: dict[str, Any]) -> str | None:
    found = _LENGTH.search(text)
    if found is None or "duration" in cells:
        return None
    said = found["said"] or found["bare"]
    if not _is_length(said) or (found["bare"] and _COUNTED.fullmatch(said.casefold())):
        return None
    cells["duration"] = said
    return text[: found.start()]


def _is_length(text: str) -> bool:
    amount = read_amount(text)
    return amount is not None and amount.unit is not None


def _is_date(text: str) -> bool:
    return read_span(text, date(2000, 1, 1)) is not None


def _without_marks(text: str) -> str:
    """Return a title without what Markdown writes around words that stand out."""
    plain = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    return re.sub(r"(\*\*|__|~~|`)(.+?)\1", r"\2", plain).strip()
