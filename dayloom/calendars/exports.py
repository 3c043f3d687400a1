"""Lists as task programs export them, where a row or a number means something else than in other tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from dayloom.calendars.sheet import Row, Sheet

_TICKTICK: Final = {"0": None, "1": "5", "3": "3", "5": "1"}
"""TickTick counts priorities from 0 (none) and 1 (low) to 5 (high)."""


def adapt(sheet: Sheet, header: Sequence[str], cells: Sequence[Sequence[str]]) -> Sheet:
    """Return the list of a table, with this header and these cells, as other tables would say it."""
    names = [name.strip().casefold() for name in header]
    if {"type", "content", "indent"} <= set(names):
        table = [dict(zip(names, line, strict=False)) for line in cells]
        return replace(sheet, rows=tuple(_todoist(zip(sheet.rows, table, strict=True))))
    if {"list name", "is check list", "priority"} <= set(names):
        return replace(sheet, rows=tuple(map(_ticktick, sheet.rows)))
    return sheet


def _todoist(rows: Iterable[tuple[Row, Mapping[str, str]]]) -> Iterator[Row]:
    """Yield the tasks of Todoist's template: a section names the category of what follows, comments are passed over.

    A deadline goes before the date, on which the work is planned there.
    """
    section = ""
    for row, line in rows:
        kind = line.get("type", "").casefold()
        if kind == "section":
            section = line["content"]
        elif kind == "task" or row.faults:
            due = row.cells.get("deadline") or line.get("date")
            yield replace(row, cells={"category": section, **row.cells, "deadline": due})


def _ticktick(row: Row) -> Row:
    given = str(row.cells.get("priority", ""))
    done = "done" if row.cells.get("done") in {"1", "2"} else None
    return replace(row, cells={**row.cells, "priority": _TICKTICK.get(given, given), "done": done})
