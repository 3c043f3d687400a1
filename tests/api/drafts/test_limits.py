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


def test_all_of_it_is_said_anew_under_its_version(house: House) -> None:
    house.http.patch("/limits", json={"notice": 60, "free": "12:00-13:00"})
    tag = {"If-Match": house.http.get("/limits").headers["ETag"]}
    said = {"hours": [{"hours": "09:00-17:00", "weekdays": [1, 2]}, {"hours": "10:00-14:00", "weekdays": [6]}]}

    anew = house.http.put("/limits", json=said, headers=tag)
    stale = house.http.put("/limits", json={}, headers=tag)

    assert (anew.status_code, anew.json()["limits"]) == (200, said)
    assert (stale.status_code, house.http.get("/limits").json()) == (412, anew.json())


def test_what_holds_on_one_thread_only_is_in_its_draft_and_names_the_work_outside_of_it(house: House) -> None:
    draft = house.draft("limited")
    draft.begin()
    draft.drag((1, 2, 3))
    path, seen = "/threads/limited/limits", draft.preview().headers["etag"]

    unseen = house.http.put(path, json={"buffer": 15})
    said = house.http.put(path, json={"hours": [{"hours": "20:00-21:00"}]}, headers={"If-Match": seen})
    stale = house.http.put(path, json={}, headers={"If-Match": seen})

    assert (unseen.status_code, said.status_code, stale.status_code) == (428, 200, 412)
    assert said.json()["schedule"]["limits"] == {"hours": [{"hours": "20:00-21:00"}]}
    assert [line.endswith("lies outside your working hours.") for line in said.json()["warnings"]] == [True]
    assert draft.preview().json()["schedule"]["tasks"] == said.json()["schedule"]["tasks"]
    assert "20:00" not in house.http.get("/limits").text
