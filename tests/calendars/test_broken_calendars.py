"""A calendar that cannot be read says where and how to mend it; one that would take for ever says so at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dayloom.calendars import File, read_calendar
from state.errors import BadInput
from state.schedule import PERIODS12, Schedule, Window

START = "DTSTART;TZID=Europe/Berlin:20261020T100000"

FILES = {
    "empty": (b"", "bad.ics: is empty"),
    "blank": (b"\r\n \r\n", "bad.ics: is empty"),
    "another text": (b"Hello\nWorld\n", "line 1: not a calendar"),
    "a web page": (b"<!DOCTYPE html>\n<html>", "line 1: not a calendar"),
    "zero bytes": (b"BEGIN:VCALENDAR\n\0\0", "line 2: is not a text file"),
    "a picture": (b"\x89PNG\r\n\x1a\n\xff", "byte 0x89 is not UTF-8"),
    "UTF-16": ("BEGIN:VCALENDAR".encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
    "Latin-1": (b"BEGIN:VCALENDAR\nX-A:caf\xe9\nEND:VCALENDAR", "line 2: byte 0xe9 is not UTF-8; save it as UTF-8"),
    "a lone surrogate": (b"BEGIN:VCALENDAR\nX-A:\xed\xa0\x80\nEND:VCALENDAR", "line 2: byte 0xed is not UTF-8"),
    "cut off": (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n", "line 2: VEVENT begins here and never ends; add END:VEVENT"),
    "an end too many": (b"BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VEVENT", "line 3: END:VEVENT without BEGIN:VEVENT"),
    "crossed ends": (
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
        "line 3: END:VCALENDAR, but VEVENT from line 2 is still open",
    ),
    "lines after the end": (b"BEGIN:VCALENDAR\nEND:VCALENDAR\nUID:a", "line 3: stands outside"),
    "nested for ever": (b"BEGIN:VCALENDAR\n" + b"BEGIN:X\n" * 500, "line 9: components are nested deeper"),
    "a line without end": (
        b"BEGIN:VCALENDAR\nX-A:a" + b"\n " * 600_000,
        "line 2: goes on for more than 1000000 bytes; shorten its text",
    ),
    "too many entries": (
        b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 20_001 + b"END:VCALENDAR",
        "line 40002: more than 20,000 entries; export a shorter period",
    ),
    "too large": (b"BEGIN:VCALENDAR\n" + b"X" * 21 * 2**20, "larger than 20 MB"),
}


@pytest.mark.parametrize(("data", "complaint"), FILES.values(), ids=FILES.keys())
def test_a_file_that_is_no_calendar_is_refused(data: bytes, complaint: str, autumn: Schedule) -> None:
    with pytest.raises(BadInput, match=r"^bad\.ics") as refused:
        read_calendar([File("bad.ics", data)], autumn)

    assert complaint in str(refused.value)


EVENTS = {
    "a bad date": (("DTSTART:2026-10-20",), "line 6: DTSTART '2026-10-20' cannot be read; write it as 20261123T100000"),
    "the 30th of February": (("DTSTART;VALUE=DATE:20260230",), "line 6: DTSTART '20260230' cannot be read"),
    "a bad length": ((START, "DURATION:1h"), "line 7: DURATION '1h' cannot be read; write it as PT1H30M"),
    "a bad exception": ((START, "EXDATE:soon"), "line 7: EXDATE 'soon' cannot be read"),
    "no start": (("DTEND:20261020T100000Z",), "line 3, 'Thing': has no DTSTART; add one"),
    "two starts": ((START, START), "line 3, 'Thing': has DTSTART twice; keep one"),
    "a start that is a length": (("DTSTART:PT1H",), "'Thing': DTSTART is not a date or date-time"),
    "an end before the start": ((START, "DTEND:20261020T070000Z"), "'Thing': ends before it starts"),
    "a length below zero": ((START, "DURATION:-PT1H"), "'Thing': ends before it starts"),
    "an unknown zone": (("DTSTART;TZID=Mars:20261020T100000",), "line 6: DTSTART is in the unknown time zone 'Mars'"),
    "a zone that is a folder": (("DTSTART;TZID=Europe:20261020T100000",), "unknown time zone 'Europe'"),
    "a zone that is a path": (("DTSTART;TZID=../../etc/passwd:20261020T100000",), "unknown time zone"),
    "no line at all": ((START, "this is no line"), "line 7: 'this is no line' is not a NAME:value line"),
    "the end of time": (("DTSTART:99991231T235900Z", "DURATION:P2D"), "'Thing': its times cannot be worked out"),
}


@pytest.mark.parametrize(("lines", "complaint"), EVENTS.values(), ids=EVENTS.keys())
def test_an_event_that_cannot_be_read_is_named(lines, complaint: str, event, autumn: Schedule) -> None:
    broken = event(*lines)

    with pytest.raises(BadInput) as refused:
        read_calendar([broken], autumn)

    assert str(refused.value).startswith("mine.ics, line ")
    assert complaint in str(refused.value)


RULES = {
    "every second": "FREQ=SECONDLY",
    "every minute": "FREQ=MINUTELY",
    "every second, sieved": "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "every minute of every day": "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=0,1,2,3,4,5,6,7,8,9",
    "on 30 February": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "on 30 February, yearly": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "on the 300th Monday of a month": "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300",
    "on no day": "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
    "by steps of nothing": "FREQ=DAILY;INTERVAL=0",
    "no times": "FREQ=DAILY;COUNT=0",
    "without a frequency": "BYDAY=MO",
    "of another calendar": "RSCALE=HEBREW;FREQ=YEARLY",
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_that_would_not_end_is_refused_by_the_name_of_its_event(rule, event, autumn: Schedule) -> None:
    with pytest.raises(BadInput, match=r"^mine\.ics, line 3, 'Thing': its rule .*; mend its RRULE"):
        read_calendar([event(START, "DURATION:PT45M", f"RRULE:{rule}")], autumn)


def test_a_dense_rule_that_soon_ends_is_fine(event, autumn: Schedule) -> None:
    few = event(START, "DURATION:PT5M", "RRULE:FREQ=SECONDLY;COUNT=5")
    short = event(START, "DURATION:PT5M", "RRULE:FREQ=MINUTELY;UNTIL=20261020T081000Z", uid="b", name="b.ics")

    assert len(read_calendar([few, short], autumn).events) == 2


def test_a_time_zone_that_changes_every_second_is_refused(calendar, autumn: Schedule) -> None:
    zone = ["BEGIN:VTIMEZONE", "TZID:Home", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0300"]
    zone += ["TZOFFSETTO:+0300", "RRULE:FREQ=SECONDLY", "END:STANDARD", "END:VTIMEZONE"]

    with pytest.raises(BadInput, match="line 9: a time zone may change by yearly rules only"):
        read_calendar([calendar(*zone)], autumn)


def test_a_broken_property_that_says_nothing_about_time_is_no_matter(event, autumn: Schedule) -> None:
    assert read_calendar([event(START, "DURATION:PT45M", "GEO:here", "ATTENDEE:")], autumn).events


def test_a_missing_file_is_named(tmp_path, autumn: Schedule) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.ics: there is no such file"):
        read_calendar([tmp_path / "nowhere.ics"], autumn)
    with pytest.raises(BadInput, match="is a folder"):
        read_calendar([tmp_path], autumn)


WEEK = Schedule(window=Window(start="2026-10-19", days=7), grid=PERIODS12, timezone="Europe/Berlin")
LINES = st.sampled_from(
    [
        b"BEGIN:VEVENT", b"END:VEVENT", b"BEGIN:VTODO", b"END:VTODO", b"BEGIN:VTIMEZONE", b"END:VTIMEZONE",
        b"BEGIN:STANDARD", b"END:STANDARD", b"TZID:X", b"TZOFFSETFROM:+0100", b"TZOFFSETTO:+01", b"UID:a",
        b"SUMMARY:x", b"DTSTART:20261020T100000", b"DTSTART;VALUE=DATE:20261020", b"DTSTART;TZID=X:20261020T100000",
        b"DTEND:20261021T100000Z", b"DTEND;VALUE=DATE:20261022", b"DURATION:PT1H", b"DURATION:P1W", b"DUE:20261021",
        b"RRULE:FREQ=DAILY", b"RRULE:FREQ=WEEKLY;UNTIL=20261030;BYDAY=MO", b"RRULE:FREQ=MONTHLY;BYDAY=-1FR",
        b"RRULE:FREQ=YEARLY;COUNT=x", b"EXDATE:20261021T100000", b"EXDATE;VALUE=DATE:20261021", b"RDATE:",
        b"RDATE;VALUE=PERIOD:20261020T100000Z/PT1H,20261022T100000Z/20261022T110000Z", b"RDATE:20261023",
        b"RECURRENCE-ID:20261020T100000", b"RECURRENCE-ID;RANGE=THISANDFUTURE:20261021T100000Z", b"SEQUENCE:x",
        b"STATUS:CANCELLED", b"STATUS:", b"CATEGORIES:a,b", b"CATEGORIES:", b"PRIORITY:x", b" folded", b";:", b"X:",
        b"X-DAYLOOM-DURATION:0", b"X-DAYLOOM-ORDER:x", b"PERCENT-COMPLETE:100", b"ESTIMATED-DURATION:x", b"\xff",
    ]
)  # fmt: skip


def fared(file: File) -> bool:
    """Tell whether the file was read, or refused by name; anything else that is raised is a defect."""
    try:
        reading = read_calendar([file], WEEK)
    except BadInput as refused:
        return str(refused).startswith(file.name)
    return all(at.day <= 7 for event in reading.events for at in event.slots)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([b"VEVENT", b"VTODO", b"VTIMEZONE"]), st.lists(LINES, max_size=8)), max_size=4)
)
def test_any_mixture_of_lines_is_read_or_refused(components: list[tuple[bytes, list[bytes]]]) -> None:
    inside = [line for kind, lines in components for line in [b"BEGIN:" + kind, *lines, b"END:" + kind]]
    data = b"\n".join([b"BEGIN:VCALENDAR", *inside, b"END:VCALENDAR"])

    assert fared(File("any.ics", data))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert fared(File("any.ics", data))
