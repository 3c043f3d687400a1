"""The files of a plan: what to read, onto which days, and where the result goes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

from pydantic import ValidationError

from dayloom.calendar_sync.calendar import export_calendar
from dayloom.calendar_sync.ended_tasks import open_rows
from dayloom.calendar_sync.new_schedule import DEFAULT_DAYS, first_whole_day
from dayloom.calendars import File, LeftOut, Loaded, Reading, Reason, empty_week, schedule_from, write_calendar
from dayloom.calendars.merge import NAME
from dayloom.cli.terminal import Terminal, one_line
from dayloom.settings import Settings, known_zone
from dayloom.stores.owner.calendar import Calendar
from dayloom.wiring import new_run_id, utc_now
from state.errors import BadInput
from state.ids import ThreadId
from state.limits import NO_LIMITS, HoursLimit
from state.schedule import GRIDS, WORKDAY, GridName, Schedule, Slot, Task, grid_within
from state.schedule import Source as Origin
from state.task_item import TaskItem

COUNTED: Final = {
    Reason.OUTSIDE_WINDOW,
    Reason.NOT_PLANNED,
    Reason.DUPLICATE,
    Reason.OUTDATED,
    Reason.NO_TIME,
}
"""Why something is left out that nobody misses: it is counted, not listed."""


Stored: TypeAlias = tuple[Calendar, tuple[TaskItem, ...]]
"""The calendar and the tasks that are kept for the person."""


@dataclass(frozen=True)
class Request:
    """What the person gave beside the message; None means as before, or the default.

    `buffer` and `notice` are in minutes.
    """

    calendars: tuple[Path, ...] = ()
    tasks: tuple[Path, ...] = ()
    start: date | None = None
    days: int | None = None
    grid: GridName | None = None
    hours: str | None = None
    timezone: str | None = None
    max_hours_a_day: float | None = None
    buffer: int | None = None
    work_hours: str | None = None
    notice: int | None = None
    past: bool = False
    span_pauses: bool = False
    verbose: bool = False
    quiet: bool = False

    @property
    def has_files(self) -> bool:
        """Tell whether there is anything to read."""
        return bool(self.calendars or self.tasks)

    @property
    def has_week(self) -> bool:
        """Tell whether days, slots, limits or time zone were named."""
        frame = (self.start, self.days, self.grid, self.hours, self.timezone)
        return self.past or self.span_pauses or bool(self.limits) or any(one is not None for one in frame)

    @property
    def limits(self) -> dict[str, Any]:
        """What was said of the hours of these days; raises BadInput."""
        most, said = self.max_hours_a_day, dict[str, Any]()
        if self.work_hours:
            try:
                said["hours"] = (HoursLimit(hours=self.work_hours),)
            except ValidationError as wrong:
                raise BadInput(f"--work-hours {self.work_hours!r} are no hours; write such as 09:00-18:00") from wrong
        lengths = {
            "most_minutes": None if most is None else int(most * 60),
            "buffer": self.buffer,
            "notice": self.notice,
        }
        return said | {name: value for name, value in lengths.items() if value is not None}


@dataclass(frozen=True)
class Beginning:
    """What a message comes with: a schedule, the version of calendar and tasks that it follows, and how it was read.

    `seen` is None for a schedule that stays as it was given.
    """

    schedule: Schedule
    seen: str | None = None
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def json(self) -> dict[str, list[str]]:
        """How the files were read, for scripts."""
        return {"left_out": [str(one) for one in self.left_out], "notes": list(self.notes)}


def load_files(request: Request, settings: Settings, previous: Schedule | None, stored: Stored | None) -> Loaded:
    """Read the files onto the days that were asked for; raises BadInput.

    A kind that was not given stays as `previous` has it, ids and places too, or is what is `stored` for the person.
    """
    week = _week(request, settings, previous)
    calendar, items = stored if stored and previous is None else (None, ())
    found = schedule_from(
        request.calendars or ([File(NAME, export_calendar(calendar))] if calendar else []),
        request.tasks,
        rows=[] if request.tasks else open_rows(items),
        listed={item.id for item in items},
        kept=_reading_before(request, week, previous) if previous else Reading(),
        start=week.window.start,
        days=week.window.days,
        grid=week.grid,
        timezone=week.timezone,
        daily_cap=week.window.daily_cap,
        buffer=week.window.buffer,
        allow_past=request.past,
        span_pauses=request.span_pauses,
        previous=previous,
        addresses=settings.address,
        now=settings.in_zone(week.timezone).now(),
    )
    limits = (previous.limits if previous else NO_LIMITS).model_copy(update=request.limits)
    usual = previous.usual if previous else calendar.limits if calendar else NO_LIMITS
    return replace(found, schedule=found.schedule.with_limits(limits, usual))


def _week(request: Request, settings: Settings, previous: Schedule | None) -> Schedule:
    """Return the days and slots that were asked for, with nothing on them."""
    timezone = request.timezone or (previous.timezone if previous else settings.timezone)
    if not known_zone(timezone):
        raise BadInput(f"There is no time zone {timezone!r}; use an IANA name such as Europe/Berlin.")
    grid, before = _grid(request, previous), previous.window if previous else None
    now = settings.in_zone(timezone).now()
    start = request.start or (before.start if before else first_whole_day(now, grid[0].start.hour))
    days = request.days if request.days is not None else before.days if before else DEFAULT_DAYS
    cap, buffer = (before.daily_cap, before.buffer) if before else (None, 0)
    return empty_week(grid, timezone, start=start, days=days, daily_cap=cap, buffer=buffer)


def _grid(request: Request, previous: Schedule | None) -> tuple[Slot, ...]:
    if request.hours:
        try:
            return grid_within(request.grid or "half-hours", request.hours)
        except ValueError as wrong:
            raise BadInput(f"--hours: {wrong}") from wrong
    return GRIDS[request.grid] if request.grid else previous.grid if previous else WORKDAY


def _reading_before(request: Request, week: Schedule, previous: Schedule) -> Reading:
    """Return what was on the schedule of the kind that was not given; on other days or slots it must be given anew."""
    same_slots = (week.grid, week.timezone) == (previous.grid, previous.timezone)
    same_days = week.window.start == previous.window.start and week.window.days <= previous.window.days
    if not request.calendars and not (same_slots and same_days):
        raise BadInput("The days or slots are others than before; give the calendar again, too (--calendar).")
    if not request.tasks and not same_slots:
        raise BadInput("The slots or the time zone are others than before; give the tasks again, too (--tasks).")
    events = [task for task in previous.tasks if task.source is Origin.EVENT and not request.calendars]
    tasks = [task for task in previous.tasks if task.source is Origin.TASK_ITEM and not request.tasks]
    return Reading(tuple(filter(None, (_on(task, week) for task in events))), tuple(tasks))


def _on(event: Task, week: Schedule) -> Task | None:
    """Return an event with what of it lies on the days of a week that is no longer than before; None for nothing."""
    slots = tuple(at for at in event.slots if at.day <= week.window.days)
    return event.model_copy(update={"slots": slots}) if slots else None


def tell_left_out(terminal: Terminal, found: Loaded, request: Request) -> None:
    """Say on stderr what of the files is not on the schedule, and what was taken otherwise than written.

    What nobody would miss is counted only, unless everything is asked for.
    """
    if request.quiet:
        return
    listed = [one for one in found.left_out if request.verbose or one.reason not in COUNTED]
    counted = Counter(str(one.reason) for one in found.left_out if one not in listed)
    if listed or counted:
        terminal.note("Left out of the plan:", "bold")
        _list(terminal, map(str, listed))
        _list(terminal, [_say_counted(counted)] if counted else [])
    if found.notes:
        terminal.note("Taken otherwise than written:", "bold")
        _list(terminal, found.notes)


def _say_counted(counted: Mapping[str, int]) -> str:
    said = ", ".join(f"{number} {reason}" for reason, number in counted.items())
    return f"{said} (--verbose lists them)"


def _list(terminal: Terminal, lines: Iterable[str]) -> None:
    for line in lines:
        terminal.note(f"  {one_line(line)}", "dim")


def check_output(out: Path | None) -> None:
    """Refuse a file that cannot be written before any work is done for it; raises BadInput."""
    if out is None:
        return
    if out.suffix.lower() != ".ics":
        raise BadInput(f"{out}: the plan is written as a calendar; name a file that ends in .ics")
    if out.is_dir() or not out.absolute().parent.is_dir() or not os.access(out.absolute().parent, os.W_OK):
        raise BadInput(f"{out}: cannot be written there; name a file in a folder that exists and is yours to write in")


def write_output(schedule: Schedule, thread: ThreadId, out: Path) -> None:
    """Write the placed tasks as an .ics file, whole or not at all."""
    write_whole(out, write_calendar(schedule, thread, stamp=utc_now()))


def write_whole(out: Path, data: bytes) -> None:
    """Write a file, whole or not at all."""
    draft = out.with_name(f".{out.name}.{new_run_id()}")
    draft.write_bytes(data)
    draft.replace(out)
