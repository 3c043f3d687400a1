"""Tasks from CSV: a header row, then one task per row; separated by comma, semicolon, tab or bar.

Lines above the header are passed over; a row whose quotation marks do not match is left out alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from dayloom.calendars.columns import Columns, columns_of
from dayloom.calendars.exports import adapt
from dayloom.calendars.sheet import MAX_ROWS, Row, Sheet, row_of
from dayloom.calendars.source import File, clean, decode
from state.errors import BadInput

_SEPARATORS: Final = ",;\t|"
_SAID: Final = re.compile(r'"?sep=(.)"?[ \t]*\r?\n', re.IGNORECASE)
"""The first line of a table for Excel, which says how it is separated."""
_ABOVE: Final = 10
"""How many lines may stand above the header."""
_LONGEST: Final = 500
"""How many lines one row may go over; more than that is a quotation mark that was left open."""


@dataclass(frozen=True)
class _Record:
    """One row of cells; `fault` when they cannot be told apart."""

    number: int
    cells: list[str]
    fault: str = ""


def table_sheet(file: File) -> Sheet:
    """Return the rows of an opened CSV file, counted as a spreadsheet does; raises `BadInput` if it is no list."""
    records = [record for record in _records(decode(file)) if record.fault or any(record.cells)]
    header = _header(records)
    if header is None:
        raise BadInput(_no_header(file.name, records))
    columns = columns_of(records[header].cells)
    rows = records[header + 1 :]
    if len(rows) > MAX_ROWS:
        raise BadInput(f"{file.name}, row {rows[MAX_ROWS].number}: more than {MAX_ROWS} tasks; split the file")
    above = [f"passed over {header} line{'s' if header > 1 else ''} above the header"] if header else []
    notes = tuple(f"{file.name}: {told}" for told in (*above, *columns.notes()))
    sheet = Sheet(file.name, tuple(_row(record, columns) for record in rows), notes)
    return adapt(sheet, records[header].cells, [record.cells for record in rows])


def _records(text: str) -> Iterator[_Record]:
    said = _SAID.match(text)
    text = text[said.end() :] if said else text
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    separator = said[1] if said else _separator(lines)
    at = number = 0
    while at < len(lines):
        number += 1
        reader = csv.reader(islice(lines, at, at + _LONGEST), delimiter=separator, strict=True)
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield _Record(number, [lines[at].strip()], f"{error}; close every quotation mark")
            at += 1
            continue
        yield _Record(number, cells)
        at += reader.line_num


def _separator(lines: list[str]) -> str:
    """Return what separates the first line that has separators outside of quotation marks."""
    for line in lines[:_ABOVE]:
        plain = re.sub(r'"[^"]*"', "", line)
        if any(one in plain for one in _SEPARATORS):
            return max(_SEPARATORS, key=plain.count)
    return ","


def _header(records: list[_Record]) -> int | None:
    """Return which row names the columns: the first with one for the titles, lower down with another beside it."""
    for at, record in enumerate(records[:_ABOVE]):
        fields = columns_of(record.cells).fields
        if not record.fault and "title" in fields and (at == 0 or len(fields) > 1):
            return at
    return None


def _no_header(name: str, records: list[_Record]) -> str:
    example = "a header such as title,duration,category,deadline"
    if not records:
        return f"{name}, row 1: is empty; begin with {example}"
    first = records[0]
    said = ", ".join(repr(clean(cell, limit=40)) for cell in first.cells[:5])
    return f"{name}, row {first.number}: none of {said} names the column of the titles; begin with {example}"


def _row(record: _Record, columns: Columns) -> Row:
    cells = record.cells
    written = [(column, cells[at]) for at, column in columns.known.items() if at < len(cells)]
    if record.fault:
        return row_of(f"row {record.number}", written, [record.fault])
    spare = [cell for cell in cells[columns.width :] if cell]
    wrong = [f"has a cell without a column ({spare[0][:40]!r}); quote text that has separators"] if spare else []
    return row_of(f"row {record.number}", written, wrong)
