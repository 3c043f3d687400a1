"""Regenerate and edit-message, with the bodies Agent Chat UI (fdc87e6) and `useStream` (1.8.10) send.

A page names the parent of the oldest step that has the message, without the thread's id, and reads branches off the
parents in the history.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from api.sdk import APPROVE, ASSISTANT, DELIVERED, SCRIPT, WEEK, said
from doubles import Fault
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import ConflictError
from serving import Serving

SENT = {
    "assistant_id": ASSISTANT,
    "stream_mode": ["values", "messages-tuple", "custom"],
    "stream_subgraphs": True,
    "stream_resumable": True,
    "on_disconnect": "continue",
}


def reply(words: str) -> dict[str, Any]:
    """Return what a model decides that only answers."""
    return {"action": "reply", "speak": words}


async def parent_of(client: LangGraphClient, thread: str, words: str) -> Any:
    """Return where a page goes back to when a message is regenerated or edited."""
    history = await client.threads.get_history(thread, limit=100)
    seen = [each for each in history if words in spoken(each["values"])]
    return {name: value for name, value in seen[-1]["parent_checkpoint"].items() if name != "thread_id"}


def spoken(values: Any) -> list[str]:
    """Return what the messages of a state say."""
    return [message["content"] for message in values["messages"] if message["content"]]


def sends(server: Serving, thread: str, **body: Any) -> list[str]:
    """Stream a run as the page does, and return what the thread says then."""
    told = server.http.post(f"/threads/{thread}/runs/stream", json={**SENT, **body})
    assert "event: error" not in told.text
    assert told.status_code == 200
    return spoken(server.http.get(f"/threads/{thread}/state").json()["values"])


def children(history: list[Any]) -> dict[str, int]:
    """Return how many steps come after each step that has more than one after it."""
    parents = [each["parent_checkpoint"]["checkpoint_id"] for each in history]
    return {each: parents.count(each) for each in parents if parents.count(each) > 1}


async def test_a_page_regenerates_an_answer_and_edits_messages_and_sees_every_branch(scripted: Any) -> None:
    client, _, server = scripted(reply("Monday."), reply("Tuesday."), reply("Wednesday."))
    thread = (await client.threads.create())["thread_id"]
    assert sends(server, thread, input=said("Which day?")) == ["Which day?", "Monday."]

    answer = await parent_of(client, thread, "Monday.")
    assert sends(server, thread, checkpoint=answer) == ["Which day?", "Tuesday."]
    first = await parent_of(client, thread, "Which day?")
    edited = said("Which other day?")
    assert sends(server, thread, input=edited, checkpoint=first) == ["Which other day?", "Wednesday."]

    history = await client.threads.get_history(thread, limit=100)
    taken_in = next(each for each in history if spoken(each["values"]) == ["Which day?"] and each["next"] == ["plan"])
    assert children(history) == {taken_in["checkpoint_id"]: 2, first["checkpoint_id"]: 2}


async def test_a_card_of_a_branch_that_was_left_takes_no_answer(scripted: Any) -> None:
    client, _, server = scripted(reply("Hello."), *SCRIPT[:2], reply("Never mind."))
    thread = (await client.threads.create())["thread_id"]
    sends(server, thread, input=said("Hello", schedule=WEEK))
    sends(server, thread, input=said("Place my essay"))
    card = (await client.threads.get_state(thread))["checkpoint"]

    sends(server, thread, input=said("Leave it"), checkpoint=await parent_of(client, thread, "Place my essay"))

    late = {**SENT, "input": {}, "command": APPROVE, "checkpoint": {**card, "thread_id": None}}
    assert server.http.post(f"/threads/{thread}/runs/stream", json=late).status_code == 422
    assert (await client.threads.get(thread))["status"] == "idle"


async def test_rolling_a_branch_back_leaves_the_thread_as_it_was_before(scripted: Any) -> None:
    client, script, server = scripted(reply("Hello."), *SCRIPT[:2], Fault("hang"))
    thread = (await client.threads.create())["thread_id"]
    sends(server, thread, input=said("Hello", schedule=WEEK))
    sends(server, thread, input=said("Place my essay"))
    before = await client.threads.get_state(thread)
    preview = server.http.get(f"/threads/{thread}/preview").json()

    back = await parent_of(client, thread, "Place my essay")
    run = await client.runs.create(thread, ASSISTANT, input=said("Leave it"), checkpoint_id=back["checkpoint_id"])
    while script.lines:  # noqa: ASYNC110 the model is asked by another process
        await asyncio.sleep(0.02)
    await client.runs.cancel(thread, run["run_id"], action="rollback")

    assert await client.threads.get_state(thread) == before
    assert (await client.threads.get(thread))["status"] == "interrupted"
    assert server.http.get(f"/threads/{thread}/preview").json() == preview
    script.lines = SCRIPT[2:]
    assert sends(server, thread, input=None, command=APPROVE)[-1] == DELIVERED


async def test_rolling_back_what_came_after_a_cancelled_card_does_not_open_it_again(scripted: Any) -> None:
    client, script, server = scripted(*SCRIPT[:2], Fault("hang"))
    thread = (await client.threads.create())["thread_id"]
    sends(server, thread, input=said("Place my essay", schedule=WEEK))
    [asker] = await client.runs.list(thread)
    await client.runs.cancel(thread, asker["run_id"])

    run = await client.runs.create(thread, ASSISTANT, input=said("And now?"))
    while script.lines:  # noqa: ASYNC110 the model is asked by another process
        await asyncio.sleep(0.02)
    await client.runs.cancel(thread, run["run_id"], action="rollback")

    state = await client.threads.get_state(thread)
    assert (state["next"], state["interrupts"]) == ([], [])
    with pytest.raises(ConflictError):
        await client.runs.create(thread, ASSISTANT, command=APPROVE)


@pytest.mark.parametrize(
    ("step", "status"),
    [("1f000000-0000-6000-8000-000000000000", 404), (None, 422), ("00000000-0000-6000-8000-000000000000", 422)],
)
async def test_where_there_is_nothing_to_go_on_with_a_page_is_told(
    scripted: Any, step: str | None, status: int
) -> None:
    client, _, server = scripted(reply("Hello."))
    thread = (await client.threads.create())["thread_id"]
    sends(server, thread, input=said("Hello"))
    ended = (await client.threads.get_state(thread))["checkpoint"]["checkpoint_id"]

    body = {**SENT, "checkpoint": {"checkpoint_id": step or ended, "checkpoint_ns": ""}}

    assert server.http.post(f"/threads/{thread}/runs/stream", json=body).status_code == status
