"""The draft in the person's own hands: seen with an ETag, moved under If-Match, never against the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from drafting import Draft, House
from stage import a_task, a_week, an_event
from talking import checked


@pytest.fixture
def draft(house: House, request: pytest.FixtureRequest) -> Draft:
    """A thread of this test's own with nothing placed."""
    found = house.draft(request.node.name[:60])
    found.begin()
    return found


def test_a_preview_has_its_version_as_etag(draft: Draft) -> None:
    seen = draft.preview()

    assert seen.json().keys() == {"version", "state", "schedule", "changes"}
    assert seen.headers["etag"] == f'"{seen.json()["version"]}"'
    known = {"If-None-Match": seen.headers["etag"]}
    again = draft.http.get(f"/threads/{draft.thread}/preview", headers=known)
    assert (again.status_code, again.content) == (304, b"")


def test_dragging_gives_the_next_version(draft: Draft) -> None:
    before = draft.preview().json()

    moved = draft.drag((1, 2, 3), (2, 3, 1))

    after = moved.json()
    assert (moved.status_code, after["version"]) == (200, before["version"] + 1)
    assert moved.headers["etag"] == f'"{after["version"]}"'
    assert [(change["task_id"], change["kind"]) for change in after["changes"]] == [(1, "place"), (2, "place")]
    assert draft.preview().json() == after


def test_dragging_back_and_off_works_too(draft: Draft) -> None:
    draft.drag((1, 2, 3))

    assert draft.drag((1, None, None)).json()["changes"] == []


def test_without_if_match_or_with_an_old_one_nothing_moves(draft: Draft) -> None:
    body = [{"task_id": 1, "day": 2, "slot_start": 3}]
    path = f"/threads/{draft.thread}/preview"
    old = draft.preview().headers["etag"]
    draft.drag((2, 3, 1))

    missing = draft.http.patch(path, json=body)
    stale = draft.drag((1, 2, 3), match=old)

    assert (missing.status_code, missing.json()["code"]) == (428, "if_match_required")
    assert (stale.status_code, stale.json()["code"]) == (412, "match_failed")
    assert f'"{stale.json()["current"]}"' == draft.preview().headers["etag"]


def test_a_broken_rule_is_named_and_nothing_moves(draft: Draft) -> None:
    before = draft.preview().json()

    overlap = draft.drag((2, 3, 1), (1, 1, 1))
    event = draft.drag((9, 2, 1))

    assert overlap.status_code == event.status_code == 422
    assert overlap.json()["code"] == "rule_broken"
    assert [wrong["kind"] for wrong in overlap.json()["violations"]] == ["overlap"]
    assert [wrong["kind"] for wrong in event.json()["violations"]] == ["wrong_status"]
    assert draft.preview().json() == before


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        [{"task_id": 1}],
        [{"task_id": 1, "day": 1, "slot_start": None}],
        [{"task_id": 1, "day": 0, "slot_start": 1}],
        [{"task_id": 1, "day": 2, "slot_start": 3}, {"task_id": 1, "day": 3, "slot_start": 3}],
    ],
)
def test_an_edit_that_cannot_be_read_is_refused(draft: Draft, body: object) -> None:
    path, tag = f"/threads/{draft.thread}/preview", draft.preview().headers["etag"]

    assert draft.http.patch(path, json=body, headers={"If-Match": tag}).status_code == 422


def test_nothing_is_moved_under_an_open_card(house: House) -> None:
    draft = house.draft("under-a-card")
    draft.ask()

    refused = draft.drag((2, 3, 1))

    assert (refused.status_code, refused.json()["code"]) == (409, "card_open")


def test_an_unknown_thread_has_no_preview(house: House) -> None:
    missing = house.draft("nobody")

    assert missing.preview().status_code == 404
    assert missing.drag((1, 2, 3), match='"1"').status_code == 404


def tried(draft: Draft, *moves: tuple[int, int | None, int | None]) -> Any:
    body = [{"task_id": task, "day": day, "slot_start": slot} for task, day, slot in moves]
    return checked(draft.http.post(f"/threads/{draft.thread}/preview/try", json=body))


def test_a_move_is_tried_without_being_kept_and_comes_to_the_same_when_it_is(draft: Draft) -> None:
    draft.drag((1, 2, 3))
    before = draft.preview().json()

    found, refused = tried(draft, (1, 3, 1), (2, 2, 3)), tried(draft, (2, 2, 3))

    assert draft.preview().json() == before
    assert (found["fits"], found["violations"], found["version"]) == (True, [], before["version"])
    [essay] = [change for change in found["changes"] if change["task_id"] == 1]
    assert (essay["kind"], essay["before"]["start"]) == ("move", "2026-11-24T10:00:00+01:00")
    assert (refused["fits"], refused["changes"]) == (False, [])
    assert [wrong["kind"] for wrong in refused["violations"]] == ["overlap"]
    assert draft.drag((2, 2, 3)).json()["violations"] == refused["violations"]
    after = draft.drag((1, 3, 1), (2, 2, 3)).json()
    assert [change["after"] for change in found["changes"]] == [change["after"] for change in after["changes"]]


def test_an_entry_says_why_it_lies_there_and_where_else_it_could(draft: Draft) -> None:
    draft.drag((1, 1, 3))
    path = f"/threads/{draft.thread}/preview/tasks"

    essay, report, lecture = (checked(draft.http.get(f"{path}/{id_}")) for id_ in (1, 2, 9))

    assert essay["at"]["start"] == "2026-11-23T10:00:00+01:00"
    assert [wrong["kind"] for wrong in essay["sooner"]] == ["pause", "overlap"]
    assert essay["earlier"] is None
    assert essay["later"]["at"]["slot_start"] == 4
    assert (report["at"], report["why"]) == (None, None)
    assert report["fits"] == 46
    assert lecture["fixed"]["kind"] == "wrong_status"
    assert draft.http.get(f"{path}/77").json()["code"] == "unknown_task"


def test_deadlines_at_risk_are_listed_with_what_would_help(house: House) -> None:
    draft = house.draft("at-risk")
    monday = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    draft.begin(schedule=a_week(an_event(9, (1, 1, 12)), a_task(1, "Essay", deadline=monday)))

    [risk] = checked(draft.http.get("/threads/at-risk/preview/risks"))["risks"]

    assert (risk["title"], risk["kind"], risk["proven"]) == ("Essay", "impossible", True)
    [later] = [cure for cure in risk["cures"] if cure["help"] == "later_deadline"]
    assert later["deadline"] == "2026-11-24T09:40:00+01:00"
