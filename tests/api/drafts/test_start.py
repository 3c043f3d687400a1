"""What a page asks for first: what holds for whoever has signed in, and a sample for an empty account."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from drafting import House
from talking import checked

from dayloom.calendars import empty_week, read_calendar, sample_from, understand
from state.schedule import GRIDS, PERIODS12


def test_a_page_learns_who_asks_which_model_answers_and_what_days_look_like(house: House) -> None:
    told = checked(house.http.get("/settings"))

    assert (told["user"], told["scopes"], told["timezone"]) == ("local", ["read", "write", "admin"], "Europe/Berlin")
    assert told["model"] == {"name": "offline", "offline": True, "names": ["offline"]}
    assert [grid["name"] for grid in told["grids"]] == list(GRIDS)
    assert told["grids"][0]["slots"][0] == {"slot": 1, "start": "08:00", "end": "08:45"}
    assert told["next_days"].keys() == {"start", "days", "grid"}


def test_an_empty_account_gets_the_sample_once_and_a_full_one_keeps_what_it_has(house: House) -> None:
    empty = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\nEND:VCALENDAR\r\n"
    house.http.put("/calendar", content=empty, headers={"content-type": "text/calendar"})
    before = checked(house.http.get("/settings"))["kept"]

    brought = house.http.post("/sample")
    again = house.http.post("/sample")
    after = checked(house.http.get("/settings"))["kept"]
    found = checked(house.http.get(f"/calendar/events?start={brought.json()['start']}"))["events"]

    assert before == {"events": 0, "tasks": 0}
    assert brought.status_code == 201, brought.text
    assert date.fromisoformat(brought.json()["start"]).weekday() == 0
    assert after == {"events": brought.json()["events"], "tasks": len(brought.json()["tasks"])}
    assert brought.json()["left_out"] == []
    assert "Dentist" in {event["title"] for event in found}
    assert (again.status_code, again.json()["code"]) == (409, "not_empty")
    assert checked(house.http.get("/settings"))["kept"] == after


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Shanghai", "America/New_York", "Africa/Casablanca", "UTC"])
@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2026, 11, 28), date(2028, 2, 29), date(2026, 1, 1)])
def test_the_sample_is_about_the_next_week_on_the_persons_clock(today: date, zone: str) -> None:
    sample = sample_from(today, zone)
    week = empty_week(PERIODS12, zone, start=sample.start, days=7)
    reading = read_calendar([sample.calendar], week)
    rows, listed = understand(sample.tasks, week, week.start_of(1, 1))

    at = {event.title: [(at.day, at.slot_start) for at in event.slots] for event in reading.events}

    assert timedelta(0) <= sample.start - today < timedelta(days=7)
    assert at["Linear algebra"] == [(1, 1), (3, 1)]
    assert at["Statistics"] == [(5, 6)]
    assert at["Algorithms"] == [(2, 3)]
    assert (len(rows), listed.left_out) == (14, ())
    assert all(str(row.cells.get("deadline") or sample.start) >= str(sample.start) for row in rows)
