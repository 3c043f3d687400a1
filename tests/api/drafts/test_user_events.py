"""A draft that no longer fits the calendar says so wherever it is opened, and over the event stream of its user."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from drafting import House
from talking import checked

MEETING = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:meeting\r
DTSTAMP:20261101T000000Z\r
DTSTART:20261124T080000Z\r
DTEND:20261124T093000Z\r
SUMMARY:Meeting\r
END:VEVENT\r
END:VCALENDAR\r
"""


def told(house: House, start: int) -> list[dict[str, Any]]:
    """Return the user's events from a number on."""
    return house.http.get("/events", params={"from": start}).json()["events"]


def test_a_changed_calendar_is_told_with_the_drafts_it_has_outdated(house: House) -> None:
    draft = house.draft("outdated")
    draft.begin()
    draft.drag((1, 2, 1))
    fitting = draft.preview().json()
    start = house.http.get("/events").json()["next_offset"]

    house.http.put("/calendar", content=MEETING, headers={"content-type": "text/calendar"})

    clash = {"task_id": 1, "title": "Essay", "event": "Meeting"}
    changed, outdated = told(house, start)
    assert "outdated" not in fitting
    assert (changed["type"], changed["number"]) == ("calendar.changed", start)
    assert (outdated["type"], outdated["number"]) == ("draft.outdated", start + 1)
    assert outdated["data"] == {"thread_id": "outdated", "clashes": [clash]}
    assert draft.preview().json()["outdated"] == [clash]
    known = {"If-None-Match": draft.preview().headers["etag"]}
    assert house.http.get("/threads/outdated/preview", headers=known).json()["outdated"] == [clash]
    assert house.http.get("/threads/outdated").json()["dayloom_outdated"] == [clash]

    draft.drag((1, 3, 3))
    house.http.put("/calendar", content=MEETING, headers={"content-type": "text/calendar"})
    assert "outdated" not in draft.preview().json()
    assert len(told(house, start)) == 2

    with house.http.stream("GET", "/events/stream", headers={"Last-Event-ID": str(start)}) as streamed:
        lines = streamed.iter_lines()
        assert [next(lines), next(lines)[:5], next(lines)] == ["event: draft.outdated", "data:", f"id: {start + 1}"]


def test_whatever_changes_calendar_or_tasks_is_told_once_by_whichever_door(house: House) -> None:
    event = {"title": "Lunch", "start": "2026-11-27T12:00"}
    task = house.http.post("/tasks", json=[{"title": "Essay", "duration": "3h"}]).json()["tasks"][0]["id"]
    begun = house.http.get("/events").json()["next_offset"]
    key = {"Idempotency-Key": "once"}

    for method, path, body in (
        ("POST", "/tasks", [{"title": "Poem", "duration": "1h"}]),
        ("POST", "/tasks", [{"title": "Poem", "duration": "1h"}]),
        ("PATCH", f"/tasks/{task}", {"title": "Paper"}),
        ("PATCH", f"/tasks/{task}", {"title": "Paper"}),
        ("POST", f"/tasks/{task}/split", {"parts": 2}),
        ("POST", f"/tasks/{task}/join", None),
        ("POST", f"/tasks/{task}/done", None),
        ("POST", f"/tasks/{task}/reopen", None),
        ("DELETE", f"/tasks/{task}", None),
        ("POST", "/calendar/events", event),
        ("PATCH", "/limits", {"buffer": 15}),
    ):
        headers = key if (method, path) == ("POST", "/tasks") else {}
        assert house.http.request(method, path, json=body, headers=headers).is_success, path

    assert [one["type"] for one in told(house, begun)] == ["calendar.changed"] * 9


def heard(lines: Iterator[str]) -> Iterator[tuple[str | None, str | None]]:
    """Yield what a stream tells of threads."""
    for line in lines:
        if line == "event: thread.changed":
            told = json.loads(next(lines).removeprefix("data: "))
            yield told["thread_id"], told["what"]


def test_one_stream_tells_of_runs_drafts_and_threads_that_others_change(house: House) -> None:
    name, path = "another.tab", "/threads/another.tab"
    run = {"assistant_id": "dayloom", "input": {"messages": [{"role": "user", "content": "What is on Tuesday?"}]}}
    house.http.put("/calendar", content=MEETING, headers={"content-type": "text/calendar"})
    with house.http.stream("GET", "/events/stream", headers={"Last-Event-ID": "-1"}) as streamed:
        lines = streamed.iter_lines()
        next(lines)  # by now it listens
        with house.server.client() as other:
            checked(other.post("/threads", json={"thread_id": name}))
            checked(other.post(f"{path}/runs/wait", json=run))
            other.patch(path, json={"metadata": {"title": "Tuesday"}})
            other.delete(path)
        told = list(islice(heard(lines), 6))

    assert told == [(name, what) for what in ("note", "run", "draft", "run", "note", "note")]


def test_a_draft_that_another_tab_has_moved_is_told(house: House) -> None:
    draft = house.draft("dragged")
    draft.begin()
    with house.http.stream("GET", "/events/stream", headers={"Last-Event-ID": "-1"}) as streamed:
        lines = streamed.iter_lines()
        next(lines)
        draft.drag((1, 3, 3))

        assert next(heard(lines)) == ("dragged", "draft")


def test_a_place_that_is_none_in_the_stream_is_refused(house: House) -> None:
    refused = house.http.get("/events/stream", headers={"Last-Event-ID": "1-1"})

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
