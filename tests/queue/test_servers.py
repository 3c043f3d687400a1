"""The queue's own connection: to any address the store takes, and back again when the server is."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from valkey import Valkey

from dayloom.queue.streaq import StreaqQueue
from dayloom.runs.queue import Nudge
from dayloom.stores.redis.connection import connect
from state.errors import StoreUnavailable


class Doing:
    """Work that tells which nudges it was done for."""

    def __init__(self) -> None:
        self.done: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def work(self, given: Mapping[str, Any]) -> None:
        """Be done at once."""
        self.done[given["name"]].set()

    async def until(self, name: str) -> None:
        """Wait until it was done for the nudge of this name."""
        await asyncio.wait_for(self.done[name].wait(), 60)


@pytest.fixture
def doing() -> Doing:
    return Doing()


def named(name: str) -> Nudge:
    return Nudge(name, "work", {"name": name})


async def test_work_goes_on_when_the_server_comes_back(tmp_path: Path, doing: Doing) -> None:
    with Valkey(tmp_path) as server:
        async with connect(server.url) as client:
            queue = StreaqQueue(client, server.url, {"work": doing.work})
            working = asyncio.create_task(queue.run())
            await queue.enqueue(named("before"))
            await doing.until("before")
            server.kill()
            with pytest.raises(StoreUnavailable):
                await queue.enqueue(named("meanwhile"))
            await asyncio.sleep(1.5)
            server.start()
            await queue.enqueue(named("after"))
            await doing.until("after")
            working.cancel()
            async with asyncio.timeout(60):
                await asyncio.wait([working])


async def test_a_nudge_that_ran_when_the_server_went_is_done_when_it_is_back(tmp_path: Path) -> None:
    begun, may_end, ended, left = asyncio.Event(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def wait(given: Mapping[str, Any]) -> None:
        begun.set()
        try:
            await may_end.wait()
            ended.set()
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
            await asyncio.wait_for(ended.wait(), 60)
            working.cancel()
            async with asyncio.timeout(60):
                await asyncio.wait([working])

    assert begun.is_set()


async def test_all_keys_of_the_queue_lie_in_one_slot_of_a_cluster(tmp_path: Path, doing: Doing) -> None:
    with Valkey(tmp_path) as server:
        async with connect(server.url) as client:
            queue = StreaqQueue(client, server.url, {"work": doing.work})
            working = asyncio.create_task(queue.run())
            await queue.enqueue(named("a"))
            await doing.until("a")
            await queue.enqueue(Nudge("b", "unknown work"))
            keys: set[bytes] = set()
            async with asyncio.timeout(60):
                while len(keys) < 4:
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
    tmp_path: Path, doing: Doing, scheme: str, unused_port: int
) -> None:
    with Valkey(tmp_path, port=str(unused_port)) as server:
        assert server.ask("ACL SETUSER weaver on >p@ss:w/rd ~* &* +@all") == "+OK"
        login = "weaver:p%40ss%3Aw%2Frd@"
        where = f"{server.socket}?db=3" if scheme == "unix" else f"127.0.0.1:{unused_port}/3"
        url = f"{'unix' if scheme == 'unix' else 'redis'}://{login}{where}"
        async with connect(url) as client:
            queue = StreaqQueue(client, url, {"work": doing.work})
            working = asyncio.create_task(queue.run())
            await queue.enqueue(named("a"))
            await doing.until("a")
            assert await client.dbsize()
            working.cancel()
            await asyncio.wait([working])
        async with connect(server.url) as client:
            assert await client.dbsize() == 0
