"""Files in, schedule out: the front door of this package."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from pydantic import ValidationError

from dayloom.calendars.carry_over import carry_over
from dayloom.calendars.cells import Cells
from dayloom.calendars.component import title_of
from dayloom.calendars.document import document_rows, read_document
from dayloom.calendars.event import read_events
from dayloom.calendars.parse import Entry, Parsed, parse
from dayloom.calendars.reading import LeftOut, Loaded, Reading, Reason
from dayloom.calendars.row import MAX_ROWS, Faults, Row, read_rows
from dayloom.calendars.source import File, Source, open_file
from dayloom.calendars.table import read_table, table_rows
from dayloom.calendars.todo import read_todos
from dayloom.calendars.uid import WrittenTasks
from state.errors import BadInput
from state.schedule import PERIODS12, Schedule, Slot, Task, Window


def read_calendar(sources: Iterable[Source], week: Schedule, addresses: Iterable[str] = ()) -> Reading:
    """Return the events (and open VTODOs) of .ics files, on the days and slots of `week`.

    What is left out for a reason, or cannot be read, is listed with line and cure, never dropped; raises `BadInput`
    for a file that is no calendar at all. `addresses` are the person's own: what these have declined is not busy.
    """
    cells = Cells(week)
    parsed = [parse(open_file(source)) for source in sources]
    own = frozenset(address.strip().lower().removeprefix("mailto:") for address in addresses)
    events = read_events(_named(parsed, "VEVENT"), cells, own)
    return _numbered_all(sum((one.rest for one in parsed), events + read_todos(_named(parsed, "VTODO"), cells)))


def read_tasks(sources: Iterable[Source], week: Schedule) -> Reading:
    """Return the tasks of .csv, .yaml and .ics (VTODO) files; raises `BadInput`, for a table with all its faults."""
    cells = Cells(week)
    files = [open_file(source) for source in sources]
    tables = [_table_reader(file)(file, cells) for file in files if file.kind != ".ics"]
    return _once([*tables, _todos_of([parse(file) for file in files if file.kind == ".ics"], cells)])


def read_listed(rows: Iterable[Row], week: Schedule) -> Reading:
    """Return tasks that were read before, on the days and slots of `week`; raises `BadInput` with all faults."""
    return read_rows(rows, Faults("tasks"), Cells(week))


def rows_of(file: File) -> list[Row]:
    """Return the tasks of a .csv or .yaml file as they are written there; raises `BadInput`."""
    faults = Faults(file.name)
    read = table_rows if file.kind == ".csv" else document_rows
    rows = list(islice(read(open_file(file), faults), MAX_ROWS + 1))
    faults.settle()
    return rows


def schedule_from(
    calendars: Iterable[Source],
    tasks: Iterable[Source],
    *,
    start: date,
    days: int = 7,
    grid: Sequence[Slot] = PERIODS12,
    timezone: str = "UTC",
    daily_cap: int | None = None,
    buffer: int = 0,
    allow_past: bool = False,
    span_pauses: bool = False,
    previous: Schedule | None = None,
    rows: Iterable[Row] = (),
    addresses: Iterable[str] = (),
) -> Loaded:
    """Return the schedule that files make, and `rows` of tasks beside them.

    With `previous`, entries that are still there keep their ids, and placed tasks their places where these are still
    free; an unchanged schedule comes back as it was, a changed one as its next version. Days that were open although
    past stay so.
    """
    limits = {"daily_cap": daily_cap, "buffer": buffer, "allow_past": allow_past, "span_pauses": span_pauses}
    week = empty_week(grid, timezone, start=start, days=days, **limits)
    if previous is not None and previous.window.start == start:
        week = _open_as(previous.window, week)
    calendar = read_calendar(calendars, week, addresses)
    listed = read_tasks(tasks, week) + read_listed(rows, week)
    return carry_over(_joined(calendar, listed), week, previous)


def _open_as(before: Window, week: Schedule) -> Schedule:
    kept = {"allow_past": week.window.allow_past or before.allow_past, "not_before": before.not_before}
    kept["span_pauses"] = week.window.span_pauses or before.span_pauses
    return week.model_copy(update={"window": week.window.model_copy(update=kept)})


def empty_week(grid: Sequence[Slot], timezone: str, **window: object) -> Schedule:
    """Return days and slots with nothing on them; raises `BadInput`."""
    try:
        return Schedule(window=Window.model_validate(window), grid=tuple(grid), timezone=timezone)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))} {one['msg']}".strip() for one in error.errors())
        raise BadInput(f"no such week: {wrong}") from error


def _named(parsed: Iterable[Parsed], name: str) -> Iterator[Entry]:
    return (entry for one in parsed for entry in one.entries if entry.component.name == name)


def _table_reader(file: File) -> Callable[[File, Cells], Reading]:
    readers = {".csv": read_table, ".tsv": read_table, ".yaml": read_document, ".yml": read_document}
    if file.kind not in readers:
        raise BadInput(f"{file.name}: tasks are read from {', '.join(readers)}, .ics; rename or convert the file")
    return readers[file.kind]


def _todos_of(parsed: Sequence[Parsed], cells: Cells) -> Reading:
    events = tuple(
        LeftOut(title_of(entry.component), entry.uid, Reason.NOT_A_TASK) for entry in _named(parsed, "VEVENT")
    )
    todos = read_todos(_named(parsed, "VTODO"), cells) + Reading(left_out=events)
    return sum((one.rest for one in parsed), todos)


def _once(readings: Iterable[Reading]) -> Reading:
    """Join what several files hold; the same entry in a later file counts once."""
    whole = Reading()
    for reading in readings:
        events, again = _fresh(reading.events, whole.events)
        tasks, more = _fresh(reading.tasks, whole.tasks)
        whole += Reading(events, tasks, reading.left_out + again + more, reading.notes)
    return _numbered_all(whole)


def _numbered_all(whole: Reading) -> Reading:
    return Reading(_numbered(whole.events), _numbered(whole.tasks), whole.left_out, whole.notes)


def _fresh(found: Sequence[Task], known: Sequence[Task]) -> tuple[tuple[Task, ...], tuple[LeftOut, ...]]:
    there = {task.source_id for task in known}
    fresh = tuple(task for task in found if task.source_id not in there)
    again = (LeftOut(task.title, task.source_id, Reason.DUPLICATE) for task in found if task.source_id in there)
    return fresh, tuple(again)


def _numbered(tasks: Iterable[Task]) -> tuple[Task, ...]:
    return tuple(task.model_copy(update={"id": number}) for number, task in enumerate(tasks, 1))


def _joined(calendar: Reading, listed: Reading) -> Reading:
    """Join calendar and task files; a task that an earlier plan has brought into the calendar is not planned again."""
    events = {event.source_id for event in calendar.events}
    written = WrittenTasks(events)
    unread = tuple(one for one in listed.left_out if one.reason is not Reason.NOT_A_TASK or one.uid not in events)
    whole = _once([calendar, Reading(tasks=listed.tasks, left_out=unread, notes=listed.notes)])
    there = [task for task in whole.tasks if task.source_id in written]
    left = tuple(LeftOut(task.title, task.source_id, Reason.IN_CALENDAR) for task in there)
    open_tasks = tuple(task for task in whole.tasks if task not in there)
    return Reading(whole.events, open_tasks, whole.left_out + left, whole.notes)
