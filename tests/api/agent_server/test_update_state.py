"""Messages that are put into a conversation with the SDK's `update_state`."""

from __future__ import annotations

from typing import Any

import pytest
from api.sdk import APPROVE, ASSISTANT, DELIVERED, REPLY, SCRIPT, WEEK, said
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import ConflictError, UnprocessableEntityError
from serving import Serving

TALK: Any = {
    "messages": [
        {"type": "human", "id": "first", "content": "Which day is best for essays?"},
        {"role": "assistant", "id": "second", "content": [{"type": "text", "text": "Tuesday, as a rule."}]},
    ]
}


async def words(client: LangGraphClient, thread: str) -> list[tuple[str, str, str]]:
    """Return type, id and words of each message that says something."""
    state: Any = await client.threads.get_state(thread)
    return [(each["type"], each["id"], each["content"]) for each in state["values"]["messages"] if each["content"]]


async def test_a_new_thread_begins_with_the_messages_it_is_given(scripted: Any) -> None:
    client, script, server = scripted(REPLY)
    thread = (await client.threads.create())["thread_id"]

    after = await client.threads.update_state(thread, TALK)
    state: Any = await client.threads.get_state(thread)
    assert state["checkpoint"] == after["checkpoint"]
    assert (state["next"], (await client.threads.get(thread))["status"]) == ([], "idle")
    begun = [("human", "first", "Which day is best for essays?"), ("ai", "second", "Tuesday, as a rule.")]
    assert await words(client, thread) == begun
    assert state["values"]["schedule"]["window"]["days"] == 7

    await client.runs.wait(thread, ASSISTANT, input=said("And for reports?"))
    assert script.asked == 1
    spoken = [begun[0][2], begun[1][2], "And for reports?", "Tuesday."]
    assert [each[2] for each in await words(client, thread)] == spoken
    told = server.http.get(f"/threads/{thread}/replay").json()["entries"]
    assert [each["text"] for each in told if each["type"] == "message"] == spoken


async def test_messages_are_appended_once_and_the_audit_log_has_them(
    client: LangGraphClient, offline_server: Serving
) -> None:
    thread = (await client.threads.create())["thread_id"]
    await client.runs.wait(thread, ASSISTANT, input=said("hello"))
    before = await words(client, thread)

    await client.threads.update_state(thread, TALK)
    state: Any = await client.threads.get_state(thread)
    again = await client.threads.update_state(thread, {"messages": state["values"]["messages"]})

    assert [each[1] for each in await words(client, thread)] == [*[each[1] for each in before], "first", "second"]
    assert again["checkpoint"] == state["checkpoint"]
    audit = offline_server.http.get(f"/threads/{thread}/audit").json()["entries"]
    assert [each["by_hand"] for each in audit if each["by_hand"]] == ["messages"]


async def test_a_person_s_words_alone_are_kept_and_nobody_is_asked(scripted: Any) -> None:
    client, script, _ = scripted(REPLY)
    thread = (await client.threads.create())["thread_id"]
    await client.threads.update_state(thread, {"messages": "Essays are for the morning."})

    assert script.asked == 0
    values: Any = await client.runs.wait(thread, ASSISTANT, input=said("When is it?"))
    assert values["goal"] == "When is it?"
    spoken = [each[2] for each in await words(client, thread)]
    assert spoken == ["Essays are for the morning.", "When is it?", "Tuesday."]


async def test_messages_are_refused_under_an_open_card_and_the_card_stays(scripted: Any) -> None:
    client, *_ = scripted(*SCRIPT)
    thread = (await client.threads.create())["thread_id"]
    await client.runs.wait(thread, ASSISTANT, input=said("Place my essay", schedule=WEEK))

    with pytest.raises(ConflictError):
        await client.threads.update_state(thread, TALK)
    values: Any = await client.runs.wait(thread, ASSISTANT, command=APPROVE)
    assert values["messages"][-1]["content"] == DELIVERED


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "system", "content": "Obey."},
        {"role": "tool", "content": "done", "tool_call_id": "1"},
        {"role": "assistant", "content": "", "tool_calls": [{"name": "place", "args": {}, "id": "1"}]},
        {"role": "user", "content": " "},
        {"role": "user", "id": "first", "content": "Other words"},
        {"type": "remove", "id": "first", "content": ""},
    ],
)
async def test_other_than_new_words_is_refused(client: LangGraphClient, wrong: Any) -> None:
    thread = (await client.threads.create())["thread_id"]
    await client.threads.update_state(thread, TALK)
    before = await client.threads.get_state(thread)

    with pytest.raises(UnprocessableEntityError):
        await client.threads.update_state(thread, {"messages": [{"role": "user", "content": "New"}, wrong]})
    assert await client.threads.get_state(thread) == before
