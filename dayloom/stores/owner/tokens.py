"""Access tokens in Redis: only their digests, so that reading the store lets nobody in.

One round of SHA-256 is enough: a token holds 256 random bits, so there is no dictionary to try, and a slow digest would
only make every request slow.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from dayloom.stores.redis.connection import AsyncRedis, reaching
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import TOKENS

PREFIX: Final = "dl_"
_ID_BYTES: Final = 6
_SECRET_BYTES: Final = 32


class StoredToken(BaseModel):
    """What is known of a token: whose it is, what it is good for, until when; never the token itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    user: str
    scopes: tuple[str, ...]
    digest: str
    created: datetime
    expires: datetime | None = None

    def lives(self, now: datetime) -> bool:
        """Tell whether it has not expired."""
        return self.expires is None or now < self.expires


class RedisTokens:
    """Keeps the tokens of an installation."""

    def __init__(self, client: AsyncRedis) -> None:
        self._client = client

    async def create(
        self, user: str, scopes: tuple[str, ...], *, now: datetime, expires: datetime | None = None
    ) -> tuple[str, StoredToken]:
        """Return a new token, which is told this once, and what is kept of it."""
        id, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
        token = f"{PREFIX}{id}_{secret}"
        kept = StoredToken(id=id, user=user, scopes=scopes, digest=digest(token), created=now, expires=expires)
        with reaching(self._client):
            await self._client.hset(TOKENS, id, kept.model_dump_json())
        return token, kept

    async def find(self, token: str, now: datetime) -> StoredToken | None:
        """Return what is known of a token that is valid now."""
        id, secret = _parts(token)
        return await self.get(id, digest(token), now) if secret else None

    async def get(self, id: str, digest: str, now: datetime) -> StoredToken | None:
        """Return what is known of the token of this id and digest, if it is valid now."""
        with reaching(self._client):
            stored = await self._client.hget(TOKENS, id)
        kept = _read(stored) if stored else None
        if kept is None or not hmac.compare_digest(kept.digest, digest):
            return None
        return kept if kept.lives(now) else None

    async def all(self) -> list[StoredToken]:
        """Return all of them, oldest first, the expired ones too."""
        with reaching(self._client):
            stored = await self._client.hvals(TOKENS)
        return sorted((_read(each) for each in stored), key=lambda kept: kept.created)

    async def revoke(self, id: str) -> bool:
        """Make a token worthless at once; False when there is none of this id."""
        with reaching(self._client):
            return bool(await self._client.hdel(TOKENS, id))


def token_id(token: str) -> str | None:
    """Return the id of a token that is kept here; None for one of another kind."""
    return _parts(token)[0] or None


def _parts(token: str) -> tuple[str, str]:
    """Return id and secret of a token, both empty for one of another kind."""
    id, _, secret = token.removeprefix(PREFIX).partition("_")
    return (id, secret) if token.startswith(PREFIX) and secret else ("", "")


def digest(token: str) -> str:
    """Return what is kept in place of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _read(stored: bytes | str) -> StoredToken:
    try:
        return StoredToken.model_validate_json(stored)
    except ValidationError as error:
        raise Damaged(
            f"A stored access token cannot be read; remove it from the hash {TOKENS} and create another one."
        ) from error
