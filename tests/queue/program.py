"""A worker as a program of its own, `program.py URL IDLE`: what it does is written into the ledger."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

from dayloom.queue.streaq import StreaqQueue
from dayloom.stores.redis.connection import AsyncRedis, connect


async def main(url: str, idle: float) -> None:
    """Work until SIGTERM."""
    async with connect(url) as client:

        async def mark(given: Mapping[str, Any]) -> None:
            await _written(client, "began", given)
            await asyncio.sleep(given.get("seconds", 0))
            while given.get("waits") and not await client.exists("may end"):  # noqa: ASYNC110 the server does not tell
                await asyncio.sleep(0.02)
            await _written(client, "ended", given)

        async def fail(given: Mapping[str, Any]) -> None:
            await _written(client, "began", given)
            raise ValueError("a person's words")

        queue = StreaqQueue(client, url, {"mark": mark, "fail": fail}, idle=idle)
        working = asyncio.create_task(queue.run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
        sys.stdout.write("works\n")
        sys.stdout.flush()
        await asyncio.wait([working])


async def _written(client: AsyncRedis, what: str, given: Mapping[str, Any]) -> None:
    await client.rpush("ledger", f"{what} {given['name']} {os.getpid()}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
