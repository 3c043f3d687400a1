"""Runs that call somebody when they have ended, and runs that begin later, through LangGraph's own SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hook_receiver import HookReceiver
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient
from serving import Serving
from talking import until

ASSISTANT = "dayloom"
SAID: Any = {"messages": [{"role": "user", "content": "What is on Tuesday?"}]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(tmp_path_factory.mktemp("hooks") / "home", DAYLOOM_PRIVATE_ADDRESSES="true") as serving:
        yield serving


@pytest.fixture
def client(server: Serving) -> LangGraphClient:
    return get_client(url=server.url, api_key=None)


def told(receiver: HookReceiver, count: int = 1) -> list[dict[str, Any]]:
    until(lambda: len(receiver.calls) >= count)
    return [json.loads(call.body) for call in receiver.calls]


async def test_who_asked_for_a_run_is_called_with_the_run_and_its_values(
    client: LangGraphClient, server: Serving
) -> None:
    with HookReceiver() as receiver:
        thread = (await client.threads.create())["thread_id"]
        key = {"Idempotency-Key": "once"}
        for _ in range(2):
            run = await client.runs.create(thread, ASSISTANT, input=SAID, webhook=f"{receiver.url}?key=k1", headers=key)
        [body] = await asyncio.to_thread(told, receiver)
        await client.runs.create(thread, ASSISTANT, input=SAID, webhook=receiver.url, headers=key)

        assert (body["run_id"], body["thread_id"], body["status"]) == (run["run_id"], thread, "success")
        assert body["values"]["messages"][-1]["type"] == "ai"
        assert {"run_started_at", "run_ended_at", "webhook_sent_at", "metadata", "kwargs"} <= body.keys()
        assert receiver.calls[0].path == "/hook?key=k1"
        assert "key=k1" not in server.told
        assert len(receiver.calls) == 1


async def test_the_thread_of_a_run_without_one_is_deleted_and_its_end_is_told_all_the_same(
    client: LangGraphClient,
) -> None:
    with HookReceiver([500]) as receiver:
        run: Any = await client.runs.create(None, ASSISTANT, input=SAID, webhook=receiver.url)
        bodies = await asyncio.to_thread(told, receiver, 2)

        assert {body["run_id"] for body in bodies} == {run["run_id"]}
        assert bodies[1]["values"]["messages"]


async def test_a_run_that_begins_later_is_known_waits_for_its_time_and_is_cancelled_until_then(
    client: LangGraphClient,
) -> None:
    with HookReceiver() as receiver:
        thread = (await client.threads.create())["thread_id"]
        never = await client.runs.create(thread, ASSISTANT, input=SAID, after_seconds=86_400)
        soon: Any = await client.runs.create(thread, ASSISTANT, input=SAID, after_seconds=2, webhook=receiver.url)
        now = await client.runs.create(thread, ASSISTANT, input=SAID)
        await client.runs.join(thread, now["run_id"])

        stand = {run["run_id"]: run["status"] for run in await client.runs.list(thread)}
        assert (stand[never["run_id"]], stand[soon["run_id"]]) == ("pending", "pending")
        await client.runs.cancel(thread, never["run_id"])
        assert (await client.runs.get(thread, never["run_id"]))["status"] == "interrupted"
        values: Any = await client.runs.join(thread, soon["run_id"])
        assert len([each for each in values["messages"] if each["type"] == "human"]) == 2
        [body] = await asyncio.to_thread(told, receiver)
        assert body["run_id"] == soon["run_id"]


async def test_a_run_that_begins_later_is_started_though_the_service_was_killed(tmp_path: Path) -> None:
    with HookReceiver() as receiver, Serving(tmp_path / "home", DAYLOOM_PRIVATE_ADDRESSES="true") as server:
        client = get_client(url=server.url, api_key=None)
        thread = (await client.threads.create())["thread_id"]
        run: Any = await client.runs.create(thread, ASSISTANT, input=SAID, after_seconds=1, webhook=receiver.url)
        server.kill()
        server.start()
        [body] = await asyncio.to_thread(told, receiver)

        assert (body["run_id"], body["status"]) == (run["run_id"], "success")


async def test_a_cron_calls_its_webhook_each_time_and_never_after_its_end(client: LangGraphClient) -> None:
    cron: Any = await client.crons.create(
        ASSISTANT, schedule="0 18 * * SUN", input=SAID, webhook="https://example.org/hook"
    )
    assert cron["payload"]["webhook"] == "https://example.org/hook"
    [found] = await client.crons.search()
    assert found["cron_id"] == cron["cron_id"]
