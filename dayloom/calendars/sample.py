"""The sample week that comes with the package: a student's timetable and tasks, made up."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Final

from dayloom.calendars.source import File
from dayloom.calendars.zone_rules import yearly_zone

_FOLDER: Final = files("dayloom") / "sample"
_ZONE: Final = re.compile(r"BEGIN:VTIMEZONE.*END:VTIMEZONE\r?\n", re.DOTALL)
_CALENDAR_DATE: Final = re.compile(r"(?<=[:=])20\d{6}(?!\d)")
_LISTED_DATE: Final = re.compile(r"20\d\d-\d\d-\d\d")


@dataclass(frozen=True)
class Sample:
    """The files of the sample week, and the week they are about."""

    calendar: File
    tasks: File
    start: date = date(2026, 11, 23)
    days: int = 7
    timezone: str = "Europe/Berlin"


def sample_week() -> Sample:
    """Return the sample week."""
    return Sample(calendar=sample_file("week.ics"), tasks=sample_file("tasks.csv"))


def sample_from(today: date, timezone: str) -> Sample:
    """Return the sample week as it would be from the next Monday on, today included, on the clocks of a time zone."""
    sample = sample_week()
    start = today + timedelta(days=-today.weekday() % 7)
    later = start - sample.start
    calendar = _CALENDAR_DATE.sub(_moved(later, "%Y%m%d"), sample.calendar.data.decode())
    zone = yearly_zone(timezone, start.year)
    rules = zone.to_ical().decode() if zone else ""
    calendar = _ZONE.sub(lambda _: rules, calendar).replace(f"TZID={sample.timezone}", f"TZID={timezone}")
    tasks = _LISTED_DATE.sub(_moved(later, "%Y-%m-%d"), sample.tasks.data.decode())
    files = File(sample.calendar.name, calendar.encode()), File(sample.tasks.name, tasks.encode())
    return Sample(*files, start=start, days=sample.days, timezone=timezone)


def _moved(later: timedelta, form: str) -> Callable[[re.Match[str]], str]:
    """Return what writes a date that was found so much later."""
    return lambda found: (datetime.strptime(found[0], form) + later).strftime(form)


def sample_file(name: str) -> File:
    """Return one sample file: `week.ics`, `tasks.csv` or `tasks.yaml`."""
    return File(name, (_FOLDER / name).read_bytes())
