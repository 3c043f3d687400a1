"""What only an engine that all processes share can give; without it, each would follow its own nudges alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import pytest

from dayloom.queue.in_process import CONCURRENCY
from dayloom.runs.queue import Nudge
from dayloom.settings import Settings
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.wiring import engine_of


class Process:
    """One of several processes on one store: the engine that its settings choose, and what it has begun."""

    def __init__(self, settings: Settings, client: AsyncRedis) -> None:
        self.engine = engine_of(settings, client, {"work": self._work})
        self.begun: list[str] = []
        self.may_end = asyncio.Event()

    async def _work(self, given: Mapping[str, Any]) -> None:
        self.begun.append(given["name"])
        await self.may_end.wait()

    @asynccontextmanager
    async def works(self) -> AsyncIterator[None]:
        """Follow nudges until the end of the context."""
        working = asyncio.create_task(self.engine.run())
        try:
            yield
        finally:
            self.may_end.set()
            working.cancel()
            await asyncio.wait([working])


Start: TypeAlias = Callable[[], Process]


@pytest.fixture
def start(queue_url: str, client: AsyncRedis) -> Start:
    """Start one more process."""
    return lambda: Process(Settings(redis_url=queue_url), client)


def nudge(name: str) -> Nudge:
    return Nudge(name, "work", {"name": name})


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 the work does not tell
            await asyncio.sleep(0.02)


async def test_a_process_that_does_no_work_hands_it_to_one_that_does(start: Start) -> None:
    desk, worker = start(), start()
    async with worker.works():
        await desk.engine.enqueue(nudge("a"))
        await until(lambda: worker.begun == ["a"])


async def test_what_one_process_has_no_hand_free_for_is_begun_by_another(start: Start) -> None:
    busy, free = start(), start()
    async with busy.works():
        for number in range(CONCURRENCY):
            await busy.engine.enqueue(nudge(f"crowd-{number}"))
        await until(lambda: len(busy.begun) == CONCURRENCY)
        await busy.engine.enqueue(nudge("one more"))
        async with free.works():
            await until(lambda: "one more" in free.begun)

        assert "one more" not in busy.begun
