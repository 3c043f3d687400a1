"""Addresses under which calendar programs read a calendar without a token, in Redis: only digests of their secrets.

One round of SHA-256 is enough, as for tokens.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from dayloom.stores.owner.tokens import digest
from dayloom.stores.redis.connection import AsyncRedis, reaching
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import FEEDS
from state.errors import TooLarge

MOST_FEEDS: Final = 50
"""Feeds of one user."""
_ID_BYTES: Final = 6
_SECRET_BYTES: Final = 32


class FeedKind(StrEnum):
    """What a feed shows."""

    CALENDAR = "calendar"
    """The user's calendar, with what was applied to it."""
    DRAFT = "draft"
    """What a draft would add to it, as tentative."""


class StoredFeed(BaseModel):
    """What is known of a feed: whose it is and what it shows, never its secret; no thread means the newest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    user: str
    kind: FeedKind
    thread: str | None = None
    digest: str
    created: datetime


class RedisFeeds:
    """Keeps the feeds of an installation."""

    def __init__(self, client: AsyncRedis) -> None:
        self._client = client

    async def create(
        self, user: str, kind: FeedKind, *, now: datetime, thread: str | None = None
    ) -> tuple[str, StoredFeed]:
        """Return the secret of a new feed, which is told this once, and what is kept of it; raises TooLarge."""
        if len(await self.all(user)) >= MOST_FEEDS:
            raise TooLarge(f"There are {MOST_FEEDS} feeds already, and these are the most; revoke some first.")
        id = secrets.token_hex(_ID_BYTES)
        secret = f"{id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        kept = StoredFeed(id=id, user=user, kind=kind, thread=thread, digest=digest(secret), created=now)
        with reaching(self._client):
            await self._client.hset(FEEDS, id, kept.model_dump_json())
        return secret, kept

    async def find(self, secret: str) -> StoredFeed | None:
        """Return the feed with this secret."""
        kept = await self._get(secret.partition("_")[0])
        return kept if kept is not None and hmac.compare_digest(kept.digest, digest(secret)) else None

    async def all(self, user: str | None = None) -> list[StoredFeed]:
        """Return the feeds of a user, or of everybody, oldest first."""
        with reaching(self._client):
            stored = await self._client.hvals(FEEDS)
        found = [kept for kept in map(_read, stored) if user in (None, kept.user)]
        return sorted(found, key=lambda kept: kept.created)

    async def revoke(self, id: str, user: str | None = None) -> bool:
        """Make a feed unknown at once; False when there is none of this id, or it is somebody else's."""
        kept = await self._get(id)
        if kept is None or user not in (None, kept.user):
            return False
        with reaching(self._client):
            return bool(await self._client.hdel(FEEDS, id))

    async def _get(self, id: str) -> StoredFeed | None:
        with reaching(self._client):
            stored = await self._client.hget(FEEDS, id)
        return _read(stored) if stored else None


def _read(stored: bytes | str) -> StoredFeed:
    try:
        return StoredFeed.model_validate_json(stored)
    except ValidationError as error:
        raise Damaged(
            f"A stored feed cannot be read; remove it from the hash {FEEDS} and create another one."
        ) from error
