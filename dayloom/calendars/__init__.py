"""Calendars and task lists: files in, schedule out, and the plan as a file again."""

from dayloom.calendars.carry_over import carry_over
from dayloom.calendars.change_event import change_event
from dayloom.calendars.load import (
    empty_week,
    join_readings,
    read_calendar,
    read_listed,
    read_tasks,
    schedule_from,
    tasks_written_by,
    understand,
    without_tasks,
)
from dayloom.calendars.merge import join_calendars, merge_entries, revisions_in, uids_in
from dayloom.calendars.reading import LeftOut, Loaded, Reading, Reason
from dayloom.calendars.sample import Sample, sample_file, sample_from, sample_week
from dayloom.calendars.sheet import MAX_ROWS, Row, Sheet
from dayloom.calendars.source import File
from dayloom.calendars.subscription import as_subscription
from dayloom.calendars.uid import WrittenTasks, uid_before, uids_of, written_uid
from dayloom.calendars.write import write_calendar

__all__ = [
    "MAX_ROWS",
    "File",
    "LeftOut",
    "Loaded",
    "Reading",
    "Reason",
    "Row",
    "Sample",
    "Sheet",
    "WrittenTasks",
    "as_subscription",
    "carry_over",
    "change_event",
    "empty_week",
    "join_calendars",
    "join_readings",
    "merge_entries",
    "read_calendar",
    "read_listed",
    "read_tasks",
    "revisions_in",
    "sample_file",
    "sample_from",
    "sample_week",
    "schedule_from",
    "tasks_written_by",
    "uid_before",
    "uids_in",
    "uids_of",
    "understand",
    "without_tasks",
    "write_calendar",
    "written_uid",
]
