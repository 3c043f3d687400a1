"""A conversation over HTTP as it happened: entry by entry, and the days as they were at each of them."""

from __future__ import annotations

from typing import Any

import pytest
from drafting import REPLY, Draft, House
from talking import checked


@pytest.fixture(scope="module")
def draft(house: House) -> Draft:
    """A thread on which something was said, and two entries were moved by hand one after the other."""
    found = house.draft("replayed")
    found.begin(REPLY)
    found.drag((1, 2, 3))
    found.drag((1, 3, 1), (2, 2, 3))
    return found


def replay(draft: Draft, query: str = "") -> Any:
    return checked(draft.http.get(f"/threads/{draft.thread}/replay{query}"))


def places(draft: Draft, index: int) -> dict[str, str]:
    week = checked(draft.http.get(f"/threads/{draft.thread}/replay/{index}/week"))
    return {entry["title"]: f"day {entry['at']['day']}" for entry in week["entries"] if entry["at"]}


def test_entries_are_numbered_and_come_in_pages(draft: Draft) -> None:
    whole = replay(draft)
    first, second = replay(draft, "?limit=2"), replay(draft, "?from=2&limit=1000")

    assert [entry["index"] for entry in whole["entries"]] == list(range(whole["total"]))
    assert first["entries"] + second["entries"] == whole["entries"]
    assert {first["total"], second["total"]} == {whole["total"]}
    assert replay(draft, f"?from={whole['total']}")["entries"] == []


def test_the_days_are_shown_as_they_were_at_each_entry(draft: Draft) -> None:
    entries = replay(draft)["entries"]
    moves = [entry["index"] for entry in entries if entry["type"] == "by_hand"]

    assert places(draft, 0) == {}
    assert [places(draft, index) for index in moves] == [
        {"Essay": "day 2"},
        {"Essay": "day 3", "Report": "day 2"},
    ]
    now = checked(draft.http.get(f"/threads/{draft.thread}/week"))
    then = checked(draft.http.get(f"/threads/{draft.thread}/replay/{entries[-1]['index']}/week"))
    assert (then["version"], then["entries"]) == (now["version"], now["entries"])


def test_there_is_nothing_behind_the_last_entry(draft: Draft) -> None:
    beyond = draft.http.get(f"/threads/{draft.thread}/replay/1000/week")

    assert (beyond.status_code, beyond.json()["code"]) == (404, "unknown_step")
    assert draft.http.get("/threads/nobody/replay/0/week").json()["code"] == "unknown_thread"


def test_a_conversation_that_was_made_and_has_not_begun_is_empty(house: House) -> None:
    made = house.http.post("/threads", json={}).json()["thread_id"]

    told = house.http.get(f"/threads/{made}/replay")

    assert (told.status_code, told.json()["entries"], told.json()["total"]) == (200, [], 0)
    assert house.http.get("/threads/nobody-made-this/replay").status_code == 404
