"""What a file of tasks holds before it is understood: rows of cells by field, each with where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dayloom.calendars.columns import Column

MAX_ROWS: Final = 5_000
_BARE: Final = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Row:
    """One task as it was written: where it stands, its fields by name, its id when it has one, and what is wrong."""

    where: str
    cells: Mapping[str, Any]
    id: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The rows of one file in their order; `notes` tell which columns were read as what."""

    name: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def row_of(where: str, written: Iterable[tuple[Column, Any]], faults: Iterable[str] = ()) -> Row:
    """Return a row of what its columns hold; a bare length gets the unit that a column names."""
    cells: dict[str, Any] = {}
    for column, value in written:
        cells[column.field] = value
        if column.unit is not None and column.field == "duration":
            cells[column.field] = _with_unit(value, column.unit)
    if unit := cells.pop("unit", None):
        cells["duration"] = _with_unit(cells.get("duration"), unit)
    return Row(where, cells, faults=tuple(faults))


def _with_unit(value: Any, unit: str) -> Any:
    return f"{value} {unit}" if _BARE.fullmatch(str(value or "").strip()) else value
