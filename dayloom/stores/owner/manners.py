"""How models want to be asked, as processes have found out; for everybody, and forgotten after a while."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from dayloom.stores.redis.connection import AsyncRedis, reaching
from dayloom.stores.redis.keys import manner_key

KEPT: Final = 7 * 24 * 3600
"""Seconds until a model is asked in the best way again: servers are updated."""


class RedisManners:
    """A record for each server and model."""

    def __init__(self, client: AsyncRedis) -> None:
        self._client = client

    async def load(self, api: str, model: str) -> Mapping[str, Any] | None:
        """Return what was saved of a model, None when nothing is known. Raises StoreUnavailable."""
        with reaching(self._client):
            saved = await self._client.get(manner_key(api, model))
        try:
            return json.loads(saved) if saved else None
        except ValueError:
            return None

    async def save(self, api: str, model: str, manner: Mapping[str, Any]) -> None:
        """Keep it for a week. Raises StoreUnavailable."""
        with reaching(self._client):
            await self._client.set(manner_key(api, model), json.dumps(manner), ex=KEPT)
