"""Events of the user's calendar over HTTP: looked at, added, changed, cancelled; once for each key."""

from __future__ import annotations

from typing import Any

import pytest
from drafting import House

ICS = """BEGIN:VCALENDAR\r
VERSION:2.0\r
X-WR-CALNAME:Work\r
BEGIN:VEVENT\r
UID:standup/1\r
DTSTART;TZID=Europe/Berlin:20261102T090000\r
DTEND;TZID=Europe/Berlin:20261102T093000\r
RRULE:FREQ=DAILY;COUNT=60\r
SUMMARY:Standup\r
ATTENDEE;CN=Anna:mailto:anna@example.org\r
X-KEPT:yes\r
END:VEVENT\r
END:VCALENDAR\r
"""
LUNCH = {"title": "Lunch", "start": "2026-11-27T12:00", "minutes": 45, "location": "Mensa", "attendees": ["Ben"]}


@pytest.fixture
def events(house: House) -> str:
    """Let the user have a calendar; the path of its events."""
    house.http.put("/calendar", content=ICS, headers={"content-type": "text/calendar"}).raise_for_status()
    return "/calendar/events"


def listed(house: House, start: str = "2026-11-27", days: int = 1) -> list[dict[str, Any]]:
    return house.http.get("/calendar/events", params={"start": start, "days": days}).json()["events"]


def times(house: House, title: str, days: int = 4) -> list[str]:
    found = [event for event in listed(house, "2026-11-23", days) if event["title"] == title]
    return [time["start"][:16] for event in found for time in event["times"]]


def test_an_event_is_added_once_for_a_key_changed_and_cancelled(house: House, events: str) -> None:
    key = {"Idempotency-Key": "lunch-1"}
    first, again = (house.http.post(events, json=LUNCH, headers=key) for _ in range(2))

    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json()["change"]["event"]["tell"] == ["Ben"]
    [lunch] = [event for event in listed(house) if event["title"] == "Lunch"]
    assert (lunch["location"], lunch["attendees"], len(lunch["times"])) == ("Mensa", ["Ben"], 1)
    moved = house.http.patch(f"{events}/{lunch['id']}", json={"title": "Brunch", "start": "2026-11-27T11:00"})
    assert [field["field"] for field in moved.json()["change"]["fields"]] == ["title", "when"]
    assert house.http.delete(f"{events}/{lunch['id']}").status_code == 200
    assert [event["title"] for event in listed(house)] == ["Standup"]
    assert house.http.post(events, json={**LUNCH, "title": "Other"}, headers=key).json()["code"] == "key_reused"


def test_one_of_a_series_or_all_of_it_changes_and_the_rest_of_the_file_stays(house: House, events: str) -> None:
    path = f"{events}/standup%2F1"

    house.http.delete(path, params={"on": "2026-11-24"}).raise_for_status()
    house.http.patch(path, json={"on": "2026-11-25", "start": "2026-11-25T10:00"}).raise_for_status()

    assert times(house, "Standup") == ["2026-11-23T09:00", "2026-11-25T10:00", "2026-11-26T09:00"]
    assert "X-KEPT:yes" in house.http.get("/calendar.ics").text
    house.http.patch(path, json={"on": None, "series": True, "title": "Sync"}).raise_for_status()
    assert len(times(house, "Sync")) == 3


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("DELETE", "/standup%2F1", None, 422, "rule_broken"),
        ("DELETE", "/nobody", None, 404, "unknown_event"),
        ("PATCH", "/standup%2F1", {"series": True}, 422, "bad_input"),
        ("PATCH", "/standup%2F1", {"on": "2026-11-24", "series": True}, 422, "bad_input"),
        ("POST", "", {"title": "Lunch", "start": "soon"}, 422, "bad_input"),
        ("POST", "", {"title": "Lunch", "start": "2026-11-27T12:00", "end": "2026-11-27T11:00"}, 422, "rule_broken"),
        ("POST", "", {"title": "Lunch"}, 422, "invalid"),
    ],
)
def test_what_is_not_clear_is_refused_and_changes_nothing(
    house: House, events: str, method: str, path: str, body: Any, status: int, code: str
) -> None:
    before = house.http.get("/calendar.ics").text

    answer = house.http.request(method, events + path, json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert house.http.get("/calendar.ics").text == before
