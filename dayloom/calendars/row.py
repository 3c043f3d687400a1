"""Rows of a table as tasks; what is wrong with them is collected and said together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from dayloom.calendars.cells import Cells
from dayloom.calendars.field import READERS, REQUIRED, Length
from dayloom.calendars.reading import Reading
from dayloom.calendars.source import clean
from state.errors import BadInput
from state.schedule import Source, Task

SHOWN: Final = 10
"""How many faults of one file are told at once."""
MAX_ROWS: Final = 5_000


@dataclass
class Faults:
    """What is wrong in one file, in the order it was found."""

    name: str
    found: list[str] = field(default_factory=list[str])

    def add(self, where: str, what: str) -> None:
        """Note one more fault."""
        self.found.append(f"{where}: {what}")

    def settle(self) -> None:
        """Refuse the file if there were any."""
        if not self.found:
            return
        shown = self.found[:SHOWN]
        more = len(self.found) - len(shown)
        rest = [f"and {more} more"] if more else []
        raise BadInput(f"{self.name}, " + f"\n{self.name}, ".join([*shown, *rest]))


@dataclass(frozen=True)
class Row:
    """One task as it was written: where it stands, its fields by lower-case name, and its id when it has one."""

    where: str
    cells: Mapping[str, Any]
    id: str = ""


def unknown_field(name: str) -> str | None:
    """Return what is wrong with a field name, and which one was probably meant; None for a known one."""
    if name in READERS:
        return None
    near = get_close_matches(name, READERS, n=1, cutoff=0.5)
    cure = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(READERS)}"
    return f"unknown field {clean(name, limit=60)!r}; {cure}"


def read_rows(rows: Iterable[Row], faults: Faults, cells: Cells) -> Reading:
    """Return the tasks of a table; raises `BadInput` with everything that is wrong in it."""
    tasks: list[Task] = []
    notes: list[str] = []
    taken: dict[str, int] = {}
    for count, row in enumerate(rows):
        if count >= MAX_ROWS:
            raise BadInput(f"{faults.name}, {row.where}: more than {MAX_ROWS} tasks; split the file")
        values = _values(row, faults, cells)
        if values and all(name in values for name in REQUIRED):
            tasks.append(_task(values, taken, row.id))
            notes.extend(_note(values, cells))
    faults.settle()
    return Reading(tasks=tuple(tasks), notes=tuple(notes))


def _values(row: Row, faults: Faults, cells: Cells) -> dict[str, Any]:
    values: dict[str, Any] = {}
    given = {name: value for name, value in row.cells.items() if value is not None and value != ""}
    for name in REQUIRED:
        if name not in given:
            faults.add(row.where, f"{name} is missing; every task needs {' and '.join(REQUIRED)}")
    for name, value in given.items():
        try:
            values[name] = READERS[name](value, cells)
        except (ValueError, OverflowError) as error:
            faults.add(row.where, f"{name} {error}")
    return values


def _task(values: dict[str, Any], taken: dict[str, int], id_: str) -> Task:
    known = f"{values.get('category', '')}/{values['title']}"
    taken[known] = taken.get(known, 0) + 1
    length: Length = values["duration"]
    fields = {name: value for name, value in values.items() if name not in {"duration", "time_range"}}
    return Task(
        id=1,
        source=Source.TASK_ITEM,
        source_id=id_ or (known if taken[known] == 1 else f"{known}#{taken[known]}"),
        duration=length.slots,
        slot_range=values.get("time_range"),
        **fields,
    )


def _note(values: dict[str, Any], cells: Cells) -> list[str]:
    length: Length = values["duration"]
    if length.minutes is None:
        return []
    return [slots_note(values["title"], length.minutes, length.slots, cells)]


def slots_note(title: str, minutes: int, slots: int, cells: Cells) -> str:
    """Return how a length of time was turned into slots."""
    return f"{title}: {minutes} minutes taken as {slots} x {cells.slot_minutes} minutes"
