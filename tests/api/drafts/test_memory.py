"""Memory over HTTP: the user's own, to look into, add to, change, promote and forget."""

from __future__ import annotations

from drafting import House


def test_memory_is_added_to_changed_promoted_and_forgotten(house: House) -> None:
    http = house.http
    added = http.post("/memory", json={"rule": "Never before ten", "condition": "always"})
    id_ = added.json()["id"]
    doubted = http.patch(f"/memory/{id_}", json={"confidence": 0.5})
    refused = http.post(f"/memory/{id_}/promote", json={"name": "late"})
    http.patch(f"/memory/{id_}", json={"confidence": 0.9, "evidence": ["it worked"]})
    skill = http.post(f"/memory/{id_}/promote", json={"name": "late"})
    listed = http.get("/memory").json()["items"]
    built_in = http.delete("/memory/skill:plan-a-week")
    wrong = [http.patch(f"/memory/{id_}", json={}), http.post("/memory", json={"rule": "x", "confidence": 3})]
    limits = http.get("/limits").json()["limits"]
    gone = [http.delete(f"/memory/{id_}"), http.get(f"/memory/{id_}"), http.delete(f"/memory/{id_}")]

    assert (added.status_code, doubted.json()["confidence"], refused.status_code) == (201, 0.5, 422)
    assert (skill.json()["kind"], skill.json()["evidence"]) == ("skill", ["it worked"])
    assert [item["id"] for item in listed] == [id_, "skill:plan-a-week"]
    assert built_in.status_code == 422
    assert [answer.status_code for answer in wrong] == [422, 422]
    assert limits["hours"] == [{"hours": "10:00-24:00"}]
    assert [answer.status_code for answer in gone] == [204, 404, 404]
    assert http.get("/limits").json()["limits"] == {}


def test_a_correction_is_remembered_once_and_blame_lowers_what_a_run_had_loaded(house: House) -> None:
    http, body = house.http, {"assistant_id": "dayloom", "input": {"messages": [{"role": "user", "content": "Hello"}]}}
    thread = http.post("/threads", json={}).json()["thread_id"]

    def ran() -> str:
        run = http.post(f"/threads/{thread}/runs", json=body).json()["run_id"]
        http.get(f"/threads/{thread}/runs/{run}/join")
        return f"/threads/{thread}/runs/{run}"

    first = ran()
    said = {"kind": "correction", "text": "No study before 10:00", "seq": 1}
    learned = http.post(f"{first}/feedback", json=said).json()["learned"]
    again = http.post(f"{first}/feedback", json={**said, "seq": None}).json()["learned"]
    blamed = http.post(f"{ran()}/feedback", json={"kind": "negative"}).json()["judged"]
    silent = http.post(f"{first}/feedback", json={**said, "text": "Tea", "extract": False}).json()["learned"]
    wrong = [
        http.post(f"{first}/feedback", json={**said, "seq": 99}),
        http.post(f"/threads/{thread}/runs/nobodys/feedback", json=said),
        http.post(f"{first}/feedback", json={"kind": "correction"}),
        http.post(f"{first}/feedback", json={**said, "text": "x" * 2**20}),
    ]

    assert (learned["origin"], learned["confidence"], learned["condition"]) == ("feedback", 0.6, "Hello")
    assert learned["limits"]["hours"] == [{"hours": "10:00-24:00", "category": "study"}]
    assert (again["id"], again["confidence"], len(again["evidence"])) == (learned["id"], 0.7, 2)
    assert [(item["id"], item["confidence"]) for item in blamed] == [(learned["id"], 0.5)]
    assert silent is None
    assert [answer.status_code for answer in wrong] == [404, 404, 422, 413]
    http.delete(f"/memory/{learned['id']}")
