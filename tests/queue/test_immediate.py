"""What the queue of a command promises: a nudge is followed while it is handed over, and by nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from dayloom.queue.immediate import ImmediateQueue
from dayloom.runs.queue import Nudge
from state.errors import StoreUnavailable

NUDGE = Nudge("ann/a", "work", {"thread": "a"})


async def test_a_nudge_is_followed_with_what_it_was_given_before_enqueue_returns() -> None:
    done: list[Mapping[str, Any]] = []

    async def work(given: Mapping[str, Any]) -> None:
        await asyncio.sleep(0)
        done.append(given)

    await ImmediateQueue({"work": work}).enqueue(NUDGE)

    assert done == [{"thread": "a"}]


async def test_what_its_work_raises_reaches_whoever_waits_and_is_not_tried_again() -> None:
    tries = 0

    async def work(given: Mapping[str, Any]) -> None:
        nonlocal tries
        tries += 1
        raise StoreUnavailable("The store is away.")

    with pytest.raises(StoreUnavailable):
        await ImmediateQueue({"work": work}).enqueue(NUDGE)

    assert tries == 1


async def test_stopping_whoever_waits_stops_the_work_which_is_forgotten_and_can_be_handed_over_again() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()
    tries: list[str] = []

    async def work(given: Mapping[str, Any]) -> None:
        tries.append("begun")
        if len(tries) == 1:
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                ended.set()

    queue = ImmediateQueue({"work": work})
    waiting = asyncio.create_task(queue.enqueue(NUDGE))
    await begun.wait()
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert ended.is_set()

    await queue.enqueue(NUDGE)

    assert tries == ["begun", "begun"]


async def test_work_may_hand_over_further_work() -> None:
    done: list[str] = []

    async def work(given: Mapping[str, Any]) -> None:
        if given["thread"] == "a":
            await queue.enqueue(Nudge("ann/b", "work", {"thread": "b"}))
        done.append(given["thread"])

    queue = ImmediateQueue({"work": work})
    await queue.enqueue(NUDGE)

    assert done == ["b", "a"]


async def test_unknown_work_is_refused() -> None:
    with pytest.raises(KeyError):
        await ImmediateQueue({}).enqueue(NUDGE)
