"""Each adapter on each server that is installed, and worker processes that can be killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import pytest
from ports import Port
from queue_ledger import Ledger

from dayloom.queue.in_process import InProcessQueue
from dayloom.queue.streaq import StreaqQueue
from dayloom.queue.streaq_worker import IDLE
from dayloom.runs.queue import Engine, Work
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.embedded import embedded

SERVERS = {"valkey": None} | ({"redis": Path(binary)} if (binary := shutil.which("redis-server")) else {})
PROGRAM = Path(__file__).with_name("program.py")

Employ: TypeAlias = Callable[[Mapping[str, Work]], Engine]
"""Makes nudges of the adapter under test from the work they know."""
Hire: TypeAlias = Callable[..., subprocess.Popen[str]]
"""Starts a worker process, which takes over what another left alone for `idle` seconds, and returns when it works."""


@pytest.fixture(scope="session", params=SERVERS)
def server_name(request: pytest.FixtureRequest) -> str:
    """Which server the queue is on: the Valkey that is carried along, and Debian's Redis where there is one."""
    return request.param


@pytest.fixture
async def queue_url(server_name: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The URL of an empty server."""
    async with embedded(tmp_path_factory.mktemp(server_name), SERVERS[server_name]) as url:
        yield url


@pytest.fixture
async def client(queue_url: str) -> AsyncIterator[AsyncRedis]:
    """A client of the server the queue is on."""
    async with connect(queue_url) as client:
        yield client


@pytest.fixture(params=["in process", *(f"streaq on {name}" for name in SERVERS)])
async def employ(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Employ]:
    """Makes nudges of the adapter under test."""
    _, _, server = request.param.partition("streaq on ")
    if not server:
        yield InProcessQueue
        return
    async with embedded(tmp_path / "data", SERVERS[server]) as url, connect(url) as client:
        yield lambda work: StreaqQueue(client, url, work)


@pytest.fixture
def ledger(client: AsyncRedis) -> Ledger:
    """What the worker processes have done."""
    return Ledger(client)


@pytest.fixture
def hire(queue_url: str) -> Iterator[Hire]:
    """Starts worker processes, which do not survive the test."""
    with ExitStack() as stack:

        def start(idle: float = IDLE) -> subprocess.Popen[str]:
            words = (sys.executable, "-P", str(PROGRAM), queue_url, str(idle))
            process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
            stack.callback(_ended, process)
            assert process.stdout
            assert process.stdout.readline() == "works\n"
            return process

        yield start


def _ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port nobody listens on."""
    with Port() as port:
        yield port.number
