"""Counting from shortly before the window gives what counting from the start would have given."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from dayloom.calendars import File, read_calendar
from state.schedule import PERIODS12, Schedule, Window

WEEK = Schedule(window=Window(start=date(2026, 10, 19), days=14), grid=PERIODS12, timezone="Europe/Berlin")
DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), unique=True, max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    started=st.integers(-30, 1500),
    frequency=st.sampled_from(["DAILY", "WEEKLY"]),
    interval=st.integers(1, 5),
    days=DAYS,
    whole_day=st.booleans(),
)
def test_years_of_repetitions_can_be_skipped(
    started: int, frequency: str, interval: int, days: list[str], whole_day: bool
) -> None:
    start = date(2026, 10, 19) - timedelta(days=started)
    rule = f"FREQ={frequency};INTERVAL={interval}" + (f";BYDAY={','.join(days)}" if days else "")
    when = f"VALUE=DATE:{start:%Y%m%d}" if whole_day else f"TZID=Europe/Berlin:{start:%Y%m%d}T100000"
    length = "P1D" if whole_day else "PT45M"
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", f"DTSTART;{when}", f"DURATION:{length}", f"RRULE:{rule}"]

    reading = read_calendar([File("a.ics", "\n".join([*lines, "END:VEVENT", "END:VCALENDAR"]).encode())], WEEK)

    begin = datetime(2026, 10, 19)
    times = rrulestr(rule, dtstart=datetime.combine(start, begin.time())).between(
        begin, begin + timedelta(days=13), inc=True
    )
    expected = {(moment - begin).days + 1 for moment in times}
    if 0 <= -started < 14:
        expected.add(1 - started)
    assert {at.day for event in reading.events for at in event.slots} == expected
