"""The conversations as a list: named by how they begin, without their states."""

from __future__ import annotations

from drafting import House
from talking import checked


def test_conversations_are_listed_by_title_time_and_status(house: House) -> None:
    house.draft("said").begin()
    house.draft("asked").ask()
    checked(house.http.post("/threads", json={"thread_id": "named", "metadata": {"title": "My  week"}}))
    checked(house.http.post("/threads", json={"thread_id": "silent"}))

    told = checked(house.http.get("/threads"))
    lines = {line["thread_id"]: line for line in told["threads"]}
    page = checked(house.http.get("/threads?limit=1&offset=1"))
    waiting = checked(house.http.get("/threads?status=interrupted"))

    assert {name: line["title"] for name, line in lines.items()} == {
        "said": "Hello",
        "asked": "Hello",
        "named": "My week",
        "silent": None,
    }
    assert [line["thread_id"] for line in told["threads"]][:2] == ["silent", "named"]
    assert (lines["asked"]["status"], lines["asked"]["waits"], lines["said"]["waits"]) == ("interrupted", True, False)
    assert (page["total"], page["threads"]) == (4, told["threads"][1:2])
    assert [line["thread_id"] for line in waiting["threads"]] == ["asked"]
