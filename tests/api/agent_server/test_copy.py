"""Copies of a thread that end with one of its steps."""

from __future__ import annotations

from typing import Any

import pytest
from api.sdk import APPROVE, ASSISTANT, DELIVERED, REPLY, SCRIPT, WEEK, said
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import NotFoundError


async def two_turns(client: LangGraphClient) -> tuple[str, list[Any]]:
    """Return a thread with a turn that ends in words, and one with a card that was approved; and its steps."""
    thread = (await client.threads.create(metadata={"title": "Week"}))["thread_id"]
    await client.runs.wait(thread, ASSISTANT, input=said("Which day?", schedule=WEEK))
    await client.runs.wait(thread, ASSISTANT, input=said("Place my essay"))
    await client.runs.wait(thread, ASSISTANT, command=APPROVE)
    history: Any = await client.threads.get_history(thread, limit=100)
    return thread, history


async def copied(client: LangGraphClient, thread: str, step: str) -> Any:
    """Return the copy of a thread that ends with a step."""
    return await client.threads.copy(thread, params={"checkpoint_id": step})


def spoken(values: Any) -> list[str]:
    return [message["content"] for message in values["messages"] if message["content"]]


async def test_a_copy_ends_with_the_step_that_is_named_and_goes_on_from_there(scripted: Any) -> None:
    client, script, server = scripted(REPLY, *SCRIPT)
    thread, history = await two_turns(client)
    number = next(at for at, step in enumerate(history) if not step["next"] and at)
    copy = await copied(client, thread, history[number]["checkpoint_id"])

    own: Any = await client.threads.get_history(copy["thread_id"], limit=100)
    assert [each["values"] for each in own] == [each["values"] for each in history[number:]]
    assert (copy["metadata"]["title"], copy["status"]) == ("Week", "idle")
    told = [server.http.get(f"/threads/{each}/replay").json()["entries"] for each in (copy["thread_id"], thread)]
    assert told[0] == told[1][: len(told[0])]
    assert [each["text"] for each in told[0] if each["type"] == "message"] == ["Which day?", "Tuesday."]

    script.lines = [REPLY]
    values = await client.runs.wait(copy["thread_id"], ASSISTANT, input=said("And then?"))
    assert spoken(values) == ["Which day?", "Tuesday.", "And then?", "Tuesday."]
    assert await client.threads.get_history(thread, limit=100) == history


async def test_a_card_that_was_answered_since_is_open_in_the_copy_and_its_answer_counts_there_alone(
    scripted: Any,
) -> None:
    client, script, _ = scripted(REPLY, *SCRIPT)
    thread, history = await two_turns(client)
    step = next(each for each in history if each["interrupts"])
    copy = await copied(client, thread, step["checkpoint_id"])
    assert copy["status"] == "interrupted"
    assert [each for task in copy["interrupts"].values() for each in task] == step["interrupts"]

    script.lines = SCRIPT[2:]
    values: Any = await client.runs.wait(copy["thread_id"], ASSISTANT, command=APPROVE)
    assert spoken(values)[-1] == DELIVERED
    assert values["schedule"]["tasks"][0]["slots"]
    assert await client.threads.get_history(thread, limit=100) == history


async def test_a_turn_that_was_under_way_at_the_step_is_not_finished_in_the_copy(scripted: Any) -> None:
    client, script, _ = scripted(REPLY, *SCRIPT)
    thread, history = await two_turns(client)
    step = next(each for each in history if each["next"] == ["deliver"])
    copy = (await copied(client, thread, step["checkpoint_id"]))["thread_id"]
    assert (await client.threads.get_state(copy))["next"] == []

    script.lines = [REPLY]
    assert spoken(await client.runs.wait(copy, ASSISTANT, input=said("And then?")))[-1] == "Tuesday."


async def test_a_card_that_was_cancelled_stays_closed_in_a_copy_and_an_unknown_step_is_missing(scripted: Any) -> None:
    client, *_ = scripted(*SCRIPT[:2])
    thread = (await client.threads.create())["thread_id"]
    await client.runs.wait(thread, ASSISTANT, input=said("Place my essay", schedule=WEEK))
    [run] = await client.runs.list(thread)
    await client.runs.cancel(thread, run["run_id"])
    [newest] = await client.threads.get_history(thread, limit=1)

    copy = await copied(client, thread, str(newest["checkpoint"]["checkpoint_id"]))
    assert (copy["status"], (await client.threads.get_state(copy["thread_id"]))["interrupts"]) == ("idle", [])
    with pytest.raises(NotFoundError):
        await copied(client, thread, "1f000000-0000-6000-8000-000000000000")
