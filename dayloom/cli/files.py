"""The files of a plan: what to read, onto which days, and where the result goes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dayloom.calendar_sync.new_schedule import DEFAULT_DAYS, first_whole_day
from dayloom.calendars import Loaded, schedule_from, write_calendar
from dayloom.cli.terminal import Terminal, one_line
from dayloom.settings import Settings, known_zone
from dayloom.wiring import new_run_id, utc_now
from state.errors import BadInput
from state.ids import ThreadId
from state.schedule import GRIDS, WORKDAY, Schedule


@dataclass(frozen=True)
class Request:
    """What the person gave beside the message; None means as before, or the default."""

    calendars: tuple[Path, ...] = ()
    tasks: tuple[Path, ...] = ()
    start: date | None = None
    days: int | None = None
    grid: str | None = None
    timezone: str | None = None
    past: bool = False
    span_pauses: bool = False

    @property
    def has_files(self) -> bool:
        """Tell whether there is anything to read."""
        return bool(self.calendars or self.tasks)

    @property
    def has_week(self) -> bool:
        """Tell whether days, slots or time zone were named."""
        given = (self.start, self.days, self.grid, self.timezone)
        return self.past or self.span_pauses or any(one is not None for one in given)


def load_files(request: Request, settings: Settings, previous: Schedule | None) -> Loaded:
    """Read the files onto the days that were asked for, keeping ids and places of `previous`; raises BadInput."""
    timezone = request.timezone or (previous.timezone if previous else settings.timezone)
    if not known_zone(timezone):
        raise BadInput(f"There is no time zone {timezone!r}; use an IANA name such as Europe/Berlin.")
    grid = GRIDS[request.grid] if request.grid else previous.grid if previous else WORKDAY
    now = settings.in_zone(timezone).now()
    start = request.start or (previous.window.start if previous else first_whole_day(now, grid[0].start.hour))
    days = request.days if request.days is not None else previous.window.days if previous else DEFAULT_DAYS
    return schedule_from(
        request.calendars,
        request.tasks,
        start=start,
        days=days,
        grid=grid,
        timezone=timezone,
        allow_past=request.past,
        span_pauses=request.span_pauses,
        previous=previous,
        addresses=settings.address,
        now=now,
    )


def tell_left_out(terminal: Terminal, found: Loaded) -> None:
    """List on stderr what of the files is not on the schedule, and what was taken otherwise than written."""
    for title, lines in (("Left out of the plan", found.left_out), ("Taken otherwise than written", found.notes)):
        if lines:
            terminal.note(f"{title}:", "bold")
            _list(terminal, map(str, lines))


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
    draft = out.with_name(f".{out.name}.{new_run_id()}")
    draft.write_bytes(write_calendar(schedule, thread, stamp=utc_now()))
    draft.replace(out)
