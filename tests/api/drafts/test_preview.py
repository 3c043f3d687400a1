"""The draft in the person's own hands: seen with an ETag, moved under If-Match, never against the rules."""

from __future__ import annotations

import pytest
from drafting import Draft, House


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
