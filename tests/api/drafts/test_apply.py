"""Apply and undo over HTTP: exactly once, and only what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from drafting import Draft, House
from serving import Serving
from stage import a_task, a_week

WORK = a_week(a_task(1, "Thesis"), a_task(2, "Slides"))
"""Another week, with other tasks than the ones the other tests put into the calendar."""


@pytest.fixture
def draft(house: House, request: pytest.FixtureRequest) -> Draft:
    """A thread of this test's own with one task placed."""
    found = house.draft(request.node.name[:60])
    found.begin()
    assert found.drag((1, 4, 3)).status_code == 200
    return found


@pytest.fixture(autouse=True)
def _clean(house: House) -> Iterator[None]:
    yield
    house.store.ask("FLUSHALL")


def entries(draft: Draft) -> int:
    return draft.http.get("/calendar.ics").text.count("BEGIN:VEVENT")


def test_a_draft_goes_into_the_calendar_and_comes_back(draft: Draft) -> None:
    before = draft.preview().json()

    applied = draft.commit("apply", "k1")
    there = draft.http.get("/calendar.ics").text, draft.preview().json()
    undone = draft.commit("undo", "k2")
    after = draft.preview().json()

    assert (applied.status_code, undone.status_code) == (200, 200)
    assert "SUMMARY:Essay" in there[0]
    assert (there[1]["changes"], there[1]["state"]) == ([], "final")
    assert there[1]["version"] == applied.json()["preview_version"]
    assert applied.json()["changes"] == before["changes"]
    assert entries(draft) == 0
    assert after["schedule"]["tasks"] == before["schedule"]["tasks"]
    assert after["changes"] == before["changes"]


def test_repeating_a_request_answers_the_same_and_does_nothing(draft: Draft) -> None:
    version = draft.preview().json()["schedule"]["version"]
    first = draft.commit("apply", "k", version)

    again = draft.commit("apply", "k", version)
    other = draft.commit("apply", "k", version + 1)

    assert (again.status_code, again.json()) == (200, first.json())
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert entries(draft) == 1


def test_only_what_was_seen_is_applied(draft: Draft) -> None:
    refused = draft.commit("apply", "k", 0)

    assert (refused.status_code, refused.json()["code"]) == (409, "version_mismatch")
    assert entries(draft) == 0


def test_a_request_without_a_key_or_a_version_is_refused(draft: Draft) -> None:
    path = f"/threads/{draft.thread}/apply"

    assert draft.http.post(path, json={"state_version": 1}).status_code == 422
    assert draft.http.post(path, json={}, headers={"Idempotency-Key": "k"}).status_code == 422
    assert draft.http.post(path, json={"state_version": 1}, headers={"Idempotency-Key": "a b"}).status_code == 422


def test_undo_is_refused_when_the_calendar_has_changed(draft: Draft) -> None:
    draft.commit("apply", "k")
    text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nEND:VCALENDAR\r\n"
    assert draft.http.put("/calendar", content=text, headers={"content-type": "text/calendar"}).status_code == 200

    refused = draft.commit("undo", "u")

    assert (refused.status_code, refused.json()["code"]) == (409, "calendar_changed")
    assert entries(draft) == 1


def test_undo_waits_for_what_was_applied_later(house: House, draft: Draft) -> None:
    later = house.draft("later")
    later.begin(schedule=WORK)
    assert later.drag((1, 5, 5)).status_code == 200
    assert draft.commit("apply", "1").status_code == later.commit("apply", "2").status_code == 200

    assert draft.commit("undo", "3").json()["code"] == "calendar_changed"
    assert later.commit("undo", "4").status_code == 200
    assert draft.commit("undo", "5").status_code == 200
    assert entries(draft) == 0


def test_a_clash_with_the_calendar_as_it_is_now_is_refused_by_name(house: House, draft: Draft) -> None:
    other = house.draft("other")
    other.begin(schedule=WORK)
    assert other.drag((1, 4, 3)).status_code == 200
    assert other.commit("apply", "1").status_code == 200

    refused = draft.commit("apply", "2")

    assert (refused.status_code, refused.json()["code"]) == (409, "calendar_changed")
    assert "Thesis is now where the draft has Essay" in refused.json()["detail"]


def test_many_clicks_on_two_servers_apply_once(
    house: House, draft: Draft, tmp_path_factory: pytest.TempPathFactory
) -> None:
    version = draft.preview().json()["schedule"]["version"]
    folder = tmp_path_factory.mktemp("second")
    with Serving(folder, redis_url=house.store.url) as second, ThreadPoolExecutor(8) as pool:
        twin = Draft(second.http, house.store.url, draft.thread)
        clicks = [pool.submit(desk.commit, "apply", "k", version) for desk in (draft, twin) * 4]
        answers = [click.result() for click in clicks]

    assert {answer.status_code for answer in answers} <= {200, 409}
    told = [answer.json() for answer in answers if answer.status_code == 200]
    assert told
    assert all(each == told[0] for each in told)
    assert draft.commit("apply", "k", version).json() == told[0]
    assert entries(draft) == 1


def test_the_replay_tells_of_it(draft: Draft) -> None:
    draft.commit("apply", "k")

    told = draft.http.get(f"/threads/{draft.thread}/replay").json()

    assert told["thread_id"] == draft.thread
    assert [entry["text"] for entry in told["entries"] if entry["type"] == "message"] == ["Hello", "Here it is."]
    assert [entry["act"] for entry in told["entries"] if entry["type"] == "by_hand"] == ["edit", "apply"]
    assert all({"at", "run_id"} <= entry.keys() for entry in told["entries"])
