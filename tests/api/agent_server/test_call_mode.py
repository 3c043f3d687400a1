"""`mode: "call"`: one call of the model over HTTP, with its trace; a card is not answered by it."""

from __future__ import annotations

from typing import Any

import pytest
from api.sdk import ASSISTANT, WEEK, said
from langgraph_sdk.errors import ConflictError

PLACE = {"name": "place", "arguments": {"task_id": 1, "day": 2, "slot_start": 3}}
CONFIRM = {"action": "confirm", "speak": "Shall I?", "tool_call": PLACE}
CALL: Any = {"configurable": {"mode": "call"}}


async def test_a_call_run_returns_reply_and_proposed_calls_and_has_a_trace_of_one_model_span(scripted: Any) -> None:
    client, script, server = scripted(CONFIRM, CONFIRM)
    stateless: Any = await client.runs.wait(None, ASSISTANT, input=said("Place it", schedule=WEEK), config=CALL)
    thread = (await client.threads.create())["thread_id"]
    told: Any = await client.runs.wait(thread, ASSISTANT, input=said("Place it", schedule=WEEK), config=CALL)
    [run] = await client.runs.list(thread)
    trace = server.http.get(f"/threads/{thread}/runs/{run['run_id']}/trace").json()
    [model] = [span for span in trace["spans"] if span["kind"] == "model"]

    assert script.asked == 2
    for values in (stateless, told):
        assert values["messages"][-1]["content"] == values["outcome"]["message"] == "Shall I?"
        assert values["outcome"]["proposed"] == [PLACE]
        assert (values["schedule"], values["model_calls"]) == (told["schedule"], 1)
    assert (run["status"], trace["outcome"], model["about"]["calls"]) == ("success", "completed", [PLACE])
    assert trace["totals"]["prompt_tokens"] == model["usage"]["prompt_tokens"] == told["usage"]["prompt_tokens"] > 0
    assert (model["about"]["finish"], model["about"]["shape"]) == ("stop", "json_schema")


async def test_an_answer_that_is_no_use_closes_it_as_failed(scripted: Any) -> None:
    client, _, server = scripted("I would rather not.")
    thread = (await client.threads.create())["thread_id"]
    await client.runs.wait(thread, ASSISTANT, input=said("Hello", schedule=WEEK), config=CALL, raise_error=False)
    [run] = await client.runs.list(thread)
    trace = server.http.get(f"/threads/{thread}/runs/{run['run_id']}/trace").json()

    assert (run["status"], trace["status"], trace["outcome"]) == ("error", "error", "failed")
    assert [span["status"] for span in trace["spans"] if span["kind"] in ("run", "model")] == ["error", "error"]


async def test_an_open_card_is_left_open(scripted: Any) -> None:
    client, _, _ = scripted({"action": "execute", "speak": "On it."}, CONFIRM)
    thread = (await client.threads.create())["thread_id"]
    asked: Any = await client.runs.wait(thread, ASSISTANT, input=said("Place it", schedule=WEEK))
    with pytest.raises(ConflictError):
        await client.runs.create(thread, ASSISTANT, input=said("And?"), config=CALL)

    state = await client.threads.get_state(thread)
    assert asked["__interrupt__"][0]["id"] == state["interrupts"][0]["id"]
