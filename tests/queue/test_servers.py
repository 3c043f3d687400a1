"""The queue's own connection: to any address the store takes, and back again when the server is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from valkey import Valkey

from dayloom.queue.streaq import StreaqQueue
from dayloom.runs.queue import Nudge, NudgeStatus
from dayloom.stores.redis.connection import connect
from state.errors import StoreUnavailable


async def do_nothing(given: Mapping[str, Any]) -> None:
    """Be done at once."""


async def done(queue: StreaqQueue, id: str, within: float = 60) -> None:
    async with asyncio.timeout(within):
        while await queue.status(id) != NudgeStatus.DONE:  # noqa: ASYNC110 the server does not tell
            await asyncio.sleep(0.05)


async def test_work_goes_on_when_the_server_comes_back(tmp_path: Path) -> None:
    with Valkey(tmp_path) as server:
        async with connect(server.url) as client:
            queue = StreaqQueue(client, server.url, {"nothing": do_nothing})
            working = asyncio.create_task(queue.run())
            await queue.enqueue(Nudge("before", "nothing"))
            await done(queue, "before")
            server.kill()
            with pytest.raises(StoreUnavailable):
                await queue.enqueue(Nudge("meanwhile", "nothing"))
            await asyncio.sleep(1.5)
            server.start()
            await queue.enqueue(Nudge("after", "nothing"))
            await done(queue, "after")
            working.cancel()
            async with asyncio.timeout(60):
                await asyncio.wait([working])


async def test_a_nudge_that_ran_when_the_server_went_is_done_when_it_is_back(tmp_path: Path) -> None:
    begun, may_end, left = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def wait(given: Mapping[str, Any]) -> None:
        begun.set()
        try:
            await may_end.wait()
        finally:
            left.set()

    with Valkey(tmp_path) as server:
        async with connect(server.url) as client:
            queue = StreaqQueue(client, server.url, {"wait": wait})
            working = asyncio.create_task(queue.run())
            await queue.enqueue(Nudge("a", "wait"))
            await begun.wait()
            server.kill()
            await asyncio.wait_for(left.wait(), 60)
            begun.clear()
            may_end.set()
            server.start()
            await done(queue, "a")
            working.cancel()
            async with asyncio.timeout(60):
                await asyncio.wait([working])

    assert begun.is_set()


async def test_all_keys_of_the_queue_lie_in_one_slot_of_a_cluster(tmp_path: Path) -> None:
    with Valkey(tmp_path) as server:
        async with connect(server.url) as client:
            queue = StreaqQueue(client, server.url, {"nothing": do_nothing})
            queue.schedule("* * * * *", Nudge("tick", "nothing"))
            working = asyncio.create_task(queue.run())
            await queue.enqueue(Nudge("a", "nothing"))
            await done(queue, "a")
            await queue.enqueue(Nudge("b", "unknown work"))
            keys: set[bytes] = set()
            async with asyncio.timeout(60):
                while len(keys) < 5:
                    keys.update(await client.keys("*"))
            working.cancel()
            await asyncio.wait([working])

    assert all(b"{dayloom}" in key for key in keys)


async def test_a_worker_without_a_server_ends_when_told(tmp_path: Path) -> None:
    url = f"unix://{tmp_path}/nobody"
    async with connect(url) as client:
        working = asyncio.create_task(StreaqQueue(client, url, {}).run())
        await asyncio.sleep(0.5)
        working.cancel()
        async with asyncio.timeout(60):
            await asyncio.wait([working])

    assert working.cancelled()


@pytest.mark.parametrize("scheme", ["unix", "tcp"])
async def test_the_queue_is_reached_by_user_password_and_database(
    tmp_path: Path, scheme: str, unused_port: int
) -> None:
    with Valkey(tmp_path, port=str(unused_port)) as server:
        assert server.ask("ACL SETUSER weaver on >p@ss:w/rd ~* &* +@all") == "+OK"
        login = "weaver:p%40ss%3Aw%2Frd@"
        where = f"{server.socket}?db=3" if scheme == "unix" else f"127.0.0.1:{unused_port}/3"
        url = f"{'unix' if scheme == 'unix' else 'redis'}://{login}{where}"
        async with connect(url) as client:
            queue = StreaqQueue(client, url, {"nothing": do_nothing})
            working = asyncio.create_task(queue.run())
            await queue.enqueue(Nudge("a", "nothing"))
            await done(queue, "a")
            assert await client.dbsize()
            working.cancel()
            await asyncio.wait([working])
        async with connect(server.url) as client:
            assert await client.dbsize() == 0
