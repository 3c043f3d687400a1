"""A real server for whoever asks for it: one per test process, clean for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from tally import counted, pytest_addoption, pytest_terminal_summary

from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.embedded import embedded

__all__ = ["counted", "pytest_addoption", "pytest_terminal_summary"]


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an embedded server of this test process."""
    server = embedded(tmp_path_factory.mktemp("data"))
    with asyncio.Runner() as runner:
        yield runner.run(server.__aenter__())
        runner.run(server.__aexit__(None, None, None))


@pytest.fixture
async def redis(store_url: str) -> AsyncIterator[AsyncRedis]:
    """A client of an empty server."""
    async with connect(store_url) as client:
        await client.flushall()
        yield client
        await client.flushall()
