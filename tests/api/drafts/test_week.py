"""Days over HTTP as a page draws them: those of a thread, and the person's own."""

from __future__ import annotations

from drafting import House
from talking import checked

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:dentist\r\nDTSTAMP:20261101T000000Z\r\n"
    "DTSTART:20261124T083000Z\r\nDTEND:20261124T091500Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_the_days_of_a_thread_are_those_of_its_newest_preview(house: House) -> None:
    draft = house.draft("week")
    draft.begin()
    preview = draft.drag((1, 2, 3)).json()

    seen = house.http.get("/threads/week/week")
    week = checked(seen)

    assert seen.headers["etag"] == draft.preview().headers["etag"]
    assert (week["version"], week["state_version"]) == (preview["version"], preview["schedule"]["version"])
    assert (week["working"], week["timezone"], week["start"]) == (False, "Europe/Berlin", "2026-11-23")
    essay = next(entry for entry in week["entries"] if entry["task_id"] == 1)
    assert (essay["start"], essay["status"]) == ("2026-11-24T10:00:00+01:00", "suggested")
    assert [task["title"] for task in week["pending"]] == ["Report"]
    assert house.http.get("/threads/nobody/week").status_code == 404


def test_without_a_thread_there_are_the_calendar_and_the_tasks(house: House) -> None:
    checked(house.http.put("/calendar", content=CALENDAR, headers={"content-type": "text/calendar"}))
    checked(house.http.post("/tasks", json=[{"title": "Essay", "duration": "90min", "deadline": "2026-11-27"}]))

    week = checked(house.http.get("/week?start=2026-11-23&days=5&grid=half-hours"))

    assert (week["version"], len(week["days"]), len(week["grid"])) == (None, 5, 28)
    assert [(entry["title"], entry["start"], entry["end"]) for entry in week["entries"]] == [
        ("Dentist", "2026-11-24T09:30:00+01:00", "2026-11-24T10:15:00+01:00")
    ]
    assert [(task["title"], task["minutes"], task["deadline"]) for task in week["pending"]] == [
        ("Essay", 90, "2026-11-27T23:59:00+01:00")
    ]
