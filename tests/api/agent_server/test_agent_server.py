"""LangGraph's Python SDK at a real server: from a new thread to a deleted one, with every way to follow a run."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from api.sdk import (
    ALL_MODES,
    APPROVE,
    ASSISTANT,
    DELIVERED,
    MODES,
    REPLY,
    SCRIPT,
    WEEK,
    collected,
    events,
    said,
    settled,
)
from doubles import Answer
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import ConflictError, NotFoundError, UnprocessableEntityError

PLAN = "Plan my tasks"


async def test_a_thread_from_creation_to_deletion(client: LangGraphClient) -> None:
    thread = (await client.threads.create(metadata={"title": "Week"}))["thread_id"]
    created: list[Any] = []
    parts = await collected(
        client.runs.stream(
            thread,
            ASSISTANT,
            input=said(PLAN, schedule=WEEK),
            stream_mode=["values", "updates"],
            on_run_created=created.append,
        )
    )
    [card] = events(parts, "updates")[-1]["__interrupt__"]
    state = await client.threads.get_state(thread)
    assert created[0]["run_id"] == parts[0].data["run_id"]
    assert (await client.threads.get(thread))["status"] == "interrupted"
    assert state["next"] == ["confirm"]
    assert state["interrupts"] == [card]
    assert card["value"]["review_configs"][0]["allowed_decisions"] == ["approve", "edit", "reject"]

    run = await client.runs.create(thread, ASSISTANT, command=APPROVE)
    joined = await client.runs.join(thread, run["run_id"])
    while "__interrupt__" in joined:
        joined = await client.runs.wait(thread, ASSISTANT, command=APPROVE)
    assert joined["outcome"]["status"] == "completed"
    assert {task["status"] for task in joined["schedule"]["tasks"]} == {"suggested"}

    history = await client.threads.get_history(thread, limit=100)
    [earlier] = await client.threads.get_history(thread, limit=1, before=history[2]["checkpoint"])
    assert history[0]["values"] == joined
    assert earlier["checkpoint"] == history[3]["checkpoint"]
    assert await client.threads.get_state(thread, checkpoint_id=history[3]["checkpoint_id"]) == history[3]
    assert await client.threads.get_state(thread, checkpoint=history[3]["checkpoint"]) == history[3]

    copied: Any = await client.threads.copy(thread)
    assert (await client.threads.get_state(copied["thread_id"]))["values"] == joined
    assert copied["metadata"] == {"title": "Week", "graph_id": ASSISTANT, "assistant_id": run["assistant_id"]}
    assert {each["thread_id"] for each in await client.threads.search(metadata={"title": "Week"})} == {
        thread,
        copied["thread_id"],
    }

    await client.threads.delete(thread)
    with pytest.raises(NotFoundError):
        await client.threads.get(thread)
    assert (await client.threads.get_state(copied["thread_id"]))["values"] == joined


async def test_a_scripted_turn_is_streamed_answered_and_joined(scripted: Any) -> None:
    client, model, _ = scripted(*SCRIPT)
    thread = (await client.threads.create())["thread_id"]
    parts = await collected(client.runs.stream(thread, ASSISTANT, input=said(PLAN, schedule=WEEK), stream_mode=MODES))
    answered = await collected(client.runs.stream(thread, ASSISTANT, command=APPROVE, stream_mode=ALL_MODES))

    assert [node for update in events(parts, "updates") for node in update] == ["plan", "execute", "__interrupt__"]
    assert [node for update in events(answered, "updates") for node in update] == [
        "confirm",
        "execute",
        "execute",
        "order_guard",
        "deliver",
    ]
    assert "__interrupt__" in events(parts, "values")[-1]
    assert events(answered, "values")[-1]["messages"][-1]["content"] == DELIVERED
    types = [each["type"] for each in events(answered, "custom")]
    assert (types[0], types[-1]) == ("run.created", "run.completed")
    assert [each["index"] for each in events(answered, "custom")] == list(range(len(types)))
    assert events(answered, "events")[-1]["event"] == "on_chain_end"
    assert [each["event"] for each in events(answered, "tools")] == ["tool-started", "tool-finished"]
    assert model.asked == len(SCRIPT)


async def test_pieces_of_one_message_share_its_id(scripted: Any) -> None:
    slow = Answer({"action": "reply", "speak": "On Tuesday, at about noon, in the library."}, delta=8, pause=0.4)
    client, *_ = scripted(slow)
    thread = (await client.threads.create())["thread_id"]
    parts = await collected(client.runs.stream(thread, ASSISTANT, input=said("When?"), stream_mode="messages-tuple"))

    chunks = [message for message, _ in events(parts, "messages") if message["type"] == "AIMessageChunk"]

    assert len(chunks) > 2
    assert {chunk["id"] for chunk in chunks} == {chunks[0]["id"]}
    assert "".join(chunk["content"] for chunk in chunks) == "On Tuesday, at about noon, in the library."


async def test_a_stream_is_resumed_after_every_frame(scripted: Any) -> None:
    client, *_ = scripted(*SCRIPT)
    thread = (await client.threads.create())["thread_id"]
    asked = {
        "input": said(PLAN, schedule=WEEK),
        "stream_mode": ALL_MODES,
        "stream_resumable": True,
    }
    whole = await collected(client.runs.stream(thread, ASSISTANT, **asked))
    run = whole[0].data["run_id"]
    assert len({part.id for part in whole}) == len(whole) > 20

    for number, part in enumerate(whole):
        rest = await collected(client.runs.join_stream(thread, run, last_event_id=part.id))
        assert rest == whole[number + 1 :]
    assert await collected(client.runs.join_stream(thread, run, last_event_id="-1")) == whole


async def test_a_place_that_is_none_is_refused(client: LangGraphClient) -> None:
    thread = (await client.threads.create())["thread_id"]
    run = await client.runs.create(thread, ASSISTANT, input=said("hello"))

    with pytest.raises(UnprocessableEntityError, match="Last-Event-ID"):
        await collected(client.runs.join_stream(thread, run["run_id"], last_event_id="yesterday"))


async def test_an_answer_that_comes_too_late_changes_nothing(client: LangGraphClient) -> None:
    thread = (await client.threads.create())["thread_id"]
    waiting: Any = await client.runs.wait(thread, ASSISTANT, input=said(PLAN, schedule=WEEK))
    [card] = waiting["__interrupt__"]
    approve = APPROVE["resume"]
    await client.runs.wait(thread, ASSISTANT, command={"resume": {card["id"]: approve}})
    before = await client.threads.get_state(thread)

    for late in ({card["id"]: approve}, {"99-1": approve}, approve):
        with pytest.raises(ConflictError):
            await client.runs.create(thread, ASSISTANT, command={"resume": late})
    assert await client.threads.get_state(thread) == before


@pytest.mark.parametrize(
    "answer",
    [
        {"decisions": [{"type": "respond", "message": "yes"}]},
        {"decisions": [{"type": "edit", "edited_action": {"name": "place", "args": {"day": 1}}}]},
        {"decisions": [{"type": "shrug"}]},
        {"decisions": []},
        {"decisions": [None]},
        {"decisions": ["approve"]},
        {"decisions": [5]},
        {"decisions": [[]]},
        {"decisions": {"type": "approve"}},
        {"1-1": {"decisions": [None]}},
        {"1-1": None},
        {"decisions": [{"type": "approve"}], "edited_action": {"name": "apply_schedule", "args": {}}},
        {"decisions": [{"type": "approve", "edited_action": {"name": "apply_schedule", "args": {}}}]},
        {"decisions": [{"type": "reject", "edited_action": {"name": "apply_schedule", "args": {}}}]},
        {"decisions": [{"type": "reject"}], "scope": "turn"},
        "yes",
        7,
    ],
)
async def test_an_answer_the_card_does_not_take_is_refused(client: LangGraphClient, answer: Any) -> None:
    thread = (await client.threads.create())["thread_id"]
    await client.runs.wait(thread, ASSISTANT, input=said(PLAN, schedule=WEEK))

    with pytest.raises(UnprocessableEntityError):
        await client.runs.create(thread, ASSISTANT, command={"resume": answer})
    assert (await client.threads.get(thread))["status"] == "interrupted"


async def test_words_answer_a_question(scripted: Any) -> None:
    client, *_ = scripted({"action": "ask_user", "speak": "Which day?"}, REPLY)
    thread = (await client.threads.create())["thread_id"]
    asked = await client.runs.wait(thread, ASSISTANT, input=said("Move it"))

    told = await client.runs.wait(thread, ASSISTANT, command={"resume": "Tuesday"})

    assert asked["__interrupt__"][0]["value"]["action_requests"][0]["description"] == "Which day?"
    assert told["messages"][-1]["content"] == "Tuesday."


async def test_a_run_goes_on_from_the_newest_step_or_beside_it_from_an_older_one(client: LangGraphClient) -> None:
    thread = (await client.threads.create())["thread_id"]
    await client.runs.wait(thread, ASSISTANT, input=said("hello"))
    newest, older = await client.threads.get_history(thread, limit=2)

    for step in (newest, older):
        await client.runs.wait(thread, ASSISTANT, input=said("hello"), checkpoint=step["checkpoint"])

    parents = [each["parent_checkpoint_id"] for each in await client.threads.get_history(thread, limit=100)]
    assert [parents.count(step["checkpoint_id"]) for step in (newest, older)] == [1, 2]


async def test_a_missing_thread_is_made_only_when_asked_for(client: LangGraphClient) -> None:
    with pytest.raises(NotFoundError):
        await client.runs.create("nobody", ASSISTANT, input=said("hello"))
    made = await client.runs.wait("somebody", ASSISTANT, input=said("hello"), if_not_exists="create")

    assert isinstance(made, dict)
    assert "messages" in made


@pytest.mark.parametrize("kept", [False, True])
async def test_a_run_without_a_thread(client: LangGraphClient, kept: bool) -> None:
    completion = "keep" if kept else "delete"
    parts = await collected(
        client.runs.stream(None, ASSISTANT, input=said("hello"), on_completion=completion, stream_mode="messages-tuple")
    )
    thread = events(parts, "messages")[0][1]["thread_id"]

    found = await client.threads.search(ids=[thread])
    assert [each["thread_id"] for each in found] == ([thread] if kept else [])


async def test_a_run_without_a_thread_can_be_waited_for_or_left_alone(client: LangGraphClient) -> None:
    told: Any = await client.runs.wait(None, ASSISTANT, input=said("hello"))
    run = await client.runs.create(None, ASSISTANT, input=said("hello"))

    assert told["messages"][-1]["type"] == "ai"
    async with asyncio.timeout(60):
        while await client.threads.search(ids=[run["thread_id"]]):  # noqa: ASYNC110 the server does not tell
            await asyncio.sleep(0.02)


async def test_a_failed_run_tells_why(scripted: Any) -> None:
    client, *_ = scripted()
    thread = (await client.threads.create())["thread_id"]
    parts = await collected(client.runs.stream(thread, ASSISTANT, input=said("hello")))
    run = parts[0].data["run_id"]

    assert parts[-1].event == "error"
    assert await settled(client, thread, run) == "error"
    assert (await client.threads.get(thread))["status"] == "error"
    assert (await client.runs.join(thread, run))["__error__"] == parts[-1].data


async def test_what_is_meant_for_the_log_is_told_to_nobody(scripted: Any) -> None:
    reason = {"code": "impossible", "user_message": "That cannot be done.", "internal_reason": "canary-inside"}
    refused = '{"action": "abort", "abort": {"code": "x", "user_message": "", "internal_reason": "canary-refused"}}'
    client, *_ = scripted(refused, {"action": "abort", "abort": reason})
    thread = (await client.threads.create())["thread_id"]
    parts = await collected(client.runs.stream(thread, ASSISTANT, input=said("Do it"), stream_mode=MODES))

    state, history = await client.threads.get_state(thread), await client.threads.get_history(thread, limit=100)

    assert state["values"]["outcome"]["message"] == "That cannot be done."
    assert "canary" not in repr([parts, state, history])


async def test_only_the_fields_that_are_selected_are_shown(client: LangGraphClient) -> None:
    thread = (await client.threads.create())["thread_id"]
    run: Any = await client.runs.create(thread, ASSISTANT, input=said("hello"))
    await client.runs.join(thread, run["run_id"])
    fields = ["values.messages", "values.nothing", "next"]

    newest: Any = await client.threads.get_state(thread)
    state: Any = await client.threads.get_state(thread, select=fields)
    older: Any = await client.threads.get_state(thread, checkpoint_id=newest["checkpoint_id"], select=fields)
    there: Any = await client.threads.get_state(thread, newest["checkpoint"], select=fields)
    [past] = await client.threads.get_history(thread, limit=1, select=fields)
    assert state == {"values": {"messages": newest["values"]["messages"]}, "next": []}
    assert [older, there, past] == [state] * 3
    assert await client.runs.list(thread, select=["run_id", "status"]) == [
        {"run_id": run["run_id"], "status": "success"}
    ]
    with pytest.raises(UnprocessableEntityError):
        await client.threads.get_state(thread, select=["colour"])


async def test_history_begins_before_a_step_however_that_is_named(client: LangGraphClient) -> None:
    thread = (await client.threads.create())["thread_id"]
    await client.runs.wait(thread, ASSISTANT, input=said("hello"))
    newest, *older = await client.threads.get_history(thread, limit=50)

    step, named = newest["checkpoint"], str(newest["checkpoint"]["checkpoint_id"])
    for before in (step, named, {"configurable": step}):
        asked: Any = before
        assert await client.threads.get_history(thread, limit=50, before=asked) == older


async def test_a_thread_without_a_state_has_no_value_that_is_searched_for(client: LangGraphClient) -> None:
    tag = {"tag": (await client.threads.create())["thread_id"]}
    await client.threads.create(metadata=tag)
    begun = (await client.threads.create(metadata=tag))["thread_id"]
    await client.runs.wait(begun, ASSISTANT, input=said("hello"))

    found = await client.threads.search(metadata=tag, values={"goal": "hello"})
    assert [each["thread_id"] for each in found] == [begun]
    assert await client.threads.count(metadata=tag, values={"goal": "hello"}) == 1
