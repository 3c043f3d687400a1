"""Deadlines that are not safe, told of the list before there is a plan and of the draft of a thread."""

from __future__ import annotations

from datetime import date, timedelta

from drafting import House
from talking import checked


def test_a_deadline_at_risk_is_told_with_why_and_what_would_help(house: House) -> None:
    today = date.fromisoformat(checked(house.http.get("/settings"))["next_days"]["start"])
    soon = [{"title": "Thesis", "duration": "3h", "deadline": f"{today}T08:30"}]
    late = [{"title": "Tax", "duration": "1h", "deadline": f"{today - timedelta(days=2)}"}]
    safe = [{"title": "Far away", "duration": "1h", "deadline": f"{today + timedelta(days=90)}"}]
    ids = [one["id"] for one in house.http.post("/tasks", json=soon + late + safe).json()["tasks"]]

    found = {risk["id"]: risk for risk in checked(house.http.get("/tasks/risks"))["risks"]}

    assert found.keys() == {ids[0], ids[1]}
    assert (found[ids[0]]["kind"], found[ids[0]]["proven"]) == ("impossible", True)
    assert (found[ids[1]]["kind"], found[ids[1]]["reason"]) == ("overdue", "its deadline has passed")
    assert [cure["help"] for cure in found[ids[1]]["cures"]] == ["place"]


def test_a_thread_tells_what_is_at_risk_in_its_own_draft(house: House) -> None:
    house.draft("calm").begin()

    own = house.http.get("/tasks/risks", params={"thread_id": "calm"})
    unknown = house.http.get("/tasks/risks", params={"thread_id": "nobody"})

    assert {risk["title"] for risk in own.json()["risks"]}.isdisjoint({"Thesis", "Tax"})
    assert (own.status_code, unknown.status_code) == (200, 404)
