"""What every adapter of the nudge port promises, checked against each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from dayloom.runs.queue import Engine, Nudge
from state.errors import StoreUnavailable


class Bench:
    """Work that tells what it was given, and ends when it may."""

    def __init__(self) -> None:
        self.begun: list[Mapping[str, Any]] = []
        self.ended: list[Mapping[str, Any]] = []
        self.at_once = self.most_at_once = 0
        self.may_end = asyncio.Event()
        self.moved = asyncio.Condition()

    async def wait(self, given: Mapping[str, Any]) -> None:
        """Begin, and end when it may."""
        self.begun.append(given)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            async with self.moved:
                self.moved.notify_all()
            await self.may_end.wait()
            self.ended.append(given)
        finally:
            self.at_once -= 1
        async with self.moved:
            self.moved.notify_all()

    async def fail(self, given: Mapping[str, Any]) -> None:
        """Begin, and raise."""
        async with self.moved:
            self.begun.append(given)
            self.moved.notify_all()
        raise ValueError("a person's words")

    async def stumble(self, given: Mapping[str, Any]) -> None:
        """Find the store down once, then end."""
        self.begun.append(given)
        if len(self.begun) == 1:
            raise StoreUnavailable("The store is away.")
        async with self.moved:
            self.ended.append(given)
            self.moved.notify_all()

    async def until(self, *, begun: int = 0, ended: int = 0) -> None:
        """Wait until so many have begun and ended."""
        async with asyncio.timeout(60), self.moved:
            await self.moved.wait_for(lambda: len(self.begun) >= begun and len(self.ended) >= ended)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def queue(employ: Any, bench: Bench) -> Engine:
    return employ({"wait": bench.wait, "fail": bench.fail, "stumble": bench.stumble})


@asynccontextmanager
async def working(queue: Engine) -> AsyncIterator[None]:
    task = asyncio.create_task(queue.run())
    try:
        yield
    finally:
        task.cancel()
        async with asyncio.timeout(60):
            await asyncio.wait([task])
    assert task.cancelled()


def waiting(id: str = "a", **given: Any) -> Nudge:
    return Nudge(id, "wait", given)


async def test_what_was_taken_is_done(queue: Engine, bench: Bench) -> None:
    bench.may_end.set()
    await queue.enqueue(waiting(words=["ä", "\x00", 1.5, None]))
    async with working(queue):
        await bench.until(ended=1)

    assert bench.ended == [{"words": ["ä", "\x00", 1.5, None]}]


async def test_what_comes_while_it_works_is_done(queue: Engine, bench: Bench) -> None:
    bench.may_end.set()
    async with working(queue):
        await queue.enqueue(waiting("a"))
        await bench.until(ended=1)
        await queue.enqueue(waiting("b"))
        await bench.until(ended=2)


async def test_the_same_id_twice_is_one_nudge(queue: Engine, bench: Bench) -> None:
    bench.may_end.set()
    await queue.enqueue(waiting(number=1))
    await queue.enqueue(waiting(number=2))
    async with working(queue):
        await bench.until(ended=1)
        await queue.enqueue(waiting("b", number=3))
        await bench.until(ended=2)

    assert bench.begun == [{"number": 1}, {"number": 3}]


async def test_a_nudge_that_is_done_may_be_given_again(queue: Engine, bench: Bench) -> None:
    bench.may_end.set()
    async with working(queue):
        for number in range(1, 6):
            await queue.enqueue(waiting(number=number))
            await bench.until(ended=number)

    assert [given["number"] for given in bench.begun] == [1, 2, 3, 4, 5]


async def test_a_nudge_asked_for_while_it_runs_is_done_once_more_and_never_beside_itself(
    queue: Engine, bench: Bench
) -> None:
    async with working(queue):
        await queue.enqueue(waiting(number=1))
        await bench.until(begun=1)
        await asyncio.gather(*(queue.enqueue(waiting(number=2)) for _ in range(5)))
        await asyncio.sleep(0.1)
        bench.may_end.set()
        await bench.until(ended=2)
        await queue.enqueue(waiting("b", number=3))
        await bench.until(ended=3)

    assert [given["number"] for given in bench.begun] == [1, 2, 3]
    assert bench.most_at_once == 1


async def test_a_nudge_that_raises_harms_no_other_and_its_words_are_not_logged(
    queue: Engine, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.may_end.set()
    async with working(queue):
        await queue.enqueue(Nudge("bad", "fail", {}))
        await bench.until(begun=1)
        await queue.enqueue(waiting())
        await bench.until(ended=1)

    assert "nudge bad (fail) failed: ValueError at" in caplog.text
    assert "a person's words" not in caplog.text


async def test_a_nudge_that_finds_the_store_down_is_tried_again(queue: Engine, bench: Bench) -> None:
    await queue.enqueue(Nudge("a", "stumble", {}))
    async with working(queue):
        await bench.until(ended=1)

    assert len(bench.begun) == 2


async def test_a_worker_that_is_told_to_end_ends_and_what_it_cut_off_is_done_by_the_next(
    queue: Engine, bench: Bench
) -> None:
    async with working(queue):
        await queue.enqueue(waiting())
        await bench.until(begun=1)
    assert (bench.at_once, bench.ended) == (0, [])

    bench.may_end.set()
    async with working(queue):
        await bench.until(ended=1)

    assert len(bench.begun) == 2


async def test_many_nudges_run_at_once_but_not_more_than_allowed(queue: Engine, bench: Bench) -> None:
    for number in range(80):
        await queue.enqueue(waiting(f"nudge-{number}"))
    async with working(queue):
        await bench.until(begun=64)
        await asyncio.sleep(0.1)
        begun = len(bench.begun)
        bench.may_end.set()
        await bench.until(ended=80)

    assert begun == bench.most_at_once == 64
