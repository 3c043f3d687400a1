"""Compare-and-set on the fields of a hash: what several processes agree on, such as who holds a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.round_trips import Script, command, pairs, send

TAKE: Final = Script("""
-- KEYS hash; ARGV field, value, value it may replace. Returns what stands there now.
local found = redis.call('HGET', KEYS[1], ARGV[1])
if found and found ~= ARGV[3] then return found end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return ARGV[2]
""")

DROP: Final = Script("""
-- KEYS hash; ARGV field, value. Deletes the field if that is what stands there; 1, or 0.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
""")


@dataclass(frozen=True)
class AtomicHash:
    """The fields of one key, changed only by whoever knows what stands in them."""

    client: AsyncRedis
    key: str

    async def compare_and_set(self, field: str, value: str, *, replacing: str = "") -> str:
        """Set a field that is free, or that holds what may be replaced; return what stands there then."""
        return (await send(self.client, TAKE([self.key], field, value, replacing))).decode()

    async def compare_and_delete(self, field: str, value: str) -> bool:
        """Delete a field, unless it was changed since."""
        return bool(await send(self.client, DROP([self.key], field, value)))

    async def set(self, field: str, value: str) -> None:
        """Set a field whatever stands there."""
        await send(self.client, command("HSET", self.key, field, value))

    async def get(self, field: str) -> str | None:
        """Return what stands in a field."""
        found = await send(self.client, command("HGET", self.key, field))
        return found.decode() if found else None

    async def all(self) -> dict[str, str]:
        """Return every field with its value."""
        found = await send(self.client, command("HGETALL", self.key))
        return {field.decode(): value.decode() for field, value in pairs(found).items()}
