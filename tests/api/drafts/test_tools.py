"""The tool catalogue, and a schema that says what the own routes do."""

from __future__ import annotations

from drafting import House

from tools import TOOLBOX

OWN = ("/calendar", "/calendar.ics", "/limits", "/tasks", "/tasks/{task_id}", "/tools", "/threads/{thread_id}/preview")


def test_every_tool_is_in_the_catalogue(house: House) -> None:
    tools = house.http.get("/tools").json()["tools"]

    assert [tool["name"] for tool in tools] == [tool.name for tool in TOOLBOX]
    place = next(tool for tool in tools if tool["name"] == "place")
    assert (place["effect"], place["editable"], place["always_confirm"]) == ("draft", ["day", "slot_start"], False)
    always = [tool["name"] for tool in tools if tool["always_confirm"]]
    assert always == [
        *("add_tasks", "change_task", "finish_task", "drop_task", "split_task", "join_task", "repeat"),
        "set_limits",
        *("add_event", "move_event", "cancel_event"),
        *("apply_schedule", "undo_apply"),
        "send_message",
    ]
    assert place["parameters"]["required"] == ["task_id", "day", "slot_start"]


def test_the_schema_declares_problems_and_bodies(house: House) -> None:
    paths = house.http.get("/openapi.json").json()["paths"]

    for path in OWN:
        for method, route in paths[path].items():
            assert "application/problem+json" in route["responses"]["422"]["content"], (method, path)
    assert paths["/calendar"]["put"]["requestBody"]["content"].keys() == {"text/calendar"}
    taken = paths["/tasks"]["post"]["requestBody"]["content"].keys()
    assert taken == {"application/json", "text/csv", "application/yaml", "text/markdown", "text/plain", "text/calendar"}
    assert {"409", "412", "428"} <= paths["/threads/{thread_id}/preview"]["patch"]["responses"].keys()
