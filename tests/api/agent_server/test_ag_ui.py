"""What AG-UI's package for LangGraph sends and reads (`@ag-ui/langgraph` 0.0.43), without a browser."""

from __future__ import annotations

from typing import Any

import pytest
from api.sdk import APPROVE, ASSISTANT, DELIVERED, REPLY, SCRIPT, WEEK, collected, events, said
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import UnprocessableEntityError

MODES: Any = ["events", "values", "updates", "messages-tuple"]
BESIDE = {"tools": [], "ag-ui": {"tools": [], "context": []}}


async def turn(client: LangGraphClient, thread: str, asked: Any, command: Any = None) -> list[Any]:
    """Send what AG-UI sends: the state of the thread, and with it what is new; return what it is told."""
    state: Any = (await client.threads.get_state(thread))["values"]
    messages = [*state.get("messages", ()), *(asked["messages"] if asked else ())]
    given = {**state, **BESIDE, **(asked or {}), "messages": messages}
    kept = {name: value for name, value in given.items() if name in {*BESIDE, "messages", "schedule"}}
    return await collected(client.runs.stream(thread, ASSISTANT, input=kept, command=command, stream_mode=MODES))


async def test_message_card_and_answer(scripted: Any) -> None:
    client, *_ = scripted(*SCRIPT, REPLY)
    thread = (await client.threads.create())["thread_id"]
    waiting = await turn(client, thread, said("Plan my tasks", schedule=WEEK))
    told = await turn(client, thread, None, APPROVE)
    await turn(client, thread, said("Thanks"))

    assert "__interrupt__" in events(waiting, "values")[-1]
    assert events(told, "values")[-1]["messages"][-1]["content"] == DELIVERED
    values: Any = (await client.threads.get_state(thread))["values"]
    assert [each["content"] for each in values["messages"] if each["type"] == "human"] == ["Plan my tasks", "Thanks"]


async def test_every_message_that_begins_ends_and_is_said_once(scripted: Any) -> None:
    client, *_ = scripted(*SCRIPT)
    thread = (await client.threads.create())["thread_id"]
    waiting = await turn(client, thread, said("Plan my tasks", schedule=WEEK))
    parts = [*waiting, *await turn(client, thread, None, APPROVE)]

    chain = [each for each in events(parts, "events") if each["event"].startswith("on_chat_model")]
    pieces = [each["data"]["chunk"] for each in chain if each["event"] == "on_chat_model_stream"]
    assert all(piece["response_metadata"] == {} for piece in pieces)
    assert [each["data"]["output"]["id"] for each in chain if each["event"] == "on_chat_model_end"] == [
        *dict.fromkeys(piece["id"] for piece in pieces)
    ]
    kinds = [part.data["event"] if part.event == "events" else part.event for part in parts]
    assert kinds.index("on_chat_model_stream") < kinds.index("messages")


async def test_a_call_is_told_with_its_arguments_and_its_result(scripted: Any) -> None:
    client, *_ = scripted(*SCRIPT)
    thread = (await client.threads.create())["thread_id"]
    await turn(client, thread, said("Plan my tasks", schedule=WEEK))
    told = events(await turn(client, thread, None, APPROVE), "events")

    [call] = [each["data"] for each in told if each["event"] == "on_tool_end"]
    assert (call["input"]["task_id"], call["output"]["type"], call["output"]["name"]) == (1, "tool", "place")
    assert call["output"]["tool_call_id"]


async def test_a_card_that_is_closed_without_an_answer_is_declined(scripted: Any) -> None:
    client, *_ = scripted(*SCRIPT)
    thread = (await client.threads.create())["thread_id"]
    waiting = await turn(client, thread, said("Plan my tasks", schedule=WEEK))
    [card] = events(waiting, "values")[-1]["__interrupt__"]
    cancelled = {"resume": {"__agui_cancelled__": True, "interrupt_id": card["id"]}}

    told = await turn(client, thread, None, cancelled)

    assert events(told, "values")[-1]["schedule"]["tasks"][0]["slots"] == []
    assert (await client.threads.get(thread))["status"] == "idle"


async def test_words_that_are_new_beside_an_answer_are_refused(scripted: Any) -> None:
    client, *_ = scripted(*SCRIPT)
    thread = (await client.threads.create())["thread_id"]
    await turn(client, thread, said("Plan my tasks", schedule=WEEK))

    with pytest.raises(UnprocessableEntityError, match="not both"):
        await turn(client, thread, {"messages": [{"type": "human", "content": "And the gym?", "id": "new"}]}, APPROVE)
