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
