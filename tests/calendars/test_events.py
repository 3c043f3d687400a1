"""What is read from the events of a calendar."""

from __future__ import annotations

import pytest

from dayloom.calendars import File, Reading, Reason, read_calendar
from state.schedule import Schedule, Source, Status, Task

BERLIN = "TZID=Europe/Berlin"


def places(reading: Reading) -> list[tuple[int, int, int]]:
    return [(at.day, at.slot_start, at.slot_end) for event in reading.events for at in event.slots]


def times(reading: Reading) -> list[str]:
    moments = [(at.start, at.end) for event in reading.events for at in event.slots]
    return [f"{start:%H:%M}-{end:%H:%M}" for start, end in moments if start and end]


def reasons(reading: Reading) -> list[Reason]:
    return [left.reason for left in reading.left_out]


WEEKLY = (f"DTSTART;{BERLIN}:20260907T100000", f"DTEND;{BERLIN}:20260907T114000", "RRULE:FREQ=WEEKLY")
CASES = {
    "a single event": ((f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT45M"), [(2, 3, 3)]),
    "an end in another zone": (
        (f"DTSTART;{BERLIN}:20261020T100000", "DTEND;TZID=Europe/London:20261020T104000"),
        [(2, 3, 4)],
    ),
    "summer time ends: ten o'clock stays ten o'clock": (WEEKLY, [(1, 3, 4), (8, 3, 4)]),
    "a UTC time follows the sun, not the clock": (
        ("DTSTART:20261019T080000Z", "DTEND:20261019T084500Z", "RRULE:FREQ=WEEKLY"),
        [(1, 3, 3), (8, 2, 2)],
    ),
    "an exception": ((*WEEKLY, f"EXDATE;{BERLIN}:20261026T100000"), [(1, 3, 4)]),
    "an exception by date": ((*WEEKLY, "EXDATE;VALUE=DATE:20261019"), [(8, 3, 4)]),
    "an additional date": ((*WEEKLY, f"RDATE;{BERLIN}:20261021T080000"), [(1, 3, 4), (3, 1, 2), (8, 3, 4)]),
    "an additional period": (
        (*WEEKLY, "RDATE;VALUE=PERIOD:20261021T060000Z/PT30M"),
        [(1, 3, 4), (3, 1, 1), (8, 3, 4)],
    ),
    "a floating time is local": (("DTSTART:20261020T100000", "DTEND:20261020T104500"), [(2, 3, 3)]),
    "a floating recurrence": (
        ("DTSTART:20261019T100000", "DURATION:PT45M", "RRULE:FREQ=WEEKLY"),
        [(1, 3, 3), (8, 3, 3)],
    ),
    "a Windows zone name": (("DTSTART;TZID=W. Europe Standard Time:20261020T100000", "DURATION:PT45M"), [(2, 3, 3)]),
    "a quoted zone name": (('DTSTART;TZID="Europe/Berlin":20261020T100000', "DURATION:PT45M"), [(2, 3, 3)]),
    "a zone with a vendor's prefix": (
        ("DTSTART;TZID=/citadel.org/20070227_1/Europe/Berlin:20261020T100000", "DURATION:PT45M"),
        [(2, 3, 3)],
    ),
    "a whole day": (("DTSTART;VALUE=DATE:20261020",), [(2, 1, 12)]),
    "a whole day with a needless zone": ((f"DTSTART;VALUE=DATE;{BERLIN}:20261020",), [(2, 1, 12)]),
    "whole days up to the change of time": (
        ("DTSTART;VALUE=DATE:20261024", "DTEND;VALUE=DATE:20261027"),
        [(6, 1, 12), (7, 1, 12), (8, 1, 12)],
    ),
    "a night": ((f"DTSTART;{BERLIN}:20261020T200000", f"DTEND;{BERLIN}:20261021T083000"), [(2, 12, 12), (3, 1, 1)]),
    "an event that began before the window": (
        (f"DTSTART;{BERLIN}:20261018T200000", f"DTEND;{BERLIN}:20261019T083000"),
        [(1, 1, 1)],
    ),
    "an event off the grid blocks what it touches": (
        (f"DTSTART;{BERLIN}:20261020T094500", f"DTEND;{BERLIN}:20261020T105600"),
        [(2, 3, 4)],
    ),
    "a break between two slots is not in the way": (
        (f"DTSTART;{BERLIN}:20261020T084500", f"DTEND;{BERLIN}:20261020T100000"),
        [(2, 2, 2)],
    ),
    "two occurrences in one slot": (
        (f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT10M", f"RDATE;{BERLIN}:20261020T102000"),
        [(2, 3, 3)],
    ),
    "until a date includes that day": (
        (f"DTSTART;{BERLIN}:20261019T100000", "DURATION:PT45M", "RRULE:FREQ=DAILY;UNTIL=20261021"),
        [(1, 3, 3), (2, 3, 3), (3, 3, 3)],
    ),
    "until a local time": (
        (f"DTSTART;{BERLIN}:20261019T100000", "DURATION:PT45M", "RRULE:FREQ=DAILY;UNTIL=20261020T100000"),
        [(1, 3, 3), (2, 3, 3)],
    ),
    "every second week, begun long ago": (
        (f"DTSTART;{BERLIN}:20200106T100000", "DURATION:PT45M", "RRULE:FREQ=WEEKLY;INTERVAL=2"),
        [(1, 3, 3)],
    ),
    "a count is kept, also when it began long ago": (
        (f"DTSTART;{BERLIN}:20260921T100000", "DURATION:PT45M", "RRULE:FREQ=WEEKLY;COUNT=5"),
        [(1, 3, 3)],
    ),
    "a birthday since the year 1604": (("DTSTART;VALUE=DATE:16041022", "RRULE:FREQ=YEARLY"), [(4, 1, 12)]),
    "the last Friday of the month": (
        (f"DTSTART;{BERLIN}:20260130T100000", "DURATION:PT45M", "RRULE:FREQ=MONTHLY;BYDAY=-1FR"),
        [(12, 3, 3)],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES.keys())
def test_events_lie_on_the_slots_they_touch(lines, expected, event, autumn: Schedule) -> None:
    assert places(read_calendar([event(*lines)], autumn)) == expected


def test_summer_time_begins_and_ten_oclock_stays(event, spring: Schedule) -> None:
    weekly = event(f"DTSTART;{BERLIN}:20260907T100000", f"DTEND;{BERLIN}:20260907T114000", "RRULE:FREQ=WEEKLY")

    assert places(read_calendar([weekly], spring)) == [(1, 3, 4), (8, 3, 4)]


def test_an_hour_that_does_not_exist_is_no_error(event, spring: Schedule) -> None:
    reading = read_calendar([event("DTSTART:20270328T023000", "DURATION:PT30M")], spring)

    assert (times(reading), reasons(reading)) == (["03:30-04:00"], [])


OVERRIDES = {
    "to another day": ((f"DTSTART;{BERLIN}:20261023T080000", "DURATION:PT45M"), [(5, 1, 1), (8, 3, 4)]),
    "out of the window": ((f"DTSTART;{BERLIN}:20261123T080000", "DURATION:PT45M"), [(8, 3, 4)]),
    "to another length": ((f"DTSTART;{BERLIN}:20261019T100000", "DURATION:PT45M"), [(1, 3, 3), (8, 3, 4)]),
    "cancelled": ((f"DTSTART;{BERLIN}:20261019T100000", "DURATION:PT45M", "STATUS:CANCELLED"), [(8, 3, 4)]),
}


@pytest.mark.parametrize(("lines", "expected"), OVERRIDES.values(), ids=OVERRIDES.keys())
def test_an_overridden_occurrence_stays_with_its_event(lines, expected, calendar, autumn: Schedule) -> None:
    main = ["BEGIN:VEVENT", "UID:a", "SUMMARY:Class", *WEEKLY, "END:VEVENT"]
    moved = ["BEGIN:VEVENT", "UID:a", f"RECURRENCE-ID;{BERLIN}:20261019T100000", *lines, "END:VEVENT"]

    reading = read_calendar([calendar(*moved, *main)], autumn)

    assert places(reading) == expected
    assert [event.title for event in reading.events] == ["Class"]


def test_an_occurrence_moved_into_the_window_is_seen(calendar, autumn: Schedule) -> None:
    main = ["BEGIN:VEVENT", "UID:a", *WEEKLY, "END:VEVENT"]
    moved = ["BEGIN:VEVENT", "UID:a", f"RECURRENCE-ID;{BERLIN}:20260921T100000"]
    moved += [f"DTSTART;{BERLIN}:20261022T080000", "DURATION:PT45M", "END:VEVENT"]

    assert places(read_calendar([calendar(*main, *moved)], autumn)) == [(1, 3, 4), (4, 1, 1), (8, 3, 4)]


def test_this_and_future_moves_all_that_follow(calendar, autumn: Schedule) -> None:
    main = ["BEGIN:VEVENT", "UID:a", *WEEKLY, "END:VEVENT"]
    moved = ["BEGIN:VEVENT", "UID:a", f"RECURRENCE-ID;RANGE=THISANDFUTURE;{BERLIN}:20260921T100000"]
    moved += [f"DTSTART;{BERLIN}:20260922T080000", "DURATION:PT45M", "END:VEVENT"]

    assert places(read_calendar([calendar(*main, *moved)], autumn)) == [(2, 1, 1), (9, 1, 1)]


def test_a_custom_time_zone_of_the_file_counts_wherever_it_stands(calendar, autumn: Schedule) -> None:
    zone = ["BEGIN:VTIMEZONE", "TZID:Home", "BEGIN:STANDARD", "DTSTART:19700101T000000"]
    zone += ["TZOFFSETFROM:+0300", "TZOFFSETTO:+0300", "END:STANDARD", "END:VTIMEZONE"]
    lesson = ["BEGIN:VEVENT", "UID:a", "DTSTART;TZID=Home:20261020T110000", "DURATION:PT45M", "END:VEVENT"]

    assert places(read_calendar([calendar(*zone, *lesson)], autumn)) == [(2, 3, 3)]
    assert places(read_calendar([calendar(*lesson, *zone)], autumn)) == [(2, 3, 3)]


def test_one_files_time_zone_is_not_the_next_ones(calendar, event, autumn: Schedule) -> None:
    def zone(offset: str) -> list[str]:
        lines = ["BEGIN:VTIMEZONE", "TZID:Home", "BEGIN:STANDARD", "DTSTART:19700101T000000"]
        return [*lines, f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE"]

    lesson = ["BEGIN:VEVENT", "DTSTART;TZID=Home:20261020T110000", "DURATION:PT45M", "END:VEVENT"]
    files = [calendar(*zone("+0300"), *lesson, "X-A:1"), calendar(*zone("+0200"), *lesson, name="b.ics")]

    assert [places(read_calendar([file], autumn)) for file in files] == [[(2, 3, 3)], [(2, 4, 4)]]


OWN_TIMES = {
    "on a slot and a half": (("20261020T111500", "20261020T121000"), [(2, 4, 5)], ["11:15-12:10"]),
    "in a long pause": (("20261020T124000", "20261020T132000"), [(2, 6, 5)], ["12:40-13:20"]),
    "the whole of a short pause": (("20261020T084500", "20261020T085500"), [(2, 2, 1)], ["08:45-08:55"]),
    "from a slot into a pause": (("20261020T121500", "20261020T130000"), [(2, 5, 5)], ["12:15-13:00"]),
    "before the first slot": (("20261020T063000", "20261020T080000"), [(2, 1, 0)], ["06:30-08:00"]),
    "through a night": (
        ("20261020T220000", "20261021T083000"),
        [(2, 13, 12), (3, 1, 1)],
        ["22:00-00:00", "00:00-08:30"],
    ),
    "till midnight": (("20261020T220000", "20261021T000000"), [(2, 13, 12)], ["22:00-00:00"]),
    "on the last evening": (("20261101T230000", "20261102T010000"), [(14, 13, 12)], ["23:00-00:00"]),
}


@pytest.mark.parametrize(("span", "expected", "clock"), OWN_TIMES.values(), ids=OWN_TIMES.keys())
def test_an_event_keeps_its_own_times_also_where_it_touches_no_slot(
    span, expected, clock, event, autumn: Schedule
) -> None:
    reading = read_calendar([event(f"DTSTART;{BERLIN}:{span[0]}", f"DTEND;{BERLIN}:{span[1]}")], autumn)

    assert (places(reading), times(reading), reasons(reading)) == (expected, clock, [])


def test_occurrences_that_share_a_slot_are_told_from_the_first_to_the_last_moment(event, autumn: Schedule) -> None:
    twice = event(f"DTSTART;{BERLIN}:20261020T101000", "DURATION:PT20M", f"RDATE;{BERLIN}:20261020T103500")

    assert (places(read_calendar([twice], autumn)), times(read_calendar([twice], autumn))) == (
        [(2, 3, 3)],
        ["10:10-10:55"],
    )


LEFT_OUT = {
    "cancelled": ((f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT45M", "STATUS:cancelled"), Reason.CANCELLED),
    "transparent": ((f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT45M", "TRANSP:TRANSPARENT"), Reason.FREE),
    "before the window": ((f"DTSTART;{BERLIN}:20261018T100000", "DURATION:PT45M"), Reason.OUTSIDE_WINDOW),
    "after the window": (("DTSTART;VALUE=DATE:20261102",), Reason.OUTSIDE_WINDOW),
    "over before the window": ((*WEEKLY[:2], "RRULE:FREQ=WEEKLY;UNTIL=20261001T000000Z"), Reason.OUTSIDE_WINDOW),
    "without a length": ((f"DTSTART;{BERLIN}:20261020T100000",), Reason.NO_TIME),
}


@pytest.mark.parametrize(("lines", "reason"), LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_what_is_left_out_is_said(lines, reason, event, autumn: Schedule) -> None:
    reading = read_calendar([event(*lines)], autumn)

    assert (reading.events, reasons(reading)) == ((), [reason])


def test_a_left_out_occurrence_is_told_with_its_time(calendar, autumn: Schedule) -> None:
    main = ["BEGIN:VEVENT", "UID:a", "SUMMARY:Class", *WEEKLY, "END:VEVENT"]
    off = ["BEGIN:VEVENT", "UID:a", f"RECURRENCE-ID;{BERLIN}:20261026T100000", "SUMMARY:Class", "STATUS:CANCELLED"]
    off += [f"DTSTART;{BERLIN}:20261026T100000", "END:VEVENT"]

    reading = read_calendar([calendar(*main, *off)], autumn)

    assert [str(left) for left in reading.left_out] == ["Class (Mon 26 Oct 2026 10:00): cancelled"]


def test_other_components_are_named(calendar, autumn: Schedule) -> None:
    reading = read_calendar([calendar("BEGIN:VJOURNAL", "SUMMARY:Diary", "END:VJOURNAL")], autumn)

    assert [str(left) for left in reading.left_out] == ["Diary (VJOURNAL): neither an event nor a task"]


def test_an_event_is_a_locked_existing_entry(event, autumn: Schedule) -> None:
    lines = (f"DTSTART;{BERLIN}:20261020T100000", "DTEND;TZID=Europe/Berlin:20261020T114000", "CATEGORIES:course,math")

    (task,) = read_calendar([event(*lines)], autumn).events

    assert task == Task(
        id=1,
        source=Source.EVENT,
        source_id="thing",
        title="Thing",
        category="course",
        status=Status.EXISTING,
        locked=True,
        duration=2,
        slots=task.slots,
    )


def test_a_host_says_so(event, autumn: Schedule) -> None:
    train = event(f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT2H", "X-DAYLOOM-CAN-EMBED:TRUE")

    assert read_calendar([train], autumn).events[0].can_embed


def test_titles_are_one_clean_line_of_limited_length(event, autumn: Schedule) -> None:
    title = "A\x07 \u202eB\\n  C" + "x" * 2_000
    (task,) = read_calendar([event(f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT2H", title=title)], autumn).events

    assert task.title.startswith("A B Cxxx")
    assert len(task.title) == 500


def test_several_calendars_in_one_file_are_all_read(calendar, event, autumn: Schedule) -> None:
    one = event(f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT45M", uid="a")
    two = event(f"DTSTART;{BERLIN}:20261021T100000", "DURATION:PT45M", uid="b")

    assert places(read_calendar([File("both.ics", one.data + two.data)], autumn)) == [(2, 3, 3), (3, 3, 3)]


def test_an_event_in_two_files_counts_once(event, autumn: Schedule) -> None:
    lines = (f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT45M")

    reading = read_calendar([event(*lines), event(*lines, name="copy.ics")], autumn)

    assert (places(reading), reasons(reading)) == ([(2, 3, 3)], [Reason.DUPLICATE])


def test_the_newest_revision_of_an_event_counts(calendar, autumn: Schedule) -> None:
    def revision(number: int, day: int) -> list[str]:
        lines = ["BEGIN:VEVENT", "UID:a", f"SEQUENCE:{number}", f"DTSTART;{BERLIN}:202610{day}T100000"]
        return [*lines, "DURATION:PT45M", "END:VEVENT"]

    reading = read_calendar([calendar(*revision(2, 21), *revision(1, 20))], autumn)

    assert (places(reading), reasons(reading)) == ([(3, 3, 3)], [Reason.OUTDATED])


def test_events_without_uid_are_told_apart_and_known_again(calendar, autumn: Schedule) -> None:
    lines = ["BEGIN:VEVENT", "SUMMARY:Same", f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT45M", "END:VEVENT"]
    file = calendar(*lines * 3)

    first, second = read_calendar([file], autumn), read_calendar([file], autumn)

    assert len({event.source_id for event in first.events}) == 3
    assert first == second


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_do_not_matter(ending, mark, event, autumn: Schedule) -> None:
    file = event(f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT45M")
    data = mark + file.data.replace(b"\r\n", ending.encode())

    assert places(read_calendar([File("mine.ics", data)], autumn)) == [(2, 3, 3)]


def test_a_fold_inside_a_character_is_read(event, autumn: Schedule) -> None:
    whole = event(f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT45M", title="Café")
    folded = whole.data.replace("é".encode(), b"\xc3\r\n \xa9")

    assert read_calendar([File("mine.ics", folded)], autumn).events[0].title == "Café"


def test_a_file_on_disk_is_read_by_path(tmp_path, event, autumn: Schedule) -> None:
    path = tmp_path / "mine.ics"
    path.write_bytes(event(f"DTSTART;{BERLIN}:20261020T100000", "DURATION:PT45M").data)

    assert places(read_calendar([path], autumn)) == [(2, 3, 3)]
