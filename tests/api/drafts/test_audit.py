"""`GET /threads/{id}/audit` says who did what, and tells when somebody has tampered with it."""

from __future__ import annotations

import asyncio

from drafting import Draft, House

from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys
from state.ids import ThreadId


def tampered(draft: Draft, line: int) -> None:
    """Put another name into a line on the server."""

    async def put() -> None:
        key = ThreadKeys(LOCAL_OWNER, ThreadId(draft.thread)).of(KeyKind.AUDIT)
        async with connect(draft.url) as redis:
            written = await redis.lindex(key, line - 1)
            await redis.lset(key, line - 1, written.replace(b'"by":"local"', b'"by":"nobody"'))

    asyncio.run(put())


def test_it_says_who_did_what_in_which_run_and_by_hand(house: House) -> None:
    draft = house.draft("audited")
    draft.begin()
    assert draft.drag((1, 2, 5)).status_code == 200

    told = house.http.get("/threads/audited/audit").json()

    given, end, drag = told["entries"]
    assert told["thread_id"] == "audited"
    assert [each["n"] for each in told["entries"]] == [1, 2, 3]
    assert (given["who"], given["what"], given["policy"], given["to_version"]) == ("local", "write", "given", 0)
    assert (end["what"], end["status"], end["run_id"]) == ("end", "success", given["run_id"])
    assert (drag["what"], drag["by_hand"], drag["run_id"]) == ("write", "edit", None)
    assert (drag["from_version"], drag["to_version"]) == (0, 1)
    assert drag["at"] >= end["at"]


def test_a_cancelled_card_is_in_it(house: House) -> None:
    draft = house.draft("called-off")
    draft.ask()
    [given] = house.http.get("/threads/called-off/audit").json()["entries"]
    assert house.http.post(f"/threads/called-off/runs/{given['run_id']}/cancel").is_success

    [_, cancelled] = house.http.get("/threads/called-off/audit").json()["entries"]
    assert (cancelled["who"], cancelled["what"], cancelled["run_id"]) == ("local", "cancel", given["run_id"])


def test_a_thread_on_which_nothing_happened_has_an_empty_one(house: House) -> None:
    thread = house.http.post("/threads", json={}).json()["thread_id"]

    assert house.http.get(f"/threads/{thread}/audit").json() == {"thread_id": thread, "entries": []}
    assert house.http.get("/threads/nowhere/audit").status_code == 404


def test_a_changed_line_is_told_and_nothing_else(house: House) -> None:
    draft = house.draft("tampered")
    draft.begin()
    tampered(draft, 1)

    told = house.http.get("/threads/tampered/audit")

    assert (told.status_code, told.json()["code"]) == (500, "damaged")
    assert "line 2 of the audit log is not what was written" in told.json()["detail"]
