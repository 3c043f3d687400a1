"""Pages poll: what has not changed since is not read again, and what has is shown at once."""

from __future__ import annotations

from typing import Any

import pytest
from api.sdk import ASSISTANT, said
from langgraph_sdk.client import LangGraphClient
from serving import Serving

from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys


@pytest.mark.parametrize("path", ["", "/state"])
async def test_a_poll_of_an_unchanged_thread_reads_no_state(
    client: LangGraphClient, offline_server: Serving, path: str
) -> None:
    thread = (await client.threads.create())["thread_id"]
    await client.runs.wait(thread, ASSISTANT, input=said("Hello"))
    first: dict[str, Any] = await client.http.get(f"/threads/{thread}{path}")

    keys = ThreadKeys(LOCAL_OWNER, thread)
    async with connect(f"unix://{offline_server.folder}/store/valkey.sock") as store:
        gone = await store.delete(keys.of(KeyKind.BLOBS), keys.of(KeyKind.CHECKPOINTS))

    assert gone == 2
    assert first["values"]["messages"]
    assert await client.http.get(f"/threads/{thread}{path}") == first


@pytest.mark.parametrize("path", ["", "/state"])
async def test_a_poll_shows_each_turn(client: LangGraphClient, path: str) -> None:
    thread = (await client.threads.create())["thread_id"]
    seen: list[int] = []
    for _ in range(2):
        await client.runs.wait(thread, ASSISTANT, input=said("Hello"))
        shown: Any = await client.http.get(f"/threads/{thread}{path}")
        seen.append(sum(message["type"] == "human" for message in shown["values"]["messages"]))

    assert seen == [1, 2]
