"""The sample week that comes with the package: a student's timetable and tasks, made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Final

from dayloom.calendars.source import File

_FOLDER: Final = files("dayloom") / "sample"


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


def sample_file(name: str) -> File:
    """Return one sample file: `week.ics`, `tasks.csv` or `tasks.yaml`."""
    return File(name, (_FOLDER / name).read_bytes())
