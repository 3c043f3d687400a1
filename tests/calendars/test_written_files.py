"""What is written, read by programs of others: allenporter's ical, vobject, and dateutil for the time zones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
import vobject
from dateutil.tz import tzical
from ical.calendar_stream import IcsCalendarStream

from dayloom.calendars import write_calendar
from dayloom.calendars.merge import merge_entries
from dayloom.calendars.zone_rules import yearly_zone
from state.calendar_commit import CalendarEntry
from state.ids import ThreadId
from state.schedule import PERIODS12, Position, Schedule, Slot, Source, Status, Task, Window

STAMP = datetime(2026, 11, 1, tzinfo=UTC)
THREAD = ThreadId("k7m3-9qxp")
TITLE = "Essay, draft; “one” \\ 作文 " + "and a long rest " * 8
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Europe/Dublin",
    "Africa/Casablanca",
    "Asia/Jerusalem",
    "UTC",
]


def draft(timezone: str, start: date) -> Schedule:
    """Return two weeks with a task on each day."""
    tasks = tuple(
        Task(
            id=day,
            source=Source.TASK_ITEM,
            source_id=f"task-{day}",
            title=TITLE,
            category="Writing, math",
            status=Status.SUGGESTED,
            duration=2,
            slots=(Position(day=day, slot_start=3, slot_end=4),),
        )
        for day in range(1, 15)
    )
    return Schedule(window=Window(start=start, days=14), grid=PERIODS12, timezone=timezone, tasks=tasks)


def moments(schedule: Schedule) -> list[tuple[str, datetime, datetime]]:
    return [
        (task.title, schedule.start_of(at.day, at.slot_start), schedule.end_of(at.day, at.slot_end))
        for task in schedule.tasks
        for at in task.slots
    ]


def read_by_ical(text: str) -> list[tuple[str, datetime, datetime]]:
    events = IcsCalendarStream.calendar_from_ics(text).events
    return sorted(((each.summary or "", each.start, each.end) for each in events), key=lambda each: each[1])


def read_by_vobject(text: str) -> list[tuple[str, datetime, datetime]]:
    events: Any = vobject.readOne(StringIO(text)).vevent_list
    return sorted(
        ((each.summary.value, each.dtstart.value, each.dtend.value) for each in events), key=lambda each: each[1]
    )


@pytest.mark.parametrize("read", [read_by_ical, read_by_vobject])
@pytest.mark.parametrize("timezone", ZONES)
# Days on which clocks change; with 2027-02-07, those of Ramadan in Morocco.
@pytest.mark.parametrize("start", [date(2026, 3, 22), date(2026, 10, 19), date(2027, 2, 1), date(2027, 3, 8)])
def test_two_foreign_readers_find_each_task_at_its_moment(read: Any, timezone: str, start: date) -> None:
    schedule = draft(timezone, start)

    assert read(write_calendar(schedule, THREAD, stamp=STAMP).decode()) == moments(schedule)


@pytest.mark.parametrize("read", [read_by_ical, read_by_vobject])
def test_two_foreign_readers_find_each_entry_of_a_calendar(read: Any) -> None:
    start = datetime(2027, 2, 8, 9, 30, tzinfo=UTC)
    entry = CalendarEntry(
        uid="one@dayloom", title=TITLE, start=start, end=start + timedelta(hours=1), sequence=1, at=STAMP
    )

    assert read(merge_entries(b"", [entry]).decode()) == [(TITLE.strip(), start, start + timedelta(hours=1))]


def looked_at(zone: ZoneInfo) -> Iterator[datetime]:
    """Yield a moment of each week of five years, and each half hour of the days on which the clock changes."""
    day = datetime(2025, 1, 1, tzinfo=UTC)
    for count in range(5 * 365):
        after = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield from (day + timedelta(minutes=30 * each) for each in range(-4, 52))
        elif count % 7 == 0:
            yield day
        day = after


@pytest.mark.parametrize("timezone", [*ZONES, "Pacific/Auckland", "America/Havana", "Asia/Gaza", "Australia/Lord_Howe"])
def test_a_written_zone_says_what_the_zone_database_says(timezone: str) -> None:
    text = write_calendar(draft(timezone, date(2026, 3, 22)), THREAD, stamp=STAMP).decode()
    if "VTIMEZONE" not in text:
        assert "TZID" not in text
        return
    rules, zone = tzical(StringIO(text)).get(timezone), ZoneInfo(timezone)

    wrong = [
        moment
        for moment in looked_at(zone)
        if moment.astimezone(rules).utcoffset() != moment.astimezone(zone).utcoffset()
    ]

    assert wrong == []


@pytest.mark.parametrize("timezone", ["Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza", "Asia/Jerusalem"])
def test_a_zone_without_yearly_rules_is_written_in_utc(timezone: str) -> None:
    text = write_calendar(draft(timezone, date(2027, 2, 1)), THREAD, stamp=STAMP).decode()

    assert "TZID" not in text
    assert text.count("\r\nDTSTART:") == text.count("Z\r\nDTEND:") == 14


def test_most_zones_are_written_by_yearly_rules() -> None:
    names = sorted(available_timezones())[::9]

    assert sum(yearly_zone(name, 2026) is None for name in names) < len(names) / 10


def test_times_that_the_clock_shows_twice_or_never_are_written_in_utc() -> None:
    night = tuple(Slot(slot=slot, start=time(slot - 1), end=time(slot)) for slot in range(1, 6))
    schedule = draft("Europe/Berlin", date(2026, 10, 24)).model_copy(update={"grid": night})

    text = write_calendar(schedule, THREAD, stamp=STAMP).decode()

    assert "DTSTART:20261025T000000Z\r\nDTEND;TZID=Europe/Berlin:20261025T040000" in text
    assert "DTSTART;TZID=Europe/Berlin:20261026T020000" in text
    expected = [(start.timestamp(), end.timestamp()) for _, start, end in moments(schedule)]
    for read in (read_by_ical, read_by_vobject):
        assert [(start.timestamp(), end.timestamp()) for _, start, end in read(text)] == expected
