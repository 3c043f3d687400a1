"""The plan as an .ics file: the placed tasks as events, beside the original calendars if these are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from icalendar import Event

from dayloom.calendars.lines import Block, calendars_in, lines_of
from dayloom.calendars.source import File, Source, open_file
from dayloom.calendars.uid import uids_of
from dayloom.calendars.zone_names import zone_name
from dayloom.calendars.zone_rules import yearly_zone
from state.errors import BadInput
from state.ids import ThreadId
from state.schedule import Position, Schedule, Task
from state.schedule import Source as Origin

PRODUCT: Final = "-//dayloom//dayloom//EN"
HEAD: Final = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")


def write_calendar(schedule: Schedule, thread: ThreadId, *, stamp: datetime, originals: Iterable[Source] = ()) -> bytes:
    """Return an .ics calendar of every placed task; `stamp` is the moment of writing.

    UIDs are those of the thread and SEQUENCE is the schedule's version, so that importing a later plan of the thread
    moves what an earlier one brought, and nothing that another thread did. Times are in UTC where the time zone cannot
    be said by yearly rules. `originals` are copied line by line, but for events an earlier plan brought and this one
    writes anew.
    """
    zone = None if schedule.timezone == "UTC" else yearly_zone(schedule.timezone, schedule.window.start.year)
    uids = uids_of(schedule, thread)
    written = [
        _event(schedule, task, at, uids[task.id], stamp, local=zone is not None) for task, at in placed_tasks(schedule)
    ]
    mine = {str(event["UID"]) for event in written}
    zones, copied = _copy_others([open_file(source) for source in originals], mine)
    if written and zone is not None:
        zones.setdefault(schedule.timezone, zone.to_ical())
    events = [event.to_ical() for event in written]
    head, foot = "\r\n".join([*HEAD, ""]).encode(), b"END:VCALENDAR\r\n"
    return b"".join([head, *zones.values(), *copied, *events, foot])


def placed_tasks(schedule: Schedule) -> Iterator[tuple[Task, Position]]:
    """Yield the tasks that have a place, in the order of time."""
    found = [(task, at) for task in schedule.tasks for at in task.slots[:1] if task.source is Origin.TASK_ITEM]
    yield from sorted(found, key=lambda pair: (pair[1].day, pair[1].slot_start, pair[0].id))


def _event(schedule: Schedule, task: Task, at: Position, uid: str, stamp: datetime, *, local: bool) -> Event:
    event = Event()
    event.add("UID", uid)
    event.add("DTSTAMP", stamp.astimezone(UTC))
    event.add("DTSTART", _moment(schedule.start_of(at.day, at.slot_start), local=local))
    event.add("DTEND", _moment(schedule.end_of(at.day, at.slot_end), local=local))
    event.add("SUMMARY", task.title)
    if task.category:
        event.add("CATEGORIES", [task.category])
    event.add("SEQUENCE", schedule.version)
    event.add("STATUS", "CONFIRMED")
    event.add("TRANSP", "OPAQUE")
    return event


def _moment(when: datetime, *, local: bool) -> datetime:
    """Return it as it is written: in UTC also where the clock shows the same time twice, or never."""
    plain = local and when.replace(fold=0).utcoffset() == when.replace(fold=1).utcoffset()
    return when if plain else when.astimezone(UTC)


def _copy_others(files: Iterable[File], mine: set[str]) -> tuple[dict[str, bytes], list[bytes]]:
    """Return the original time zones by name, and every other component but those written anew, as bytes."""
    zones: dict[str, bytes] = {}
    components: list[bytes] = []
    for file in files:
        for block in blocks_of(file):
            if block.name == "VTIMEZONE":
                _add_zone(file, block, zones)
            elif block.text("UID") not in mine:
                components.append(_bytes(block))
    return zones, components


def blocks_of(file: File) -> Iterator[Block]:
    """Yield the components of an opened calendar file that are whole."""
    for calendar in calendars_in(file, lines_of(file)):
        yield from (block for block in calendar.blocks if block.is_closed)


def _add_zone(file: File, block: Block, zones: dict[str, bytes]) -> None:
    """Keep the zone; a second one of that name must say the same, unless everybody knows the name."""
    name, text = block.text("TZID"), _bytes(block)
    if zones.setdefault(name, text) != text and zone_name(name) is None:
        where = f"{file.name}, line {block.lines[0].number}"
        raise BadInput(f"{where}: the time zone {name!r} is another one than before; write the files apart")


def _bytes(block: Block) -> bytes:
    return b"".join(piece + b"\r\n" for line in block.lines for piece in line.raw.splitlines() if piece)
