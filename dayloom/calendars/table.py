"""Tasks from CSV: a header row, then one task per row; separated by comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from dayloom.calendars.cells import Cells
from dayloom.calendars.field import REQUIRED
from dayloom.calendars.reading import Reading
from dayloom.calendars.row import Faults, Row, read_rows, unknown_field
from dayloom.calendars.source import File, decode
from state.errors import BadInput

_SEPARATORS: Final = ",;\t"


def read_table(file: File, cells: Cells) -> Reading:
    """Return the tasks of an opened CSV file."""
    faults = Faults(file.name)
    return read_rows(table_rows(file, faults), faults, cells)


def table_rows(file: File, faults: Faults) -> Iterator[Row]:
    """Yield the rows of an opened CSV file, counted as a spreadsheet does, the header being row 1."""
    lines = _lines(file)
    header = [name.strip().lower().replace(" ", "_") for name in next(lines, [])]
    _check_header(header, faults)
    yield from _rows(header, lines, faults)


def _lines(file: File) -> Iterator[list[str]]:
    text = decode(file)
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    done = 0
    try:
        for line in reader:
            yield [cell.strip() for cell in line]
            done += 1
    except csv.Error as error:
        raise BadInput(
            f"{file.name}, row {done + 1} (line {reader.line_num}): {error}; close every quotation mark"
        ) from error


def _check_header(header: list[str], faults: Faults) -> None:
    if not any(header):
        raise BadInput(f"{faults.name}, row 1: is empty; begin with a header such as title,duration,category,deadline")
    for name in header:
        if header.count(name) > 1 and f"row 1: column {name!r} is there twice; remove one" not in faults.found:
            faults.add("row 1", f"column {name!r} is there twice; remove one")
        elif name and (fault := unknown_field(name)):
            faults.add("row 1", fault)
    for name in REQUIRED:
        if name not in header:
            faults.add("row 1", f"the column {name!r} is missing; add it")
    faults.settle()


def _rows(header: list[str], lines: Iterator[list[str]], faults: Faults) -> Iterator[Row]:
    for number, line in enumerate(lines, 2):
        if not any(line):
            continue
        spare = [cell for name, cell in zip([*header, *[""] * len(line)], line, strict=False) if not name and cell]
        if spare:
            faults.add(
                f"row {number}", f"has a cell without a column ({spare[0][:40]!r}); quote text that has separators"
            )
        yield Row(f"row {number}", {name: cell for name, cell in zip(header, line, strict=False) if name})
