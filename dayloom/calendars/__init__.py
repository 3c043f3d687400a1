"""Calendars and task lists: files in, schedule out, and the plan as a file again."""

from dayloom.calendars.load import read_calendar, read_tasks, schedule_from
from dayloom.calendars.reading import LeftOut, Loaded, Reading, Reason
from dayloom.calendars.sample import Sample, sample_file, sample_week
from dayloom.calendars.source import File
from dayloom.calendars.uid import written_uid
from dayloom.calendars.write import write_calendar

__all__ = [
    "File",
    "LeftOut",
    "Loaded",
    "Reading",
    "Reason",
    "Sample",
    "read_calendar",
    "read_tasks",
    "sample_file",
    "sample_week",
    "schedule_from",
    "write_calendar",
    "written_uid",
]
