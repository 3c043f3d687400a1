"""A checkpointer on every kind of server that is installed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator

import pytest

from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.embedded import embedded

SERVERS = {"valkey": None} | ({"redis": binary} if (binary := shutil.which("redis-server")) else {})


@pytest.fixture(scope="session", params=SERVERS)
def server_name(request: pytest.FixtureRequest) -> str:
    """Which server the test runs on: the Valkey that is carried along, and Debian's Redis where there is one."""
    return request.param


@pytest.fixture(scope="session")
def store_url(server_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server of this test process."""
    server = embedded(tmp_path_factory.mktemp(server_name), SERVERS[server_name])
    with asyncio.Runner() as runner:
        yield runner.run(server.__aenter__())
        runner.run(server.__aexit__(None, None, None))


@pytest.fixture
def saver(redis: AsyncRedis) -> RedisCheckpointer:
    """A checkpointer on an empty server."""
    return RedisCheckpointer(redis)
