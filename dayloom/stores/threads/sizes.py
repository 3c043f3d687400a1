"""How much room the threads of an owner take, for `dayloom doctor`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from dayloom.stores.checkpointer.commands import list_threads
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import LOCAL_OWNER, THREAD_KINDS, KeyKind, ThreadKeys
from dayloom.stores.redis.round_trips import command, transact


@dataclass(frozen=True)
class Sizes:
    """Bytes in memory by kind of key, and the largest thread."""

    threads: int
    by_kind: dict[KeyKind, int]
    largest: tuple[str, int] | None

    @property
    def total(self) -> int:
        """All of it, in bytes."""
        return sum(self.by_kind.values())


async def measure_sizes(client: AsyncRedis, owner: str = LOCAL_OWNER) -> Sizes:
    """Return what the owner's threads take; one trip for each thread. Raises StoreUnavailable."""
    names = await list_threads(client, owner)
    by_kind: Counter[KeyKind] = Counter()
    largest: tuple[str, int] | None = None
    for name in names:
        found = await _measure(client, ThreadKeys(owner, name))
        by_kind.update(found)
        whole = sum(found.values())
        if largest is None or whole > largest[1]:
            largest = (name, whole)
    return Sizes(len(names), dict(by_kind), largest)


async def _measure(client: AsyncRedis, keys: ThreadKeys) -> dict[KeyKind, int]:
    replies = await transact(client, *(command("MEMORY", "USAGE", keys.of(kind)) for kind in THREAD_KINDS))
    return {kind: size or 0 for kind, size in zip(THREAD_KINDS, replies, strict=True)}
