"""The tasks of a user's list, one by one: looked at, changed, done, dropped, and taken back."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from drafting import House
from talking import checked

ESSAY = {"title": "Essay", "duration": "90min", "deadline": "2026-11-27"}


@pytest.fixture
def essay(house: House) -> str:
    return house.http.post("/tasks", json=[ESSAY]).json()["tasks"][0]["id"]


def listed(house: House, **query: Any) -> list[str]:
    return [task["id"] for task in house.http.get("/tasks", params=query).json()["tasks"]]


def test_fields_that_are_given_change_and_null_takes_one_away(house: House, essay: str) -> None:
    said = {"title": "Paper", "duration": "2h", "deadline": None, "weekdays": [1, 2], "time_range": "08:00-12:00"}

    changed = house.http.patch(f"/tasks/{essay}", json=said)

    assert changed.status_code == 200
    fields = {"title": "Paper", "duration": "120min", "weekdays": [1, 2], "time_range": "08:00-12:00"}
    assert changed.json()["task"] == fields
    assert house.http.get(f"/tasks/{essay}").json() == changed.json()


@pytest.mark.parametrize(
    ("said", "status"),
    [({"title": None}, 422), ({"duration": None, "deadline": "soon"}, 422), ({"colour": "red"}, 422), ({"id": 1}, 422)],
)
def test_a_change_that_does_not_fit_is_refused_whole(
    house: House, essay: str, said: dict[str, Any], status: int
) -> None:
    assert house.http.patch(f"/tasks/{essay}", json={"priority": 1, **said}).status_code == status
    assert house.http.get(f"/tasks/{essay}").json()["task"] == ESSAY


def test_a_task_that_is_done_leaves_what_is_to_be_planned_and_keeps_what_it_took(house: House, essay: str) -> None:
    done = house.http.post(f"/tasks/{essay}/done", json={"took": 50})
    again = house.http.post(f"/tasks/{essay}/done")

    assert (done.json()["ending"], done.json()["took"]) == ("done", 50)
    assert again.json() == done.json()
    assert essay not in listed(house)
    assert essay in listed(house, ended=True)


def test_what_was_dropped_comes_back_as_it_was(house: House, essay: str) -> None:
    before = house.http.get(f"/tasks/{essay}").json()

    dropped = house.http.post(f"/tasks/{essay}/drop").json()
    back = house.http.post(f"/tasks/{essay}/reopen").json()

    assert (dropped["ending"], dropped["took"]) == ("dropped", None)
    assert back == before
    assert essay in listed(house)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PATCH", ""), *(("POST", f"/{what}") for what in ("done", "drop", "reopen"))]
)
def test_a_task_that_is_not_there_is_unknown(house: House, method: str, path: str) -> None:
    answer = house.http.request(method, f"/tasks/task-0{path}", json={} if method == "PATCH" else None)

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_task")


def test_the_parts_of_a_task_name_it_and_are_joined_again(house: House, essay: str) -> None:
    whole = house.http.get(f"/tasks/{essay}").json()

    parts = house.http.post(f"/tasks/{essay}/split", json={"parts": 2})
    refused = house.http.post(f"/tasks/{essay}/split", json={"parts": 2})
    joined = house.http.post(f"/tasks/{essay}~2/join").json()["tasks"]

    assert parts.status_code == 200
    assert [(one["id"], one["parent"]) for one in parts.json()["tasks"]] == [(essay, essay), (f"{essay}~2", essay)]
    assert refused.status_code == 422
    assert joined == [whole]


def test_blocks_said_of_a_task_that_is_listed_split_it_and_its_parts_are_told_as_one(house: House, essay: str) -> None:
    first = house.http.patch(f"/tasks/{essay}", json={"max_block": "45min"})
    again = house.http.patch(f"/tasks/{essay}", json={"max_block": "30min"})
    house.http.post("/tasks", json=[{"title": "Poem", "duration": "1h"}])
    renamed = house.http.patch(f"/tasks/{essay}~2", json={"title": "Paper", "duration": "30min"})
    house.http.post(f"/tasks/{essay}/done")
    found = house.http.get("/tasks", params={"ended": True}).json()
    mine = [task for task in found["tasks"] if task["parent"] == essay]

    assert (first.status_code, first.json()["id"], first.json()["task"]["part"]) == (200, essay, 1)
    assert (again.status_code, renamed.json()["id"]) == (422, f"{essay}~2")
    said = [(task["task"]["title"], task["task"]["duration"]) for task in mine]
    assert said == [("Paper", "45min"), ("Paper", "30min")]
    assert {"id": essay, "title": "Paper", "parts": [essay, f"{essay}~2"], "open": 1} in found["split"]


def test_a_task_shorter_than_its_blocks_stays_one_until_it_grows(house: House, essay: str) -> None:
    short = house.http.patch(f"/tasks/{essay}", json={"max_block": "90min"}).json()
    longer = house.http.patch(f"/tasks/{essay}", json={"duration": "3h"}).json()
    parts = [task["task"] for task in house.http.get("/tasks").json()["tasks"] if task["parent"] == essay]

    assert (short["parent"], longer["parent"]) == (None, essay)
    assert [(task["part"], task["duration"]) for task in parts] == [(1, "90min"), (2, "90min")]


def read(house: House, text: str, kind: str = "text/plain") -> httpx.Response:
    return house.http.post("/tasks/read", content=text, headers={"content-type": kind})


def test_words_are_read_before_they_are_kept_and_kept_as_they_were_shown(house: House) -> None:
    before = listed(house)

    shown = checked(read(house, "Essay 2h due 2026-12-04\nGym\nCall mum (30 min) due 31.02.2026\n"))
    essay = shown["tasks"][0]
    kept = checked(house.http.post("/tasks", json=[each["task"] for each in shown["tasks"]]))["tasks"]

    assert essay["task"] == {"title": "Essay", "duration": "120min", "deadline": "2026-12-04"}
    assert (essay["where"], essay["minutes"], essay["deadline"]) == ("line 1", 120, "2026-12-04T23:59:00+01:00")
    assert [each["task"] for each in kept] == [each["task"] for each in shown["tasks"]]
    assert set(listed(house)) - set(before) == {each["id"] for each in kept}


def test_what_cannot_be_read_is_told_line_by_line(house: House) -> None:
    before = listed(house)

    shown = checked(
        read(house, "title,duration,deadline\nEssay,2h,2026-12-04\nTalk,ages,2026-12-04\nRun,1h,someday\n", "text/csv")
    )

    assert [each["where"] for each in shown["tasks"]] == ["row 2"]
    assert [(each["title"], each["reason"]) for each in shown["left_out"]] == [
        ("Talk", "cannot be read"),
        ("Run", "cannot be read"),
    ]
    assert "row 3: duration 'ages'" in shown["left_out"][0]["detail"]
    assert listed(house) == before


def test_to_dos_of_another_program_become_tasks(house: House) -> None:
    todos = [
        "UID:a\r\nSUMMARY:Essay\r\nDUE;VALUE=DATE:20261204\r\nESTIMATED-DURATION:PT2H\r\nPRIORITY:1\r\nCATEGORIES:History",
        "UID:b\r\nSUMMARY:Old\r\nSTATUS:COMPLETED",
    ]
    written = "".join(f"BEGIN:VTODO\r\n{each}\r\nEND:VTODO\r\n" for each in todos)
    event = "BEGIN:VEVENT\r\nUID:c\r\nSUMMARY:Lecture\r\nDTSTART:20261204T080000Z\r\nEND:VEVENT\r\n"
    file = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{written}{event}END:VCALENDAR\r\n"

    shown = checked(read(house, file, "text/calendar"))
    kept = checked(house.http.post("/tasks", content=file, headers={"content-type": "text/calendar"}))

    fields = {"title": "Essay", "category": "History", "duration": "120min", "deadline": "2026-12-04", "priority": 1}
    assert [each["task"] for each in shown["tasks"]] == [each["task"] for each in kept["tasks"]] == [fields]
    assert [(each["title"], each["reason"]) for each in shown["left_out"]] == [
        ("Old", "already done"),
        ("Lecture", "an event in a task file; give the file as a calendar too"),
    ]
