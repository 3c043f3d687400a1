"""Files in, schedule out: the front door of this package."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain, count
from typing import Final

from pydantic import ValidationError

from dayloom.calendars.carry_over import carry_over
from dayloom.calendars.component import title_of
from dayloom.calendars.document import document_sheet
from dayloom.calendars.event import read_events
from dayloom.calendars.parse import Entry, Parsed, parse
from dayloom.calendars.plain_list import list_sheet
from dayloom.calendars.reading import LeftOut, Loaded, Reading, Reason
from dayloom.calendars.row import read_rows, read_sheet, understood, without_progress
from dayloom.calendars.sheet import Row, Sheet
from dayloom.calendars.source import File, Source, open_file
from dayloom.calendars.table import table_sheet
from dayloom.calendars.todo import list_todos, read_todos
from dayloom.calendars.uid import WrittenTasks, uid_before, uids_of
from state.cells import Cells
from state.errors import BadInput
from state.ids import ThreadId
from state.schedule import PERIODS12, Position, Schedule, Slot, Status, Task, Window
from state.schedule import Source as Origin
from state.when import say_moment

_SHOWN: Final = 10
"""How many faults are told at once."""
_SHEETS: Final[Mapping[str, Callable[[File], Sheet]]] = {
    ".csv": table_sheet,
    ".tsv": table_sheet,
    ".yaml": document_sheet,
    ".yml": document_sheet,
    ".md": list_sheet,
    ".markdown": list_sheet,
    ".txt": list_sheet,
}


def read_calendar(sources: Iterable[Source], week: Schedule, addresses: Iterable[str] = ()) -> Reading:
    """Return the events (and open VTODOs) of .ics files, on the days and slots of `week`.

    What is left out for a reason, or cannot be read, is listed with line and cure, never dropped; raises `BadInput`
    for a file that is no calendar at all. `addresses` are the person's own: what these have declined is not busy.
    """
    cells = Cells(week)
    parsed = [parse(open_file(source)) for source in sources]
    own = frozenset(address.strip().lower().removeprefix("mailto:") for address in addresses)
    events = read_events(_entries(parsed, "VEVENT"), cells, own)
    return _number_all(sum((one.rest for one in parsed), events + read_todos(_entries(parsed, "VTODO"), cells)))


def read_tasks(sources: Iterable[Source], week: Schedule, now: datetime | None = None) -> Reading:
    """Return the tasks of .csv, .yaml, .md, .txt and .ics (VTODO) files, with how they were read.

    Words such as `tomorrow` are counted from `now`, or else from the first day. A row that cannot be read is left
    out, with where it stands and a cure; raises `BadInput` for a file that is no list of tasks at all.
    """
    cells = Cells(week)
    today = now.astimezone(week.zone).date() if now else week.window.start
    files = [open_file(source) for source in sources]
    lists = [file for file in files if file.kind != ".ics"]
    tables = _tell_apart([read_sheet(sheet_of(file), cells, today) for file in lists], lists)
    return _once([*tables, _todos_of([parse(file) for file in files if file.kind == ".ics"], cells)])


def read_listed(rows: Iterable[Row], week: Schedule) -> Reading:
    """Return tasks in the form that is kept, on the days and slots of `week`; raises `BadInput` with all faults."""
    reading = read_rows(rows, "tasks", Cells(week))
    faults = [left.detail for left in reading.left_out if left.reason is Reason.UNREADABLE]
    if faults:
        more = [f"and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
        raise BadInput("\n".join(faults[:_SHOWN] + more))
    return reading


def understand(source: File | Sheet, week: Schedule, now: datetime) -> tuple[list[Row], Reading]:
    """Return the open tasks of a list in the form that is kept, what is left out of it, and how it was read.

    Raises `BadInput` for a file that is no list of tasks.
    """
    cells = Cells(week)
    sheet, rest = (source, Reading()) if isinstance(source, Sheet) else _listed(open_file(source), cells)
    rows, notes = understood(sheet, cells, now.astimezone(week.zone).date())
    left = read_rows(rows, sheet.name, cells).left_out
    kept = [without_progress(row) for row in rows if read_rows([row], sheet.name, cells).tasks]
    return kept, rest + Reading(left_out=left, notes=tuple(notes))


def _listed(file: File, cells: Cells) -> tuple[Sheet, Reading]:
    """Return the rows of an opened file, and what of a calendar is no open to-do."""
    if file.kind != ".ics":
        return sheet_of(file), Reading()
    parsed = parse(file)
    rows, left = list_todos(_entries([parsed], "VTODO"), cells)
    return Sheet(file.name, rows), left + _not_tasks([parsed]) + parsed.rest


def sheet_of(file: File) -> Sheet:
    """Return the rows of an opened file by the end of its name; raises `BadInput`."""
    if file.kind not in _SHEETS:
        raise BadInput(f"{file.name}: tasks are read from {', '.join(_SHEETS)}, .ics; rename or convert the file")
    return _SHEETS[file.kind](file)


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
    listed: Collection[str] = (),
    kept: Reading | None = None,
    addresses: Iterable[str] = (),
    now: datetime | None = None,
) -> Loaded:
    """Return the schedule that files make, and `rows` of tasks and what is `kept` of another schedule beside them.

    To-dos of the ids `listed` count as rows.

    With `previous`, entries that are still there keep their ids, and placed tasks their places where these are still
    free; an unchanged schedule comes back as it was, a changed one as its next version. Days that were open although
    past stay so. Dates in words (`tomorrow`) are counted from `now`, which also says what is overdue.
    """
    limits = {"daily_cap": daily_cap, "buffer": buffer, "allow_past": allow_past, "span_pauses": span_pauses}
    week = empty_week(grid, timezone, start=start, days=days, **limits)
    if previous is not None and previous.window.start == start:
        week = _open_as(previous.window, week)
    calendar = without_tasks(read_calendar(calendars, week, addresses), listed)
    found = read_tasks(tasks, week, now) + read_listed(rows, week)
    whole = join_readings(calendar, found) + (kept or Reading())
    return carry_over(whole + Reading(notes=tuple(_overdue(whole.tasks, week, now))), week, previous)


def _overdue(tasks: Iterable[Task], week: Schedule, now: datetime | None) -> Iterator[str]:
    """Yield which tasks were due before the first day, or before now while the days are under way."""
    begin = week.start_of(1, 1)
    over = max(begin, now) if now and not week.is_over(now) else begin
    for task in tasks:
        if task.deadline is not None and task.deadline < over:
            due = say_moment(task.deadline.astimezone(week.zone))
            yield f"{task.title}: was due {due}; overdue, so that it comes first and may lie anywhere"


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


def _entries(parsed: Iterable[Parsed], name: str) -> Iterator[Entry]:
    return (entry for one in parsed for entry in one.entries if entry.component.name == name)


def _tell_apart(readings: Iterable[Reading], files: Iterable[File]) -> Iterator[Reading]:
    """Yield the readings with ids of their own: tasks of one name in two lists are two, in one list given twice one."""
    taken: set[str] = set()
    known: set[bytes] = set()
    for reading, file in zip(readings, files, strict=True):
        tasks = reading.tasks if file.data in known else tuple(_rename(task, file, taken) for task in reading.tasks)
        taken |= {task.source_id for task in tasks}
        known.add(file.data)
        yield replace(reading, tasks=tasks)


def _rename(task: Task, file: File, taken: Container[str]) -> Task:
    names = chain([task.source_id], (f"{file.name}{number}:{task.source_id}" for number in chain([""], count(2))))
    return task.model_copy(update={"source_id": next(name for name in names if name not in taken)})


def _todos_of(parsed: Sequence[Parsed], cells: Cells) -> Reading:
    todos = read_todos(_entries(parsed, "VTODO"), cells) + _not_tasks(parsed)
    return sum((one.rest for one in parsed), todos)


def _not_tasks(parsed: Iterable[Parsed]) -> Reading:
    events = _entries(parsed, "VEVENT")
    return Reading(left_out=tuple(LeftOut(title_of(one.component), one.uid, Reason.NOT_A_TASK) for one in events))


def _once(readings: Iterable[Reading]) -> Reading:
    """Join what several files hold; the same entry in a later file counts once."""
    whole = Reading()
    for reading in readings:
        events, again = _fresh(reading.events, whole.events)
        tasks, more = _fresh(reading.tasks, whole.tasks)
        whole += Reading(events, tasks, reading.left_out + again + more, reading.notes)
    return _number_all(whole)


def _number_all(whole: Reading) -> Reading:
    return Reading(_number(whole.events), _number(whole.tasks), whole.left_out, whole.notes)


def _fresh(found: Sequence[Task], known: Sequence[Task]) -> tuple[tuple[Task, ...], tuple[LeftOut, ...]]:
    there = {task.source_id for task in known}
    fresh = tuple(task for task in found if task.source_id not in there)
    again = (LeftOut(task.title, task.source_id, Reason.DUPLICATE) for task in found if task.source_id in there)
    return fresh, tuple(again)


def _number(tasks: Iterable[Task]) -> tuple[Task, ...]:
    return tuple(task.model_copy(update={"id": number}) for number, task in enumerate(tasks, 1))


def without_tasks(calendar: Reading, ids: Collection[str]) -> Reading:
    """Return a reading without the to-dos that stand in the person's list, where more is known of them."""
    return replace(calendar, tasks=tuple(task for task in calendar.tasks if task.source_id not in ids))


def join_readings(calendar: Reading, listed: Reading, own: Mapping[str, Task] | None = None) -> Reading:
    """Join calendar and tasks; a task that an earlier plan has brought into the calendar is not planned again.

    `own` are tasks that the thread itself has written, by UID: each stays a task, where the calendar has it now or
    where the draft has moved it.
    """
    standing = _find_written(calendar.events, own or {})
    kept = {task.source_id: task for task in standing.values() if task.status is Status.EXISTING}
    events = {event.source_id for event in calendar.events} - standing.keys()
    written = WrittenTasks(events)
    unread = tuple(one for one in listed.left_out if one.reason is not Reason.NOT_A_TASK or one.uid not in events)
    around = replace(calendar, events=tuple(event for event in calendar.events if event.source_id in events))
    whole = _once([around, Reading(tasks=listed.tasks, left_out=unread, notes=listed.notes)])
    there = [task for task in whole.tasks if task.source_id in written]
    left = tuple(LeftOut(task.title, task.source_id, Reason.IN_CALENDAR) for task in there)
    open_tasks = [kept.pop(task.source_id, task) for task in whole.tasks if task not in there]
    events = tuple(_as_repetition(event, there) for event in whole.events)
    return Reading(events, (*open_tasks, *kept.values()), whole.left_out + left, whole.notes)


def tasks_written_by(schedule: Schedule, thread: ThreadId) -> dict[str, Task]:
    """Return the tasks that a thread may have written into the calendar, by each UID that they may have there."""
    uids = uids_of(schedule, thread)
    own = [task for task in schedule.tasks if task.source is Origin.TASK_ITEM and task.slots]
    return {uid_before(task.source_id): task for task in own} | {uids[task.id]: task for task in own}


def _find_written(events: Sequence[Task], own: Mapping[str, Task]) -> dict[str, Task]:
    """Return the tasks among `own` that stand in the calendar: as it has them now, or as the draft has moved them."""
    there = [event for event in events if event.source_id in own]
    found = {event.source_id: _as_it_stands(own[event.source_id], event) for event in there}
    return {uid: task for uid, task in found.items() if task is not None}


def _as_it_stands(task: Task, event: Task) -> Task | None:
    """Return a task that was written where its entry lies now; None where it is not what was planned any more."""
    if task.status is not Status.EXISTING or [_where(at) for at in event.slots] == [_where(at) for at in task.slots]:
        return task
    at = event.position
    whole = at is not None and len(event.slots) == 1 and at.start is None and at.length == task.duration
    return task.model_copy(update={"slots": event.slots, "host": None}) if whole else None


def _as_repetition(event: Task, written: Sequence[Task]) -> Task:
    """Return an event as the repetition of a task that another thread has written, from which others keep apart."""
    task = next((one for one in written if one.repeat and one.source_id in WrittenTasks([event.source_id])), None)
    return event.model_copy(update={"parent": task.parent, "repeat": task.repeat}) if task else event


def _where(at: Position) -> tuple[int, int, int]:
    return at.day, at.slot_start, at.slot_end
