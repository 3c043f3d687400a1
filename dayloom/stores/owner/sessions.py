"""Sessions of people who signed in with a token, in Redis: only digests of their secrets, each until it expires.

One round of SHA-256 is enough, as for tokens.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from dayloom.stores.owner.tokens import digest
from dayloom.stores.redis.connection import AsyncRedis, reaching
from dayloom.stores.redis.keys import session_key

LONGEST: Final = timedelta(days=30)
"""How long somebody stays signed in whose token holds longer."""
_SECRET_BYTES: Final = 32


class StoredSession(BaseModel):
    """Whose a session is, until when, and by what they signed in, which must still hold.

    `proof` is the digest of a token, the stored one `token` where it has an id, or that of the key of a JWT.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: str
    scopes: tuple[str, ...]
    proof: str
    token: str | None = None
    expires: datetime


class RedisSessions:
    """Keeps the sessions of an installation, for whichever of its processes is asked."""

    def __init__(self, client: AsyncRedis) -> None:
        self._client = client

    async def create(self, session: StoredSession) -> str:
        """Keep a session, and return its secret, which is told this once."""
        secret, kept = secrets.token_urlsafe(_SECRET_BYTES), session.model_dump_json()
        seconds = max(1, int((session.expires - datetime.now(UTC)).total_seconds()))
        with reaching(self._client):
            await self._client.set(session_key(digest(secret)), kept, ex=seconds)
        return secret

    async def find(self, secret: str) -> StoredSession | None:
        """Return the session with this secret, unless it has expired."""
        with reaching(self._client):
            stored = await self._client.get(session_key(digest(secret)))
        try:
            return StoredSession.model_validate_json(stored) if stored else None
        except ValidationError:
            return None  # whoever it was signs in again

    async def end(self, secret: str) -> None:
        """Forget a session."""
        with reaching(self._client):
            await self._client.delete(session_key(digest(secret)))
