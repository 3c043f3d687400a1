"""Which thread an anonymous chat belongs to, by digests of what was said in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from dayloom.stores.redis.connection import AsyncRedis, reaching
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, owner_key
from state.ids import ThreadId

KEPT: Final = timedelta(days=90)
"""A chat that nobody continued for so long begins anew."""


class RedisChats:
    """Remembers the chats of one owner; raises StoreUnavailable."""

    def __init__(self, client: AsyncRedis, *, owner: str = LOCAL_OWNER) -> None:
        self._client = client
        self._stem = owner_key(owner, KeyKind.CHATS)

    async def find(self, *digests: str) -> ThreadId | None:
        """Return the thread of the first digest that is known."""
        with reaching(self._client):
            found: list[Any] = await self._client.mget([self._key(digest) for digest in digests])
        return next((ThreadId(thread.decode()) for thread in found if thread is not None), None)

    async def remember(self, thread: ThreadId, digest: str) -> None:
        """Let a digest stand for this thread from now on."""
        with reaching(self._client):
            await self._client.set(self._key(digest), thread.encode(), ex=KEPT)

    def _key(self, digest: str) -> str:
        return f"{self._stem}:{digest}"
