"""Small files as other programs write them, from real reports: each is read as its writer meant it.

The window is Monday 30 November to Sunday 6 December 2026 in Berlin, by half-hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import permutations
from pathlib import Path

import pytest

from dayloom.calendars import File, Reading, Reason, read_calendar
from state.schedule import HALF_HOURS, Schedule, Window

CASES = Path(__file__).parent / "cases"
WEEK = Schedule(window=Window(start=date(2026, 11, 30), days=7), grid=HALF_HOURS, timezone="Europe/Berlin")


def read(*names: str, addresses: Sequence[str] = ()) -> Reading:
    return read_calendar([CASES / f"{name}.ics" for name in names], WEEK, addresses)


def busy(reading: Reading) -> list[str]:
    """The busy times as day of the month and clock, whole days as the day alone."""
    return [_said(at) for event in reading.events for at in event.slots]


def _said(at) -> str:
    start, end = WEEK.start_of(at.day, at.slot_start), WEEK.end_of(at.day, at.slot_end)
    whole = (at.slot_start, at.slot_end) == (1, len(WEEK.grid))
    return f"{start.day}" if whole else f"{start.day} {start:%H:%M}-{end:%H:%M}"


PLACES = {
    "01d-exdate-utc-on-allday": ["30", "1", "3", "4"],
    "03j-recid-date": ["3 15:00-16:00"],
    "04a-allday-dtend-equals": ["2"],
    "04f-allday-midnight-datetimes": ["2"],
    "05e-tzone-microsoft-utc": ["1 11:00-12:00"],
    "05l-gmt-offset": ["1 10:00-11:00"],
    "07g-floating-until-date": ["30 18:00-19:00", "1 18:00-19:00", "2 18:00-19:00"],
    "07p-rrule-space": ["2 18:00-19:00"],
    "08n-exrule": [f"{day} 10:00-11:00" for day in (30, 1, 3, 4, 5, 6)],
    "09a-crcrlf": ["1 10:00-11:00"],
    "09g-raw-newline-in-description": ["1 10:00-11:00"],
    "09j-concatenated-bom": ["1 10:00-11:00", "1 10:00-11:00"],
    "09n-summary-crcrlf-folded": ["1 10:00-11:00"],
    "17b-raw-newline-in-param": ["2 12:00-13:00", "3 10:00-11:00"],
}


@pytest.mark.parametrize(("name", "places"), PLACES.items(), ids=PLACES)
def test_an_event_is_where_its_writer_meant_it(name: str, places: list[str]) -> None:
    assert busy(read(name)) == places


LEFT_OUT = {
    "04c-allday-dtend-before": "line 4, 'Public holiday': ends before it starts; mend DTEND",
    "04g-timed-dtend-before-old": "line 4, 'Old broken': ends before it starts; mend DTEND",
    "05m-unknown-in-old-event": "line 8: DTSTART is in the unknown time zone 'Foo/Bar'; use a name such as",
}


@pytest.mark.parametrize(("name", "complaint"), LEFT_OUT.items(), ids=LEFT_OUT)
def test_a_bad_event_is_left_out_by_line_and_the_others_are_read(name: str, complaint: str) -> None:
    reading = read(name)

    assert busy(reading) == ["3 10:00-11:00"]
    assert [one.reason for one in reading.left_out] == [Reason.UNREADABLE]
    assert complaint in reading.left_out[0].detail


def test_a_folded_title_is_whole() -> None:
    title = "Treffen mit dem Vorstand und allen die sonst noch kommen möchten heute"

    assert [read(name).events[0].title for name in ("09a-crcrlf", "09n-summary-crcrlf-folded")] == [title, title]


@pytest.mark.parametrize("names", [*permutations(["03c-master", "03c-override"])])
def test_an_instance_moved_in_another_file_belongs_to_its_series(names) -> None:
    reading = read(*names)

    assert busy(reading) == ["3 15:00-16:00"]
    assert not reading.left_out


@pytest.mark.parametrize("order", [1, -1])
def test_the_newest_revision_of_an_event_counts_over_all_files(order: int) -> None:
    names = [f"03r-duplicate-uid-same-seq-other-time-two-files-{one}" for one in "ab"][::order]

    assert busy(read(*names)) == ["3 10:00-11:00"]


def test_a_declined_event_is_free_once_the_address_of_the_person_is_known() -> None:
    assert busy(read("06a-declined")) == ["1 10:00-11:00"]
    declined = read("06a-declined", addresses=["mailto:Me@Example.org "])
    assert not declined.events
    assert [one.reason for one in declined.left_out] == [Reason.DECLINED]


def test_a_busy_status_of_free_is_free_time() -> None:
    assert [one.reason for one in read("06b-cdo-free").left_out] == [Reason.FREE]


def test_the_open_instance_of_a_repeating_to_do_is_planned() -> None:
    (task,) = read("12a-recurring-todo").tasks

    assert task.deadline is not None
    assert task.deadline.date() == date(2026, 12, 1)


def event(*lines: str, uid: str = "thing", calendar: Sequence[str] = ()) -> File:
    """A calendar of one event, with lines of the calendar's own."""
    inside = ["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Thing", *lines, "END:VEVENT"]
    return File("mine.ics", "\r\n".join(["BEGIN:VCALENDAR", *calendar, *inside, "END:VCALENDAR", ""]).encode())


WEDNESDAY = "DTSTART;VALUE=DATE:20261202"
TEN = "DTSTART;TZID=Europe/Berlin:20261130T100000"
HOUR = "DURATION:PT1H"
DAILY = (TEN, HOUR, "RRULE:FREQ=DAILY;COUNT=3")
SERIES = ["30 10:00-11:00", "1 10:00-11:00", "2 10:00-11:00"]
SPELLED = {
    "whole day without an end": ([WEDNESDAY], ["2"]),
    "whole day by length": ([WEDNESDAY, "DURATION:P1D"], ["2"]),
    "whole day by hours": ([WEDNESDAY, "DURATION:PT24H"], ["2"]),
    "whole day of no length": ([WEDNESDAY, "DURATION:PT0S"], ["2"]),
    "whole day that ends at midnight": ([WEDNESDAY, "DTEND:20261203T000000"], ["2"]),
    "whole day that ends in the evening": ([WEDNESDAY, "DTEND:20261203T180000"], ["2", "3"]),
    "whole day in a zone": (["DTSTART;TZID=Europe/Berlin;VALUE=DATE:20261202"], ["2"]),
    "whole day with dashes": (["DTSTART;VALUE=DATE:2026-12-02"], ["2"]),
    "whole day with a Z": (["DTSTART:20261202Z"], ["2"]),
    "timed, ends by date": ([TEN, "DTEND;VALUE=DATE:20261201"], ["30 10:00-22:00"]),
    "timed, ends on its own date": ([TEN, "DTEND;VALUE=DATE:20261130"], ["30 10:00-22:00"]),
    "dashes and colons": (["DTSTART:2026-12-02T09:00:00Z", HOUR], ["2 10:00-11:00"]),
    "no seconds": (["DTSTART:20261202T0900Z", HOUR], ["2 10:00-11:00"]),
    "blanks at the ends": ([f"{TEN} ", "DURATION: PT1H "], ["30 10:00-11:00"]),
    "blanks in a rule": ([TEN, HOUR, "RRULE: FREQ=WEEKLY; BYDAY=MO, TU ;"], ["30 10:00-11:00", "1 10:00-11:00"]),
    "an empty rule": ([TEN, HOUR, "RRULE:"], ["30 10:00-11:00"]),
    "empty lists": ([*DAILY, "EXDATE:", "RDATE:"], SERIES),
    "blanks in a list": ([*DAILY, "EXDATE;TZID=Europe/Berlin:20261201T100000, 20261202T100000"], SERIES[:1]),
    "exception by date": ([*DAILY, "EXDATE;VALUE=DATE:20261201"], [SERIES[0], SERIES[2]]),
    "exception without a zone": ([*DAILY, "EXDATE:20261201T100000"], [SERIES[0], SERIES[2]]),
    "exception in UTC": ([*DAILY, "EXDATE:20261201T090000Z"], [SERIES[0], SERIES[2]]),
    "whole days added in UTC": ([WEDNESDAY, "RDATE:20261204Z"], ["2", "4"]),
    "until a date, floating": (["DTSTART:20261130T100000", HOUR, "RRULE:FREQ=DAILY;UNTIL=20261202"], SERIES),
    "until in UTC, floating": (["DTSTART:20261130T100000", HOUR, "RRULE:FREQ=DAILY;UNTIL=20261202T090000Z"], SERIES),
    "until a date, in a zone": ([TEN, HOUR, "RRULE:FREQ=DAILY;UNTIL=2026-12-02"], SERIES),
    "until a time, whole days": ([WEDNESDAY, "RRULE:FREQ=DAILY;UNTIL=20261203T230000Z"], ["2", "3", "4"]),
    "an instance that repeats, without its series": ([*DAILY, "RECURRENCE-ID:20261201T090000Z"], SERIES),
    "numbered and plain": (
        ["DTSTART;TZID=Europe/Berlin:20260907T100000", HOUR, "RRULE:FREQ=MONTHLY;BYDAY=MO,-1MO"],
        ["30 10:00-11:00"],
    ),
    "numbered and plain of several": (
        ["DTSTART;TZID=Europe/Berlin:20260907T100000", HOUR, "RRULE:FREQ=MONTHLY;BYDAY=3MO,WE,FR"],
        ["2 10:00-11:00", "4 10:00-11:00"],
    ),
    "every 20 minutes of two hours, since 1997": (
        ["DTSTART;TZID=Europe/Berlin:19970902T090000", "DURATION:PT5M",
         "RRULE:FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10;BYDAY=WE"],
        ["2 09:00-11:00"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "places"), SPELLED.values(), ids=SPELLED)
def test_one_time_in_many_spellings(lines: list[str], places: list[str]) -> None:
    reading = read_calendar([event(*lines)], WEEK)

    assert _joined(busy(reading)) == places
    assert not reading.notes


def _joined(places: list[str]) -> list[str]:
    """Join places that follow on one another: a dense series touches slot after slot."""
    joined: list[str] = []
    for place in places:
        day, _, clock = place.partition(" ")
        if joined and clock and joined[-1].startswith(f"{day} ") and joined[-1].endswith(clock[:5]):
            joined[-1] = joined[-1][: -len(clock[:5])] + clock[-5:]
        else:
            joined.append(place)
    return joined


ZONES = {
    "W. Europe Standard Time": "10:00",
    "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna": "10:00",
    "(GMT-05:00) Eastern Time (US & Canada)": "16:00",
    "/freeassociation.sourceforge.net/Tzfile/America/New_York": "16:00",
    "/mozilla.org/20050126_1/America/New_York": "16:00",
    "europe/london": "11:00",
    "Berlin": "10:00",
    "UTC": "11:00",
    "Etc/GMT-3": "08:00",
    "GMT+0300": "08:00",
    "UTC-5": "16:00",
    "tzone://Microsoft/Utc": "11:00",
    "Eastern Standard Time": "16:00",
    "Asia/Calcutta": "05:30",
    "GMT+05:30": "05:30",
}


@pytest.mark.parametrize(("zone", "clock"), ZONES.items(), ids=ZONES)
def test_a_zone_is_known_by_every_name_it_goes_by(zone: str, clock: str) -> None:
    reading = read_calendar([event(f'DTSTART;TZID="{zone}":20261201T100000', HOUR)], _around_the_clock())

    (at,) = reading.events[0].slots
    assert _around_the_clock().start_of(at.day, at.slot_start) == datetime.fromisoformat(f"2026-12-01T{clock}+01:00")


def _around_the_clock() -> Schedule:
    clocks = [f"{half // 2 % 24:02}:{half % 2 * 30:02}" for half in range(49)]
    grid = [{"slot": half + 1, "start": clocks[half], "end": clocks[half + 1]} for half in range(48)]
    return Schedule.model_validate({"window": WEEK.window, "grid": grid, "timezone": "Europe/Berlin"})


LOTUS = (
    "BEGIN:VTIMEZONE", "TZID:W. Europe", "BEGIN:STANDARD", "DTSTART:19501029T020000", "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
    "BEGIN:DAYLIGHT", "DTSTART:19500326T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT", "END:VTIMEZONE",
)  # fmt: skip


def test_a_zone_that_repeats_the_time_of_its_change_is_read() -> None:
    reading = read_calendar([event('DTSTART;TZID="W. Europe":20261201T100000', HOUR, calendar=LOTUS)], WEEK)

    assert busy(reading) == ["1 10:00-11:00"]


def test_times_without_a_zone_are_in_the_one_that_the_calendar_names() -> None:
    named = ["X-WR-TIMEZONE:America/New_York"]

    assert busy(read_calendar([event("DTSTART:20261201T100000", HOUR, calendar=named)], WEEK)) == ["1 16:00-17:00"]


def test_a_cancellation_takes_away_what_another_file_holds_in_any_order() -> None:
    given = event(*DAILY)
    one = event("RECURRENCE-ID:20261201T090000Z", TEN, HOUR, "SEQUENCE:1", calendar=["METHOD:CANCEL"])
    every = event(TEN, HOUR, "SEQUENCE:1", calendar=["METHOD:CANCEL"])

    for files in ([given, one], [one, given]):
        assert busy(read_calendar(files, WEEK)) == [SERIES[0], SERIES[2]]
    for files in ([given, every], [every, given]):
        assert not read_calendar(files, WEEK).events


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "REFRESH"])
def test_an_answer_to_an_invitation_is_no_event(method: str) -> None:
    assert not read_calendar([event(*DAILY, calendar=[f"METHOD:{method}"])], WEEK).events


def test_alarms_and_journals_may_hold_anything() -> None:
    alarm = ("BEGIN:VALARM", "TRIGGER:soon", "DTSTART:never", "DURATION:long", "END:VALARM")
    journal = ("BEGIN:VJOURNAL", "DTSTART:whenever", "END:VJOURNAL")

    assert busy(read_calendar([event(TEN, HOUR, *alarm, calendar=journal)], WEEK)) == SERIES[:1]


def todo(*lines: str) -> File:
    return File("mine.ics", "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VTODO", "UID:a", "SUMMARY:Thing", *lines,
                                         "END:VTODO", "END:VCALENDAR"]).encode())  # fmt: skip


TODOS = {
    "by start and length": (["DTSTART:20261201T080000Z", "DURATION:P2D"], "2026-12-03T09:00"),
    "whole days by start and length": (["DTSTART;VALUE=DATE:20261201", "DURATION:P2D"], "2026-12-02T23:59"),
    "weekly by its due date": (["DUE;VALUE=DATE:20261103", "RRULE:FREQ=WEEKLY"], "2026-12-01T23:59"),
    "weekly by its start": (
        ["DTSTART;VALUE=DATE:20261102", "DUE;VALUE=DATE:20261104", "RRULE:FREQ=WEEKLY;BYDAY=MO"],
        "2026-12-02T23:59",
    ),
    "daily, timed": (["DUE;TZID=Europe/Berlin:20261101T180000", "RRULE:FREQ=DAILY"], "2026-11-30T18:00"),
}


@pytest.mark.parametrize(("lines", "due"), TODOS.values(), ids=TODOS)
def test_a_to_do_is_due_when_its_own_program_says_so(lines: list[str], due: str) -> None:
    (task,) = read_calendar([todo(*lines)], WEEK).tasks

    assert f"{task.deadline:%Y-%m-%dT%H:%M}" == due


def test_a_repeating_to_do_whose_instance_is_done_is_planned_for_the_next() -> None:
    text = todo("DUE;VALUE=DATE:20261103", "RRULE:FREQ=DAILY").data.decode()
    done = ["BEGIN:VTODO", "UID:a", "RECURRENCE-ID;VALUE=DATE:20261130", "DUE;VALUE=DATE:20261130",
            "STATUS:COMPLETED", "END:VTODO", "END:VCALENDAR"]  # fmt: skip
    file = File("mine.ics", text.replace("END:VCALENDAR", "\r\n".join(done)).encode())

    (task,) = read_calendar([file], WEEK).tasks
    assert task.deadline is not None
    assert task.deadline.date() == date(2026, 12, 1)
