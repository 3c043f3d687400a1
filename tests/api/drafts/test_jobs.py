"""Jobs over HTTP: added once per key, carried out by the service, moved only as the table of states has it."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from drafting import House

from state.job import JobKind as Kind
from state.job import JobStatus, following


def made(house: House, **fields: Any) -> dict[str, Any]:
    answer = house.http.post("/jobs", json={"title": "What is on Tuesday?", **fields})
    assert answer.status_code == 201
    return answer.json()


def ended(house: House, id: str, *statuses: str, attempts: int = 0) -> dict[str, Any]:
    job: dict[str, Any] = {}
    for _ in range(600):
        job = house.http.get(f"/jobs/{id}", params={"expand": "all"}).json()
        if job["status"] in (statuses or ("done",)) and len(job["attempts"]) >= attempts:
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def test_a_job_that_is_due_is_carried_out_by_the_service(house: House) -> None:
    job = ended(house, made(house, due="2026-01-01T00:00:00Z")["id"])

    assert ["Tue" in output["text"] for output in job["outputs"]] == [True]
    assert [attempt["outcome"] for attempt in job["attempts"]] == ["completed"]
    assert job["next"] == []
    assert job["log"][0]["text"].startswith("Added: What is on Tuesday?")


def test_the_same_key_adds_one_job_and_another_request_with_it_is_refused(house: House) -> None:
    body, headers = {"title": "Water the plants"}, {"Idempotency-Key": "k1"}
    first, second = (house.http.post("/jobs", json=body, headers=headers) for _ in range(2))
    other = house.http.post("/jobs", json={"title": "Something else"}, headers=headers)

    assert first.json() == second.json()
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    titles = [job["title"] for job in house.http.get("/jobs").json()["jobs"]]
    assert titles.count("Water the plants") == 1


def test_a_step_that_the_table_does_not_have_is_refused_and_the_legal_ones_are_named(house: House) -> None:
    id = made(house)["id"]
    refused = house.http.post(f"/jobs/{id}/review", json={"decision": "accept"})

    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_step")
    assert refused.json()["legal"] == list(following(JobStatus.PENDING, Kind.TODO))
    assert house.http.get(f"/jobs/{id}").json()["status"] == "pending"


def test_a_recurrence_is_read_as_people_write_it_and_one_that_is_never_due_is_refused(house: House) -> None:
    kept = made(house, every="every 2 weeks on Sunday at 18:00", timezone="Europe/Berlin")
    never = house.http.post("/jobs", json={"title": "Never", "every": "0 0 31 2 *"})

    assert (kept["kind"], kept["recurrence"]["count"], kept["recurrence"]["weekdays"]) == ("supervision", 2, [7])
    assert datetime.fromisoformat(kept["due"]).astimezone(ZoneInfo("Europe/Berlin")).hour == 18
    assert (never.status_code, never.json()["code"]) == (422, "bad_input")


def test_comments_log_and_deletion(house: House) -> None:
    id = made(house)["id"]
    house.http.post(f"/jobs/{id}/comments", json={"text": "Anna is away."})
    log = house.http.get(f"/jobs/{id}/log", params={"from": 1}).json()

    assert [line["text"] for line in log["lines"]] == ["Comment: Anna is away."]
    assert log["next_offset"] == 2
    assert house.http.delete(f"/jobs/{id}").status_code == 204
    assert house.http.get(f"/jobs/{id}").status_code == 404


def test_a_ready_job_is_one_request_and_what_is_said_goes_first(house: House) -> None:
    kept = house.http.post("/jobs", json={"example": "weekly-plan", "priority": 2, "every": "Friday 17:00"}).json()
    assert (kept["title"], kept["report"], kept["priority"]) == ("Plan my week", "week", 2)
    assert (kept["recurrence"]["weekdays"], kept["recurrence"]["at"]) == ([5], "17:00")

    ended(house, house.http.post(f"/jobs/{kept['id']}/run").json()["id"], "pending", attempts=1)
    report = house.http.get(f"/jobs/{kept['id']}/outputs").json()["outputs"][-1]["text"]
    assert "Your days from " in report


def test_a_question_is_answered_over_http_and_a_job_that_asks_nothing_is_not(house: House) -> None:
    job = ended(
        house, made(house, title="Add a task: call Anna, 30 minutes", due="2026-01-01T00:00:00Z")["id"], "blocked"
    )
    assert "call Anna" in job["attempts"][-1]["report"]

    assert house.http.post(f"/jobs/{job['id']}/answer", json={"message": "yes"}).status_code == 202
    assert ended(house, job["id"])["status"] == "done"
    again = house.http.post(f"/jobs/{job['id']}/answer", json={"message": "yes"})
    assert again.status_code == 409
