"""A real model: played only when asked for with `--real FOLDER`, see `make real`; ends with a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from real.llama import Llama, llama

from dayloom.stores.redis.connection import AsyncRedis


@pytest.fixture(scope="session")
def folder(request: pytest.FixtureRequest) -> Path:
    """Where server and model are installed."""
    named = request.config.getoption("--real")
    if named is None:
        pytest.skip("a real model is played with by `make real`")
    return Path(named)


@pytest.fixture(scope="session")
def server(folder: Path) -> Iterator[Llama]:
    """The server, for all tests."""
    with llama(folder) as running:
        yield running


@pytest.fixture
def told(record_property: Any) -> Any:
    """Write a line of the table: what was played, what was counted, and what came of it."""

    def tell(what: str, came: str, *counted: str) -> None:
        record_property("real", (what, *(counted or [""] * 4), came))

    return tell


@pytest.fixture
async def store(store_url: str, redis: AsyncRedis) -> str:
    """The address of an empty store."""
    return store_url
