"""What worker processes wrote down, and waiting for it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from dayloom.stores.redis.connection import AsyncRedis


@dataclass(frozen=True)
class Ledger:
    """Lines of `began NAME PID` and `ended NAME PID` in the order they were written."""

    client: AsyncRedis

    async def lines(self) -> list[tuple[str, str, int]]:
        """Everything written so far."""
        found = [line.decode().split() for line in await self.client.lrange("ledger", 0, -1)]
        return [(what, name, int(pid)) for what, name, pid in found]

    async def names(self, what: str) -> list[str]:
        """The names that began, or ended."""
        return [name for kind, name, _ in await self.lines() if kind == what]

    async def let_end(self) -> None:
        """Let those end that wait for it, those that begin later included."""
        await self.client.set("may end", 1)

    async def until(self, what: str, count: int, within: float = 60.0) -> float:
        """Wait until so many began, or ended, and return how long it took."""
        start = time.monotonic()
        async with asyncio.timeout(within):
            while len(await self.names(what)) < count:  # noqa: ASYNC110 the server does not tell
                await asyncio.sleep(0.02)
        return time.monotonic() - start
