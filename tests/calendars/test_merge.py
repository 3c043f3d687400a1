"""Entries that drafts have brought stand in the calendar; everything else stays byte for byte."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from builders import STEADY
from hypothesis import given
from hypothesis import strategies as st

from dayloom.calendars import File, join_calendars, merge_entries, read_calendar, uids_in
from state.calendar_commit import CalendarEntry
from state.errors import BadInput
from state.schedule import PERIODS12, Schedule, Window

WEEK = Schedule(window=Window(start=date(2026, 11, 23), days=7), grid=PERIODS12, timezone="Europe/Berlin")
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
TEXT = (
    b"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\nX-ODD:keep\n me\nBEGIN:VEVENT\nUID:a\nDTSTART:20261124T190000Z\n"
    b"DTEND:20261124T193000Z\nSUMMARY:Folded \n line\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM\n"
    b"END:VEVENT\nEND:VCALENDAR\n"
)


def entry(uid: str, hour: int = 9, title: str = "Essay") -> CalendarEntry:
    start = datetime(2026, 11, 25, hour, tzinfo=UTC)
    return CalendarEntry(
        uid=uid, title=title, category="a, b; c", start=start, end=start + timedelta(minutes=45), sequence=3, at=NOW
    )


def titles(text: bytes) -> dict[str, str]:
    return {event.source_id: event.title for event in read_calendar([File("c.ics", text)], WEEK).events}


def test_without_entries_a_calendar_is_what_was_given() -> None:
    assert merge_entries(TEXT, []) == TEXT
    assert titles(merge_entries(b"", [])) == {}


def test_entries_come_before_the_end_and_leave_the_rest_alone() -> None:
    lines = merge_entries(TEXT, [entry("b")]).split(b"\r\n")

    given_lines = TEXT.split(b"\n")
    assert lines[: len(given_lines) - 2] == given_lines[:-2]
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert titles(merge_entries(TEXT, [entry("b")])) == {"a": "Folded line", "b": "Essay"}


def test_an_entry_takes_the_place_of_the_one_with_its_uid() -> None:
    both = merge_entries(TEXT, [entry("a", title="Moved")])

    assert titles(both) == {"a": "Moved"}
    assert b"VALARM" not in both


def test_the_uids_of_a_calendar_are_those_of_its_components() -> None:
    assert uids_in(TEXT) == {"a"}
    with pytest.raises(BadInput, match=r"calendar\.ics, line 1: not a calendar"):
        uids_in(b"hello")


@STEADY
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.text(min_size=1, max_size=80)), unique_by=lambda each: each[0]))
def test_any_title_survives(found: list[tuple[str, str]]) -> None:
    entries = [entry(uid, 7 + at, f"t{title}") for at, (uid, title) in enumerate(found)]

    assert titles(merge_entries(TEXT, entries)).keys() == {"a", *(uid for uid, _ in found)}


def test_of_several_calendars_one_without_a_name_is_called_as_its_file() -> None:
    home, work = _with_event("a", b""), _with_event("b", b"X-WR-CALNAME:Office\r\n")

    joined = join_calendars([File("home.ics", home), File("work.ics", work)])

    assert joined.count(b"X-WR-CALNAME:home\r\n") == 1
    assert b"X-WR-CALNAME:work" not in joined
    assert join_calendars([File("home.ics", home)]) == home


def _with_event(uid: str, head: bytes) -> bytes:
    lines = [b"BEGIN:VEVENT", b"UID:" + uid.encode(), b"DTSTART:20261124T070000Z", b"END:VEVENT", b"END:VCALENDAR", b""]
    return b"BEGIN:VCALENDAR\r\n" + head + b"\r\n".join(lines)
