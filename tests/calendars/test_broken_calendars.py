"""Only what is no calendar at all is refused; what cannot be read in one is left out, by line and with a cure."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dayloom.calendars import File, Reason, read_calendar
from state.errors import BadInput
from state.schedule import PERIODS12, Schedule, Window

START = "DTSTART;TZID=Europe/Berlin:20261020T100000"

FILES = {
    "empty": (b"", "bad.ics: is empty"),
    "blank": (b"\r\n \r\n", "bad.ics: is empty"),
    "another text": (b"Hello\nWorld\n", "line 1: not a calendar"),
    "a web page": (b"<!DOCTYPE html>\n<html>", "line 1: not a calendar"),
    "zero bytes": (b"BEGIN:VCALENDAR\n\0\0", "line 2: is not a text file"),
    "a picture": (b"\x89PNG\r\n\x1a\n\xff", "line 1: not a calendar"),
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
    "a bad date": (("DTSTART:20.10.2026",), "line 6: DTSTART '20.10.2026' cannot be read; write it as 20261123T100000"),
    "the 30th of February": (("DTSTART;VALUE=DATE:20260230",), "line 6: DTSTART '20260230' cannot be read"),
    "a bad length": ((START, "DURATION:1h"), "line 7: DURATION '1H' cannot be read; write it as PT1H30M"),
    "no start": (("DTEND:20261020T100000Z",), "line 3, 'Thing': has no DTSTART; add one"),
    "two starts": ((START, START), "line 7: DTSTART is there twice; keep one"),
    "a start that is a length": (("DTSTART:PT1H",), "'Thing': DTSTART is not a date or date-time"),
    "an end before the start": ((START, "DTEND:20261020T070000Z"), "'Thing': ends before it starts"),
    "a length below zero": ((START, "DURATION:-PT1H"), "'Thing': ends before it starts"),
    "an unknown zone": (("DTSTART;TZID=Mars:20261020T100000",), "line 6: DTSTART is in the unknown time zone 'Mars'"),
    "a zone that is a folder": (("DTSTART;TZID=Europe:20261020T100000",), "unknown time zone 'Europe'"),
    "a zone that is a path": (("DTSTART;TZID=../../etc/passwd:20261020T100000",), "unknown time zone"),
    "the end of time": (("DTSTART:99991231T235900Z", "DURATION:P2D"), "'Thing': its times cannot be worked out"),
}


@pytest.mark.parametrize(("lines", "complaint"), EVENTS.values(), ids=EVENTS.keys())
def test_an_event_that_cannot_be_read_is_left_out_by_line_and_the_others_are_read(
    lines, complaint: str, calendar, autumn: Schedule
) -> None:
    broken = ("BEGIN:VEVENT", "UID:thing", "SUMMARY:Thing", *lines, "END:VEVENT")
    whole = ("BEGIN:VEVENT", "UID:b", "SUMMARY:Dentist", START, "DURATION:PT1H", "END:VEVENT")

    reading = read_calendar([calendar(*broken, *whole)], autumn)

    assert [event.title for event in reading.events] == ["Dentist"]
    (left,) = reading.left_out
    assert (left.title, left.uid, left.reason) == ("Thing", "thing", Reason.UNREADABLE)
    assert left.detail.startswith("mine.ics, line ")
    assert complaint in left.detail


PASSED_OVER = {
    "a line that is none": (("this is no line",), "line 7: 'this is no line' is not a NAME:value line; passed over"),
    "an exception": (("EXDATE:soon",), "line 7: EXDATE 'SOON' cannot be read; write it as 20261123T100000"),
    "one exception of two": (("EXDATE:soon,20261021T100000",), "line 7: EXDATE 'SOON' cannot be read"),
}


@pytest.mark.parametrize(("lines", "note"), PASSED_OVER.values(), ids=PASSED_OVER.keys())
def test_a_line_that_an_event_can_do_without_is_passed_over_with_a_note(lines, note, event, autumn: Schedule) -> None:
    reading = read_calendar([event(START, *lines, "DURATION:PT45M")], autumn)

    assert reading.events
    assert note in reading.notes[0]


NESTING = {
    "cut off": "BEGIN:VEVENT\nUID:a\nSUMMARY:Thing\nDTSTART:20261020T10",
    "the end of another": "BEGIN:VEVENT\nUID:a\nSUMMARY:Thing\nEND:VTODO",
    "an alarm left open": "BEGIN:VEVENT\nUID:a\nSUMMARY:Thing\nBEGIN:VALARM\nTRIGGER:-PT5M",
    "an event in an event": "BEGIN:VEVENT\nUID:a\nSUMMARY:Thing",
}
WHOLE = f"BEGIN:VEVENT\nUID:b\nSUMMARY:Dentist\n{START}\nDURATION:PT1H\nEND:VEVENT"


@pytest.mark.parametrize("lines", NESTING.values(), ids=NESTING.keys())
@pytest.mark.parametrize("end", ["\nEND:VCALENDAR", ""], ids=["closed", "cut off"])
def test_an_event_that_never_ends_costs_no_other(lines: str, end: str, autumn: Schedule) -> None:
    reading = read_calendar([File("mine.ics", f"BEGIN:VCALENDAR\n{lines}\n{WHOLE}{end}".encode())], autumn)

    assert [event.title for event in reading.events] == ["Dentist"]
    assert [(left.uid, left.reason) for left in reading.left_out] == [("a", Reason.UNREADABLE)]
    assert "line 2: VEVENT begins here and never ends; add END:VEVENT" in reading.left_out[0].detail


STRAY = {
    "an end too many": f"BEGIN:VCALENDAR\nEND:VEVENT\n{WHOLE}\nEND:VALARM\nEND:VCALENDAR\nEND:VCALENDAR",
    "lines before and after": f"Date: Monday\n\nBEGIN:VCALENDAR\n{WHOLE}\nEND:VCALENDAR\nUID:a\nfoo",
    "nested deeply": "BEGIN:VCALENDAR\n" + "BEGIN:X\n" * 500 + f"{WHOLE}\nEND:VCALENDAR",
}


@pytest.mark.parametrize("text", STRAY.values(), ids=STRAY.keys())
def test_what_stands_outside_of_every_entry_is_no_matter(text: str, autumn: Schedule) -> None:
    assert [event.title for event in read_calendar([File("mine.ics", text.encode())], autumn).events] == ["Dentist"]


def test_a_line_without_end_leaves_its_own_event_out_only_when_it_says_when(calendar, autumn: Schedule) -> None:
    long = "X" * 1_100_000
    named = ("BEGIN:VEVENT", "UID:a", f"SUMMARY:{long}", START, "DURATION:PT1H", "END:VEVENT")
    timed = ("BEGIN:VEVENT", "UID:b", "SUMMARY:Thing", START, f"DURATION:PT1H{long}", "END:VEVENT")

    reading = read_calendar([calendar(*named, *timed)], autumn)

    assert [event.source_id for event in reading.events] == ["a"]
    assert "line 13: goes on for more than 1000000 bytes; shorten its text" in reading.left_out[0].detail


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_is_read_in_the_encoding_it_was_written_in(encoding: str, event, autumn: Schedule) -> None:
    written = event(START, "DURATION:PT1H", title="Café").data.decode().encode(encoding)

    assert read_calendar([File("mine.ics", written)], autumn).events[0].title == "Café"


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
def test_a_rule_that_would_not_end_is_left_out_by_the_name_of_its_event(rule, event, autumn: Schedule) -> None:
    reading = read_calendar([event(START, "DURATION:PT45M", f"RRULE:{rule}")], autumn)

    assert not reading.events
    assert re.match(r"mine\.ics, line 3, 'Thing': its rule .*; mend its RRULE", reading.left_out[0].detail)


def test_a_dense_rule_that_soon_ends_is_fine(event, autumn: Schedule) -> None:
    few = event(START, "DURATION:PT5M", "RRULE:FREQ=SECONDLY;COUNT=5")
    short = event(START, "DURATION:PT5M", "RRULE:FREQ=MINUTELY;UNTIL=20261020T081000Z", uid="b", name="b.ics")

    assert len(read_calendar([few, short], autumn).events) == 2


def test_a_time_zone_that_changes_every_second_costs_only_the_events_in_it(calendar, autumn: Schedule) -> None:
    zone = ["BEGIN:VTIMEZONE", "TZID:Home", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0300"]
    zone += ["TZOFFSETTO:+0300", "RRULE:FREQ=SECONDLY", "END:STANDARD", "END:VTIMEZONE"]

    there = ["BEGIN:VEVENT", "UID:a", "DTSTART;TZID=Home:20261020T100000", "DURATION:PT1H", "END:VEVENT"]
    other = ["BEGIN:VEVENT", "UID:b", START, "DURATION:PT1H", "END:VEVENT"]

    reading = read_calendar([calendar(*zone, *there, *other)], autumn)

    assert [event.source_id for event in reading.events] == ["b"]
    assert "line 14: DTSTART is in the unknown time zone 'Home'" in reading.left_out[0].detail


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


VALUES = {
    "TIME": "093000",
    "DURATION": "PT1H",
    "PERIOD": "20261020T080000Z/PT1H",
    "INTEGER": "5",
    "BOOLEAN": "TRUE",
    "BINARY": "AAAA",
    "UTC-OFFSET": "+0100",
    "RECUR": "FREQ=DAILY",
    "URI": "http://example.org",
}


@pytest.mark.parametrize("kind", ["VEVENT", "VTODO"])
@pytest.mark.parametrize("name", ["DTSTART", "DUE", "RECURRENCE-ID", "EXDATE", "RDATE", "RRULE", "CATEGORIES"])
def test_a_value_of_another_type_than_its_property_has_costs_no_other_event(kind, name, autumn: Schedule) -> None:
    thing = {"UID": "thing", "DTSTART": "20261020T080000Z", "RRULE": "FREQ=DAILY;COUNT=2"}
    kept = [f"{each}:{value}" for each, value in thing.items() if each != name]
    good = ["BEGIN:VEVENT", "UID:good", START, "DURATION:PT1H", "END:VEVENT"]
    for type_, value in VALUES.items():
        bad = [f"BEGIN:{kind}", *kept, f"{name};VALUE={type_}:{value}", f"END:{kind}"]
        text = "\r\n".join(["BEGIN:VCALENDAR", *bad, *good, "END:VCALENDAR"])

        assert "good" in {each.source_id for each in read_calendar([File("a.ics", text.encode())], autumn).events}
