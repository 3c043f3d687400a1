"""The limits of a user over HTTP: seen, changed under a version, kept to by threads."""

from __future__ import annotations

from drafting import House


def test_limits_are_changed_field_by_field_under_their_version(house: House) -> None:
    before = house.http.get("/limits")
    tag = {"If-Match": before.headers["ETag"]}

    changed = house.http.patch("/limits", json={"hours": "09:00-24:00", "most_minutes": 300}, headers=tag)
    stale = house.http.patch("/limits", json={"buffer": 5}, headers=tag)
    cleared = house.http.patch(
        "/limits", json={"clear": ["hours"], "notice": 60, "prefer": "08:00-12:00", "lunch": False}
    )
    wrong = house.http.patch("/limits", json={"hours": "six"})

    assert before.json()["limits"] == {}
    assert before.json()["usual"].keys() == {"prefer", "lunch", "evening", "block", "count_events"}
    assert changed.json()["limits"]["hours"] == [{"hours": "09:00-24:00"}]
    assert changed.headers["ETag"] != before.headers["ETag"]
    assert (stale.status_code, wrong.status_code) == (412, 422)
    assert cleared.json()["limits"] == {
        "prefer": [{"hours": "08:00-12:00"}],
        "most_minutes": 300,
        "notice": 60,
        "lunch": False,
    }
    assert "lunch" not in cleared.json()["usual"]
    assert house.http.get("/limits").json() == cleared.json()
