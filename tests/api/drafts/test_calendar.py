"""The calendar and the tasks of a user, in and out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from backstage import Open
from calendar_page import CalendarPage
from drafting import House
from fastapi import Request, Response
from serving import Serving

from dayloom.api.drafts import calendar

ICS = {"content-type": "text/calendar"}
EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n"
    "DTSTART:20261124T190000Z\r\nDTEND:20261124T193000Z\r\nSUMMARY:Déjeuner 午餐\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def problem(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_calendar_comes_back_as_it_was_given(house: House) -> None:
    text = EVENT.format(uid="as-given").encode()

    put = house.http.put("/calendar", content=text, headers=ICS)
    got = house.http.get("/calendar.ics")

    assert (put.status_code, put.json()["version"]) == (200, int(put.headers["etag"].strip('"')))
    assert (got.content, got.headers["etag"]) == (text, put.headers["etag"])
    assert got.headers["content-type"].startswith("text/calendar")
    assert house.http.get("/calendar.ics", headers={"If-None-Match": put.headers["etag"]}).status_code == 304


def test_the_same_calendar_again_is_the_same_version(house: House) -> None:
    versions = [
        house.http.put("/calendar", content=EVENT.format(uid=uid), headers=ICS).json()["version"] for uid in "aab"
    ]

    assert versions[1:] == [versions[0], versions[0] + 1]


def test_a_calendar_is_replaced_only_as_it_was_seen(house: House) -> None:
    tag = house.http.put("/calendar", content=EVENT.format(uid="seen"), headers=ICS).headers["etag"]
    text = EVENT.format(uid="other")

    stale = house.http.put("/calendar", content=text, headers={**ICS, "If-Match": '"0"'})
    fresh = house.http.put("/calendar", content=text, headers={**ICS, "If-Match": tag})

    assert problem(stale) == (412, "match_failed")
    assert stale.json()["current"] == int(tag.strip('"'))
    assert fresh.status_code == 200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "is empty"),
        (b"hello", "line 1: not a calendar"),
        (b"BEGIN:VCALENDAR\0", "line 1: is not a text file"),
    ],
)
def test_what_is_no_calendar_is_refused_with_the_line(house: House, text: bytes, told: str) -> None:
    before = house.http.get("/calendar.ics").content

    answer = house.http.put("/calendar", content=text, headers=ICS)

    assert problem(answer) == (422, "bad_input")
    assert told in answer.json()["detail"]
    assert house.http.get("/calendar.ics").content == before


def test_an_event_that_cannot_be_read_is_named_and_everything_else_counts(house: House) -> None:
    broken = b"BEGIN:VEVENT\r\nUID:x\r\nDTSTART:tomorrow\r\nEND:VEVENT\r\n"
    whole = b"BEGIN:VEVENT\r\nUID:y\r\nDTSTART:20261202T090000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"

    answer = house.http.put("/calendar", content=b"BEGIN:VCALENDAR\r\n" + broken + whole, headers=ICS)

    assert answer.status_code == 200
    (left_out,) = answer.json()["left_out"]
    assert left_out.startswith("calendar.ics, line 4: DTSTART 'TOMORROW' cannot be read; write it as")
    assert b"UID:y" in house.http.get("/calendar.ics").content


def test_a_calendar_is_read_in_the_encoding_that_its_content_type_names(house: House) -> None:
    text = "BEGIN:VCALENDAR\r\nX-WR-CALNAME:日程\r\nEND:VCALENDAR\r\n"

    put = house.http.put(
        "/calendar", content=text.encode("gb18030"), headers={"content-type": "text/calendar; charset=gb18030"}
    )
    unknown = house.http.put("/calendar", content=b"x", headers={"content-type": "text/calendar; charset=klingon"})

    assert put.status_code == 200
    assert house.http.get("/calendar.ics").text == text
    assert problem(unknown) == (422, "bad_input")


def test_another_kind_of_content_is_refused(house: House) -> None:
    assert problem(house.http.put("/calendar", json={})) == (415, "unsupported_media_type")
    assert problem(house.http.post("/tasks", content=b"x", headers={"content-type": "application/xml"})) == (
        415,
        "unsupported_media_type",
    )


def _added(house: House, content: str, kind: str, **headers: str) -> Any:
    return house.http.post("/tasks", content=content, headers={"content-type": kind, **headers})


def test_tasks_are_added_as_json_csv_or_yaml_and_listed_in_order(house: House) -> None:
    first = _added(house, '[{"title": "One", "duration": 2, "weekdays": [1, 2]}]', "application/json")
    second = _added(house, "title,duration,deadline\nTwo,1,2026-11-27\nThree,90min,\n", "text/csv; charset=utf-8")
    third = _added(house, "- title: Four\n  duration: 1\n  deadline: 2026-11-27\n", "application/yaml")

    assert [answer.status_code for answer in (first, second, third)] == [201, 201, 201]
    added = [task["id"] for answer in (first, second, third) for task in answer.json()["tasks"]]
    listed = [task for task in house.http.get("/tasks").json()["tasks"] if task["id"] in added]
    assert [task["task"]["title"] for task in listed] == ["One", "Two", "Three", "Four"]
    assert listed[3]["task"] == {"title": "Four", "duration": 1, "deadline": "2026-11-27"}


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        ("application/json", "[]", "at least 1 item"),
        ("application/json", '{"title": "x"}', "array"),
        ("application/json", '[{"title": "x"}]', "duration"),
        ("application/json", '[{"title": "x", "duration": 2, "deadlin": "y"}]', "deadlin"),
        ("application/json", '[{"title": "x", "duration": 2, "deadline": "soon"}]', "'soon' is not a date"),
        ("text/csv", "title,duration\ny,900\n", "row 2: duration"),
        ("text/csv", "owner\nx\n", "none of 'owner' names the column of the titles"),
        ("application/yaml", "- title: x\n  duration: 2\n  order: 99999999999999999999\n", "not a whole number"),
        ("application/yaml", '- title: "\\ud800"\n  duration: 2\n  category: "\\ud800"\n', "empty"),
        ("application/yaml", "- &a [*a]\n", "alias"),
    ],
)
def test_tasks_of_which_none_can_be_read_are_refused(house: House, kind: str, content: str, told: str) -> None:
    before = house.http.get("/tasks").json()

    answer = _added(house, content, kind)

    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert house.http.get("/tasks").json() == before


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_added_as_they_were_read(house: House) -> None:
    text = "Task;Time needed;Due\nFirst;2 Stunden;04.12.2026\nSecond;1,5;\nThird;;\n"
    answer = _added(house, text, "text/csv").json()

    assert [each["task"] for each in answer["tasks"]] == [
        {"title": "First", "duration": "120min", "deadline": "2026-12-04"},
        {"title": "Third"},
    ]
    assert answer["left_out"] == [
        "tasks.csv, row 3: duration '1,5' may be hours or slots; write 1.5h, 90min or 2 slots"
    ]
    assert answer["notes"] == [
        "tasks.csv: read 'Task' as title, 'Time needed' as duration, 'Due' as deadline",
        "First: deadline '04.12.2026' read as Fri 4 Dec 2026",
        "tasks.csv: no duration is given for Third; taken as 1 slot each",
    ]


@pytest.mark.parametrize("kind", ["text/markdown", "text/plain"])
def test_a_list_of_lines_is_added_without_what_is_done(house: House, kind: str) -> None:
    answer = _added(house, "- [ ] Essay (90 min)\n- [x] Read (1h)\n", kind).json()

    assert [each["task"] for each in answer["tasks"]] == [{"title": "Essay", "duration": "90min"}]
    assert answer["left_out"] == ["Read: already done"]


def test_the_same_key_adds_tasks_once(house: House) -> None:
    content, key = '[{"title": "Once", "duration": 1}]', {"Idempotency-Key": "tasks-1"}

    first = _added(house, content, "application/json", **key)
    again = _added(house, content, "application/json", **key)
    other = _added(house, content.replace("Once", "Twice"), "application/json", **key)

    assert first.json() == again.json()
    assert problem(other) == (422, "key_reused")
    titles = [task["task"]["title"] for task in house.http.get("/tasks").json()["tasks"]]
    assert (titles.count("Once"), titles.count("Twice")) == (1, 0)


def test_a_task_can_be_taken_off_the_list_once(house: House) -> None:
    [task] = _added(house, '[{"title": "Gone", "duration": 1}]', "application/json").json()["tasks"]

    assert house.http.delete(f"/tasks/{task['id']}").status_code == 204
    assert problem(house.http.delete(f"/tasks/{task['id']}")) == (404, "unknown_task")


async def upload(tenant: Any, uid: str) -> int:
    """Put a calendar through the route itself."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": EVENT.format(uid=uid).encode(), "more_body": False}

    head = {"type": "http", "method": "PUT", "path": "/calendar", "headers": [(b"content-type", b"text/calendar")]}
    backend: Any = SimpleNamespace(settings=SimpleNamespace(timezone="Europe/Berlin"))
    return (await calendar.put(Request(head, receive), Response(), tenant, backend)).version


async def test_a_users_uploads_are_read_one_at_a_time_and_nobody_elses_wait(
    backstage: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await backstage(works=False)
    at_once, most, real = 0, 0, calendar.put_calendar

    async def counted(*given: Any, **more: Any) -> int:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            return await real(*given, **more)
        finally:
            at_once -= 1

    monkeypatch.setattr(calendar, "put_calendar", counted)
    versions = await asyncio.gather(*(upload(house.tenant("ann"), uid) for uid in "abc"))
    async with house.tenant("ann").uploading:
        other = await upload(house.tenant("bob"), "d")

    assert (sorted(versions), other, most) == ([1, 2, 3], 1, 1)


def test_the_past_is_open_to_a_thread_that_asks_for_it(house: House) -> None:
    added = house.http.post("/tasks", json=[{"title": "Essay", "duration": 1}])
    assert added.is_success, added.text
    bounds: dict[bool, Any] = {}
    for allow_past in (False, True):
        thread = house.http.post("/threads", json={}).json()["thread_id"]
        yesterday = str(datetime.now(UTC).date() - timedelta(days=1))
        week = {"start": yesterday, "days": 7, "timezone": "UTC", "allow_past": allow_past}
        house.http.post(
            f"/threads/{thread}/runs/wait",
            json={
                "assistant_id": "dayloom",
                "input": {"messages": [{"role": "user", "content": "what is on Tuesday?"}]},
                "config": {"configurable": {"week": week, "model": "offline"}},
            },
        )
        bounds[allow_past] = house.http.get(f"/threads/{thread}/preview").json()["schedule"]["window"]["not_before"]

    assert bounds[True] is None
    assert datetime.fromisoformat(bounds[False]) > datetime.now(UTC)


def test_a_calendar_is_read_from_its_address_and_told_by_its_host_alone(house: House, tmp_path: Path) -> None:
    with (
        CalendarPage() as page,
        Serving(tmp_path / "home", redis_url=house.store.url, DAYLOOM_PRIVATE_ADDRESSES="true") as open_server,
    ):
        before = house.http.put("/calendar", content=EVENT.format(uid="before"), headers=ICS).json()["version"]
        page.event("20261124T083000Z", "20261124T091500Z")
        refused = house.http.post("/calendar/import", json={"url": page.address})
        missing = open_server.http.post("/calendar/import", json={"url": f"{page.address}-secret"})
        read = open_server.http.post("/calendar/import", json={"url": page.address})
        again = open_server.http.post("/calendar/import", json={"url": page.address})

    assert problem(refused) == problem(missing) == (422, "bad_input")
    assert "DAYLOOM_PRIVATE_ADDRESSES" in refused.text
    assert "secret" not in missing.text
    told = {"version": before + 1, "entries": 1, "new": 1, "gone": 1, "unchanged": False, "left_out": []}
    assert read.json() == {**told, "host": "127.0.0.1"}
    assert again.json() == {**read.json(), "new": 0, "gone": 0, "unchanged": True}
    assert "Dentist" in house.http.get("/calendar.ics").text


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/a.ics", "http://ann:pw@example.org/", "ann.ics"]
)
def test_only_web_addresses_are_read(url: str, house: House) -> None:
    assert problem(house.http.post("/calendar/import", json={"url": url})) == (422, "bad_input")
