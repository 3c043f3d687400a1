"""What becomes of a run while another is at work, when it is cancelled, asked for twice, or left by its reader."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import pytest
from api.sdk import ASSISTANT, REPLY, WEEK, collected, said, settled
from doubles import Fault
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import ConflictError, NotFoundError, UnprocessableEntityError
from serving import Serving

HANG = Fault("hang")


async def at_work(client: LangGraphClient, script: Any) -> tuple[str, str]:
    """Return a thread and the run at work on it, whose model does not answer."""
    thread = (await client.threads.create())["thread_id"]
    before = script.asked
    run = await client.runs.create(thread, ASSISTANT, input=said("hello"))
    while script.asked == before:  # noqa: ASYNC110 the model is asked by another process
        await asyncio.sleep(0.02)
    return thread, run["run_id"]


async def statuses(client: LangGraphClient, thread: str) -> list[str]:
    return [run["status"] for run in await client.runs.list(thread)]


async def test_a_busy_thread_refuses_another_message(scripted: Any) -> None:
    client, script, _ = scripted(HANG)
    thread, run = await at_work(client, script)

    with pytest.raises(ConflictError):
        await client.runs.create(thread, ASSISTANT, input=said("more"), multitask_strategy="reject")
    await client.runs.cancel(thread, run)
    assert await statuses(client, thread) == ["interrupted"]


async def test_a_message_waits_its_turn(scripted: Any) -> None:
    client, script, _ = scripted(HANG, REPLY)
    thread, run = await at_work(client, script)
    waiting = await client.runs.create(thread, ASSISTANT, input=said("more"))

    assert (waiting["status"], waiting["multitask_strategy"]) == ("pending", "enqueue")
    await client.runs.cancel(thread, run)
    assert await settled(client, thread, waiting["run_id"]) == "success"


@pytest.mark.parametrize(("strategy", "left"), [("interrupt", ["success", "interrupted"]), ("rollback", ["success"])])
async def test_a_message_may_end_the_run_before_it(scripted: Any, strategy: Any, left: list[str]) -> None:
    client, script, _ = scripted(HANG, REPLY)
    thread, _run = await at_work(client, script)
    told: Any = await client.runs.wait(thread, ASSISTANT, input=said("more"), multitask_strategy=strategy)

    assert told["messages"][-1]["content"] == "Tuesday."
    assert await statuses(client, thread) == left


async def test_a_run_is_cancelled_while_the_model_thinks(scripted: Any) -> None:
    client, script, _ = scripted(HANG)
    thread, run = await at_work(client, script)
    stream = client.runs.join_stream(thread, run, stream_mode="custom", last_event_id="-1")
    assert (await anext(stream)).event == "metadata"
    begun = time.monotonic()
    await client.runs.cancel(thread, run, wait=True)

    assert time.monotonic() - begun < 3
    assert [part.data["type"] for part in await collected(stream)][-1:] == ["run.cancelled"]
    with pytest.raises(NotFoundError):
        await client.runs.cancel(thread, run)
    assert await statuses(client, thread) == ["interrupted"]


async def test_many_runs_are_cancelled_at_once(scripted: Any) -> None:
    client, script, _ = scripted(HANG, HANG)
    first, second = await at_work(client, script), await at_work(client, script)

    await client.runs.cancel_many(thread_id=first[0], run_ids=[first[1]])
    assert [await statuses(client, thread) for thread, _ in (first, second)] == [["interrupted"], ["running"]]
    await client.runs.cancel_many(status="all")
    assert await statuses(client, second[0]) == ["interrupted"]


async def test_a_deleted_thread_takes_its_run_along(scripted: Any) -> None:
    client, script, _ = scripted(HANG, REPLY)
    thread, _run = await at_work(client, script)
    await client.threads.delete(thread)

    told: Any = await client.runs.wait(thread, ASSISTANT, input=said("hello"), if_not_exists="create")
    assert [message["type"] for message in told["messages"]] == ["human", "ai"]


async def test_the_same_key_is_the_same_run(client: LangGraphClient) -> None:
    thread = (await client.threads.create())["thread_id"]
    key = {"Idempotency-Key": "a-key"}
    first = await client.runs.create(thread, ASSISTANT, input=said("hello"), headers=key)
    await client.runs.join(thread, first["run_id"])
    again = await client.runs.create(thread, ASSISTANT, input=said("hello"), headers=key)

    assert again["run_id"] == first["run_id"]
    assert await statuses(client, thread) == ["success"]
    with pytest.raises(UnprocessableEntityError, match="Idempotency-Key"):
        await client.runs.create(thread, ASSISTANT, input=said("something else"), headers=key)


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("max_rounds", {"config": {"configurable": {"max_rounds": 0}}}),
        ("max_rounds", {"config": {"configurable": {"max_rounds": "many"}}}),
        ("always_execute", {"config": {"configurable": {"always_execute": "yes"}}}),
        ("model", {"config": {"configurable": {"model": "nobody"}}}),
        ("mode", {"config": {"configurable": {"mode": "asleep"}}}),
        ("locale", {"config": {"configurable": {"locale": "xx"}}}),
        ("order_scope", {"context": {"order_scope": "some"}}),
        ("context", {"config": {"configurable": {"max_rounds": 5}}, "context": {"max_rounds": 5}}),
        ("webhook", {"webhook": "nowhere"}),
        ("webhook", {"webhook": "/runs"}),
        ("webhook", {"webhook": "http://169.254.169.254/latest"}),
        ("after_seconds", {"after_seconds": -1}),
        ("interrupt_before", {"interrupt_before": "plan"}),
        ("interrupt_after", {"interrupt_after": [1]}),
        ("input.messages", {"input": {"messages": []}}),
        ("input.messages", {"input": {"messages": [{"role": "assistant", "content": "hi"}]}}),
        ("input.messages", {"input": {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}}),
        ("input.schedule", {"input": {"messages": [{"role": "user", "content": "x"}], "schedule": {"tasks": []}}}),
        ("command", {"command": {"resume": {"decisions": [{"type": "approve"}]}}}),
        ("command.goto", {"input": None, "command": {"goto": "plan"}}),
    ],
)
async def test_what_cannot_be_done_is_refused_by_name(client: LangGraphClient, field: str, asked: Any) -> None:
    thread = (await client.threads.create())["thread_id"]

    with pytest.raises(UnprocessableEntityError) as refused:
        await client.runs.create(thread, ASSISTANT, **{"input": said("hello"), **asked})

    assert field in refused.value.message
    assert await client.runs.list(thread) == []


async def test_what_has_no_effect_is_taken_and_the_run_says_so(
    client: LangGraphClient, offline_server: Serving
) -> None:
    thread = (await client.threads.create())["thread_id"]
    asked: Any = {"interrupt_before": ["plan"], "interrupt_after": "*"}
    run: Any = await client.runs.create(thread, ASSISTANT, input=said("hello"), **asked)

    assert await settled(client, thread, run["run_id"]) == "success"
    assert run["dayloom_notes"].keys() == asked.keys()
    for name, told in run["dayloom_notes"].items():
        assert f"run {run['run_id']} asks for {name}, which has no effect: {told}" in offline_server.told
    [again] = await client.runs.list(thread)
    assert again["dayloom_notes"] == run["dayloom_notes"]  # pyright: ignore[reportGeneralTypeIssues] a word of ours


async def test_each_feedback_key_gets_an_address_that_takes_stars_and_scores(
    client: LangGraphClient, offline_server: Serving
) -> None:
    thread, keys = (await client.threads.create())["thread_id"], ["user stars", "thumbs_down"]
    parts = await collected(client.runs.stream(thread, ASSISTANT, input=said("hello"), feedback_keys=keys))
    alone = await collected(client.runs.stream(None, ASSISTANT, input=said("hello"), feedback_keys=keys))
    body = {"assistant_id": ASSISTANT, "input": said("hello"), "feedback_keys": keys}
    async with httpx.AsyncClient(base_url=offline_server.url, timeout=60) as http:
        waited = (await http.post(f"/threads/{thread}/runs/wait", json=body)).json()
        told = [
            (await http.post(parts[-1].data[key], json=given)).json()["feedback"]
            for key, given in zip(keys, ({"stars": 4, "comment": "Nice"}, {"score": 1}), strict=True)
        ]

    assert (parts[-1].event, [*parts[-1].data], [*waited["__feedback__"]]) == ("feedback", keys, keys)
    assert "feedback" not in [part.event for part in alone]
    assert [(each["key"], each["kind"], each["text"]) for each in told] == [
        ("user stars", "positive", "Nice"),
        ("thumbs_down", "negative", ""),
    ]


async def test_the_last_words_of_a_person_are_what_counts(scripted: Any) -> None:
    client, *_ = scripted(REPLY)
    thread = (await client.threads.create())["thread_id"]
    given = [
        {"type": "human", "content": "old"},
        {"type": "ai", "content": "seen", "tool_calls": []},
        {"type": "human", "content": [{"type": "text", "text": "When is"}, {"type": "text", "text": "the exam?"}]},
    ]
    told: Any = await client.runs.wait(thread, ASSISTANT, input={"messages": given})

    assert [message["content"] for message in told["messages"]] == ["When is\nthe exam?", "Tuesday."]


@pytest.mark.parametrize(("left", "status"), [("continue", "success"), ("cancel", "interrupted")])
async def test_a_reader_that_goes_away_ends_the_run_only_when_asked_to(scripted: Any, left: Any, status: str) -> None:
    client, script, _ = scripted(HANG)
    thread = (await client.threads.create())["thread_id"]
    stream = client.runs.stream(thread, ASSISTANT, input=said("hello"), stream_mode="custom", on_disconnect=left)
    run = (await anext(aiter(stream))).data["run_id"]
    while not script.asked:  # noqa: ASYNC110 the model is asked by another process
        await asyncio.sleep(0.02)
    await stream.aclose()  # pyright: ignore[reportAttributeAccessIssue] it is a generator

    if left == "continue":
        await asyncio.sleep(0.5)
        assert await statuses(client, thread) == ["running"]
        await client.runs.cancel(thread, run)
        return
    assert await asyncio.wait_for(settled(client, thread, run), 60) == status


async def test_the_draft_is_placed_by_hand_and_only_while_nothing_is_at_work(client: LangGraphClient) -> None:
    thread = (await client.threads.create())["thread_id"]
    values: Any = await client.runs.wait(thread, ASSISTANT, input=said("hello", schedule=WEEK))
    [essay, report] = values["schedule"]["tasks"]
    placed = {**essay, "status": "suggested", "slots": [{"day": 2, "slot_start": 5, "slot_end": 6}]}
    schedule = {**values["schedule"], "tasks": [placed, report]}

    after = await client.threads.update_state(thread, {"schedule": schedule})
    state: Any = await client.threads.get_state(thread)
    assert state["checkpoint"] == after["checkpoint"]
    assert state["values"]["schedule"]["tasks"][0]["slots"] == placed["slots"]

    outside = {**placed, "slots": [{"day": 2, "slot_start": 5, "slot_end": 5}]}
    for wrong in ({"schedule": {**schedule, "tasks": [outside, report]}}, {"goal": "x"}, [schedule]):
        with pytest.raises(UnprocessableEntityError):
            await client.threads.update_state(thread, wrong)
