"""Hearing at once that something was told, over one connection for the whole process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from redis.exceptions import RedisError

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import SCHEMA

RETRY: Final = 0.5
"""Seconds before a lost connection is opened again; all who wait look for themselves then."""


PATIENCE: Final = 60.0
ALWAYS: Final = f"dayloom:{SCHEMA}:bell"
"""A channel that is never rung; one that listens to nothing could not wait."""


class PubSub:
    """Rings for whoever waits on a channel; a ring may be lost, so nobody should wait for it without end."""

    def __init__(self, client: AsyncRedis) -> None:
        self._client = client
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._listening: Any = None

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncGenerator[asyncio.Event]:
        """Yield an event that is set whenever the channel rings."""
        ring = asyncio.Event()
        self._waiting[channel].add(ring)
        await self._tell("subscribe", channel)
        try:
            yield ring
        finally:
            self._waiting[channel].discard(ring)
            if not self._waiting[channel]:
                del self._waiting[channel]
                await self._tell("unsubscribe", channel)

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            with suppress(RedisError, OSError):
                await self._listen()
            self._listening = None
            self._ring_all()
            await asyncio.sleep(RETRY)

    async def _listen(self) -> None:
        async with self._client.pubsub() as listening:
            await listening.subscribe(ALWAYS)
            self._listening = listening
            if self._waiting:
                await listening.subscribe(*self._waiting)
            while True:
                # The confirmation of a subscription rings too: something may have been told before it.
                found = await listening.get_message(timeout=PATIENCE)
                if found is not None:
                    for ring in self._waiting.get(found["channel"].decode(), ()):
                        ring.set()

    async def _tell(self, verb: str, channel: str) -> None:
        if self._listening is not None:
            with suppress(RedisError, OSError):
                await getattr(self._listening, verb)(channel)

    def _ring_all(self) -> None:
        for rings in self._waiting.values():
            for ring in rings:
                ring.set()
