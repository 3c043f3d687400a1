"""A server, a proxy in front of it, and processes to kill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.crashing import Crashes
from forks import ForkServer
from redis import Redis
from redis_proxy import RedisProxy
from tally import PARTS, seeds, shares
from valkey import Valkey


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test that takes a `share` its part of the work, and each that takes a `seed` its round."""
    if "share" in metafunc.fixturenames:
        metafunc.parametrize("share", shares(metafunc.config, PARTS), ids=str)
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", seeds(metafunc.config))


@pytest.fixture(scope="session")
def forks() -> Iterator[ForkServer]:
    """Processes that start in milliseconds."""
    with ForkServer("faults.play", "faults.duel", "faults.naive") as server:
        yield server


@pytest.fixture(scope="session")
def proxy(store_url: str) -> Iterator[RedisProxy]:
    """A proxy in front of the server of this test process."""
    with RedisProxy(store_url) as proxy:
        yield proxy


@pytest.fixture
def crashes(store_url: str, proxy: RedisProxy, forks: ForkServer, tmp_path: Path) -> Crashes:
    """Play the conversation and strike it down, on a server that is empty at first."""
    with Redis.from_url(store_url) as client:
        client.flushall()
    return Crashes(store_url=store_url, proxy=proxy, forks=forks, folder=tmp_path)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A server of its own, to be mistreated."""
    with Valkey(tmp_path) as server:
        yield server
