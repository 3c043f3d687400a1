"""Rows of a list as tasks; a row that cannot be read is left out by name, and the others are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from dayloom.calendars.field import READERS, Length, read_length
from dayloom.calendars.interpret import bare_note, interpret, manner_of, read_progress
from dayloom.calendars.reading import LeftOut, Reading, Reason
from dayloom.calendars.sheet import Row, Sheet
from dayloom.calendars.source import clean
from state.blocks import in_blocks
from state.cells import Cells
from state.repetitions import repetitions
from state.schedule import Repeat, Schedule, Source, Task

_SHOWN: Final = 3
_SETTLED: Final = {"done": Reason.COMPLETED, "cancelled": Reason.CANCELLED}
_APART: Final = frozenset({"duration", "time_range"})
"""What a row says in another form than a task has it."""


def read_sheet(sheet: Sheet, cells: Cells, today: date) -> Reading:
    """Return the tasks of a list as somebody wrote it, with what was read how and which rows could not be."""
    rows, notes = understood(sheet, cells, today)
    return read_rows(rows, sheet.name, cells) + Reading(notes=tuple(notes))


def understood(sheet: Sheet, cells: Cells, today: date) -> tuple[list[Row], list[str]]:
    """Return the open and settled rows of a list in the form that is kept, and how they were read."""
    manner = manner_of(sheet.rows, cells, today)
    notes = [*sheet.notes, *(f"{sheet.name}: {told}" for told in bare_note(sheet.rows, manner, cells))]
    rows: list[Row] = []
    for row in sheet.rows:
        kept, told = interpret(row, manner)
        rows.append(kept)
        if read_progress(row.cells.get("done")) is None:
            notes += [_note(sheet.name, row, name, said) for name, said in told]
    notes += _short_note(sheet.name, rows)
    return rows, list(dict.fromkeys(notes))


def without_progress(row: Row) -> Row:
    """Return the row without what only says how far the task has come."""
    return replace(row, cells={name: value for name, value in row.cells.items() if name != "done"})


def _note(name: str, row: Row, field: str, told: str) -> str:
    """Return a note of one row; what a priority means is told once for the list."""
    return f"{name}: {told}" if field == "priority" else f"{_title(row)}: {told}"


def read_rows(rows: Iterable[Row], name: str, cells: Cells) -> Reading:
    """Return the tasks of rows in the form that is kept."""
    tasks: list[Task] = []
    left: list[LeftOut] = []
    notes: list[str] = []
    taken: Counter[str] = Counter()
    for row in rows:
        if reason := _SETTLED.get(read_progress(row.cells.get("done")) or ""):
            left.append(LeftOut(_title(row), row.id, reason))
            continue
        values, faults = _values(row, cells)
        if faults:
            detail = f"{name}, {row.where}: {'; '.join(faults)}"
            left.append(LeftOut(_title(row), row.id, Reason.UNREADABLE, detail))
            continue
        length: Length = values.setdefault("duration", Length(1))
        own = values.pop("repeat", None), *(values.pop(name, None) for name in ("min_block", "max_block"))
        task = _task(values, taken, row.id)
        expanded = list(_expand(cells.week, task, *own))
        if not expanded:
            detail = f"{name}, {row.where}: the task cannot be split into such blocks; widen min_block and max_block"
            left.append(LeftOut(_title(row), row.id, Reason.UNREADABLE, detail))
            continue
        without = row.cells.get("without", ())
        tasks += [one for one in expanded if one.source_id not in without]
        notes += [] if length.minutes is None else [slots_note(values["title"], length.minutes, length.slots, cells)]
    return Reading(tasks=tuple(tasks), left_out=tuple(left), notes=tuple(notes))


def _values(row: Row, cells: Cells) -> tuple[dict[str, Any], list[str]]:
    """Return the fields of a row, and what is wrong with it."""
    values: dict[str, Any] = {}
    faults = list(row.faults)
    if not _given(row, "title"):
        faults.append("title is missing; every task needs one")
    for name, value in row.cells.items():
        if name not in READERS or not _given(row, name) or any(fault.startswith(f"{name} ") for fault in row.faults):
            continue
        reader = read_length if name == "duration" and _given(row, "max_block") else READERS[name]
        try:
            values[name] = reader(value, cells)
        except (ValueError, OverflowError) as error:
            faults.append(f"{name} {error}")
    return values, faults


def _expand(week: Schedule, task: Task, rule: Repeat | None, least: int | None, most: int | None) -> Iterator[Task]:
    """Yield the tasks that one row stands for: itself, its blocks, or one for each time it comes."""
    if rule is not None and task.period is not None:
        yield task.model_copy(update={"repeat": rule})
    elif rule is not None:
        yield from repetitions(week, task, rule)
    elif most is not None and task.duration > most:
        yield from in_blocks(week, task, least or 1, most)
    else:
        yield task


def _given(row: Row, name: str) -> bool:
    value = row.cells.get(name)
    return value is not None and value != ""


def _task(values: dict[str, Any], taken: Counter[str], id_: str) -> Task:
    known = f"{values.get('category', '')}/{values['title']}"
    taken[known] += 1
    length: Length = values["duration"]
    fields = {name: value for name, value in values.items() if name not in _APART}
    return Task(
        id=1,
        source=Source.TASK_ITEM,
        source_id=id_ or (known if taken[known] == 1 else f"{known}#{taken[known]}"),
        duration=length.slots,
        minutes=length.minutes,
        slot_range=values.get("time_range"),
        **fields,
    )


def _title(row: Row) -> str:
    return clean(str(row.cells.get("title") or "")) or "(no title)"


def _short_note(name: str, rows: Iterable[Row]) -> Iterator[str]:
    waiting = (row for row in rows if not row.faults and read_progress(row.cells.get("done")) is None)
    titles = [_title(row) for row in waiting if _given(row, "title") and not _given(row, "duration")]
    if titles:
        more = f" and {len(titles) - _SHOWN} more" if len(titles) > _SHOWN else ""
        yield f"{name}: no duration is given for {', '.join(titles[:_SHOWN])}{more}; taken as 1 slot each"


def slots_note(title: str, minutes: int, slots: int, cells: Cells) -> str:
    """Return how a length of time was turned into slots."""
    return f"{title}: {minutes} minutes taken as {slots} x {cells.week.slot_minutes} minutes"
