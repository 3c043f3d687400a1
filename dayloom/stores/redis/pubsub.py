"""Redis pub/sub over one connection for the whole process: who waits for a channel learns at once of what is new."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from redis.exceptions import RedisError

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import NAMESPACE

RETRY: Final = 0.5
"""Seconds before a lost connection is opened again; all who wait look for themselves then."""


HEARD: Final = 1_000
"""Messages that somebody who is slow may leave unread; then the oldest go."""
PATIENCE: Final = 60.0
ALWAYS: Final = f"{NAMESPACE}:bell"
"""A channel nobody publishes on; a connection that listens to nothing could not wait."""


class News(asyncio.Event):
    """Is set when something was published; `heard` is what, the newest of it. `missed` tells that more may have been.

    Whoever wants no more than to be woken passes over what was heard.
    """

    def __init__(self) -> None:
        super().__init__()
        self.heard: deque[tuple[str, bytes]] = deque(maxlen=HEARD)
        self.missed = False

    def take(self, channel: str) -> tuple[list[bytes], bool]:
        """Return what was heard on a channel, and whether something may have been missed; then forget."""
        found, missed = [data for name, data in self.heard if name == channel], self.missed
        self.heard.clear()
        self.missed = False
        return found, missed


class PubSub:
    """Wakes whoever waits on a channel; a message may be lost, so nobody should wait for one without end."""

    def __init__(self, client: AsyncRedis) -> None:
        self._client = client
        self._waiting: defaultdict[str, set[News]] = defaultdict(set)
        self._listening: Any = None

    @asynccontextmanager
    async def subscribe(self, *channels: str) -> AsyncGenerator[News]:
        """Yield an event that is set once nothing published on the channels is missed, and whenever something is."""
        news = News()
        for channel in channels:
            self._waiting[channel].add(news)
        if not await self._tell("subscribe", *channels):
            news.set()
        try:
            yield news
        finally:
            for channel in channels:
                self._waiting[channel].discard(news)
            if left := [channel for channel in channels if not self._waiting[channel]]:
                for channel in left:
                    del self._waiting[channel]
                await self._tell("unsubscribe", *left)

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            with suppress(RedisError, OSError):
                await self._listen()
            self._listening = None
            self._wake_all()
            await asyncio.sleep(RETRY)

    async def _listen(self) -> None:
        async with self._client.pubsub() as listening:
            await listening.subscribe(ALWAYS)
            self._listening = listening
            if self._waiting:
                await listening.subscribe(*self._waiting)
            while True:
                # The confirmation of a subscription wakes too: whoever waits looks only then, and misses nothing.
                found = await listening.get_message(timeout=PATIENCE)
                if found is not None:
                    channel = found["channel"].decode()
                    for news in self._waiting.get(channel, ()):
                        if found["type"] == "message":
                            news.heard.append((channel, found["data"]))
                        news.set()

    async def _tell(self, verb: str, *channels: str) -> bool:
        """Tell the server; False when it cannot be told, and will confirm nothing."""
        if self._listening is None:
            return False
        try:
            await getattr(self._listening, verb)(*channels)
        except (RedisError, OSError):
            return False
        return True

    def _wake_all(self) -> None:
        for woken in self._waiting.values():
            for news in woken:
                news.missed = True
                news.set()
