"""Both ways to a checkpointer, awaiting and blocking, on the server of this test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dayloom.stores.checkpoints import RedisCheckpointer
from dayloom.stores.connection import AsyncRedis, connect_blocking


@pytest.fixture
def saver(redis: AsyncRedis, store_url: str) -> Iterator[RedisCheckpointer]:
    """A checkpointer on an empty server."""
    with connect_blocking(store_url) as blocking:
        yield RedisCheckpointer(redis, blocking=blocking)
