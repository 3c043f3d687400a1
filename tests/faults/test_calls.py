"""Calls that are cancelled while their reply is on the way never leave it to the next caller."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

from tally import Counted, Share

from dayloom.stores.redis.connection import AsyncRedis, connect

KEYS = 50


async def test_a_cancelled_call_never_gives_its_reply_to_another(
    store_url: str, share: Share, counted: Counted
) -> None:
    calls = len(share.of(range(10_000), sample=500))
    choice = random.Random(share.part)
    mixed_up = 0
    async with connect(store_url) as client:
        await client.mset({f"key-{number}": f"value-{number}" for number in range(KEYS)})
        for _ in range(calls):
            await _cancelled(client, choice.randrange(KEYS), after=choice.randrange(12))
            number = choice.randrange(KEYS)
            mixed_up += await client.get(f"key-{number}") != b"value-%d" % number
    counted("cancelled calls", runs=calls, wrong=mixed_up)

    assert mixed_up == 0


async def _cancelled(client: AsyncRedis, number: int, *, after: int) -> None:
    """Ask for a key and give up after so many turns of the event loop."""
    call = asyncio.ensure_future(client.get(f"key-{number}"))
    for _ in range(after):
        await asyncio.sleep(0)
    call.cancel()
    with suppress(asyncio.CancelledError):
        await call


async def test_whoever_is_cancelled_in_the_middle_of_a_call_does_not_go_on(
    store_url: str, share: Share, counted: Counted
) -> None:
    calls = len(share.of(range(2_000), sample=200))
    went_on = 0
    for number in range(calls):
        async with connect(store_url) as client:
            call = asyncio.ensure_future(_asking(client))
            for _ in range(1 + number % 40):
                await asyncio.sleep(0)
            call.cancel()
            _, still = await asyncio.wait([call], timeout=10)
            went_on += len(still)
            call.cancel()
    counted("cancelled on the way", runs=calls, wrong=went_on)

    assert went_on == 0


async def _asking(client: AsyncRedis) -> None:
    while True:
        await client.get("key")
