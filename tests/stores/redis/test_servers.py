"""Which servers a run can rely on: what is unsafe is named, what forgot is noticed, and a cluster does as well."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from durable import DONE, FINAL, LOOK, REPLY, Person
from ports import Port
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import RedisError
from stage import THREAD

from dayloom.stores.redis.connection import AsyncRedis, check, connect
from dayloom.stores.redis.embedded import bundled_binary
from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.server_id import check_server_id
from dayloom.stores.threads.sizes import measure_sizes
from state.ids import RunId, ThreadId


async def test_a_server_is_recognised(redis: AsyncRedis, tmp_path: Path) -> None:
    url = "redis://user:secret@host:6379"

    assert await check_server_id(redis, url, tmp_path) == []
    assert await check_server_id(redis, url, tmp_path) == []
    assert "secret" not in (tmp_path / "servers.json").read_text()


async def test_a_server_that_came_back_empty_is_named_once(redis: AsyncRedis, tmp_path: Path) -> None:
    await check_server_id(redis, "redis://host", tmp_path)
    await redis.flushall()
    told = await check_server_id(redis, "redis://host", tmp_path)

    assert len(told) == 1
    assert "has lost what it held" in told[0]
    assert await check_server_id(redis, "redis://host", tmp_path) == []


async def test_sizes_are_told_by_kind_and_the_largest_thread_is_named(redis: AsyncRedis) -> None:
    await Person(redis, [DONE, FINAL]).asked()
    await Person(redis, [REPLY], thread=ThreadId("small")).say("Hello")
    found = await measure_sizes(redis)

    assert found.threads == 2
    assert found.largest
    assert found.largest[0] == THREAD
    assert found.by_kind[KeyKind.BLOBS] > 0
    assert found.total > found.largest[1]


class Server:
    """A server of the suite, with the settings it is told."""

    def __init__(self, folder: Path, port: int, **options: str) -> None:
        self.folder, self.port, self.options = folder, port, options

    async def __aenter__(self) -> Server:
        words = [word for name, value in self.options.items() for word in (f"--{name.replace('_', '-')}", value)]
        self.folder.mkdir(exist_ok=True)
        self.process = await asyncio.create_subprocess_exec(
            str(bundled_binary()),
            *("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", ""),
            *words,
            stdout=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(60):
            while not await self._answers():  # noqa: ASYNC110 a starting server does not tell
                await asyncio.sleep(0.02)
        return self

    async def _answers(self) -> bool:
        async with connect(self.url) as client:
            try:
                return bool(await client.ping())
            except (RedisError, OSError):
                return False

    async def __aexit__(self, *_: object) -> None:
        self.process.kill()
        await self.process.wait()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"


@pytest.fixture
def ports() -> Iterator[list[int]]:
    """Six ports nobody else is given."""
    with ExitStack() as stack:
        yield [stack.enter_context(Port()).number for _ in range(6)]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"appendonly": "no"}, ["appendonly yes"]),
        ({"appendonly": "yes", "appendfsync": "everysec"}, ["appendfsync always"]),
        (
            {"appendonly": "yes", "appendfsync": "always", "maxmemory": "50mb", "maxmemory_policy": "allkeys-lru"},
            ["noeviction"],
        ),
        ({"appendonly": "yes", "appendfsync": "always", "maxmemory_policy": "volatile-ttl"}, ["noeviction"]),
        ({"appendonly": "yes", "appendfsync": "always"}, []),
    ],
)
async def test_an_unsafe_server_is_named_with_its_cure(
    tmp_path: Path, ports: list[int], options: Any, named: list[str]
) -> None:
    async with Server(tmp_path / "s", ports[0], **options) as server, connect(server.url) as client:
        found = await check(client)

    assert len(found) == len(named)
    assert all(cure in sentence for cure, sentence in zip(named, found, strict=True))


@pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed: only Valkey was tested")
async def test_the_suite_also_runs_on_debians_redis(server_name: str) -> None:
    assert server_name in {"valkey", "redis"}


@pytest.fixture
async def cluster(tmp_path: Path, ports: list[int]) -> AsyncIterator[RedisCluster]:
    """A cluster of three nodes, all slots covered."""
    settings = {"cluster_enabled": "yes", "appendonly": "no"}
    nodes = [
        Server(tmp_path / str(port), port, cluster_port=str(bus), **settings)
        for port, bus in zip(ports[:3], ports[3:], strict=True)
    ]
    async with nodes[0], nodes[1], nodes[2]:
        for number, node in enumerate(nodes):
            async with connect(node.url) as client:
                first, last = number * 5462, min(16383, (number + 1) * 5462 - 1)
                await client.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)
                await client.execute_command("CLUSTER", "MEET", "127.0.0.1", ports[0], ports[3])
        for node in nodes:
            async with connect(node.url) as client:
                async with asyncio.timeout(60):
                    while (await client.cluster("INFO"))["cluster_state"] != "ok":  # noqa: ASYNC110 the server does not tell
                        await asyncio.sleep(0.05)
        async with RedisCluster.from_url(nodes[0].url) as client:
            yield client


async def test_a_conversation_on_a_cluster(cluster: RedisCluster) -> None:
    for name in ("a", "b", "c", "d"):
        one = Person(cluster, [LOOK, DONE, FINAL], thread=ThreadId(name))
        await one.asked()
        ended = await Person(cluster, [LOOK, DONE, FINAL], thread=ThreadId(name), name="next").answer("approve")
        checkpointer = one.threads.checkpointer
        history = [each async for each in checkpointer.alist({"configurable": {"thread_id": name}})]
        assert ended.state.schedule.by_id[1].position is not None
        assert len(history) == 9
        assert len(await one.threads.audit(ThreadId(name))) == 4
        last = (await one.threads.transcript(ThreadId(name)))[-1].entries
        assert [entry.type for entry in last][-2:] == ["outcome", "node"]
        assert (await one.threads.page(ThreadId(name), RunId("next-1"))).events[-1].type.value == "run.completed"
        await checkpointer.adelete_thread(name)
    assert not await cluster.keys("*:{local/*")
