"""What a child process does: keep a job that is due, and carry it out, through a bad line."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

from job_house import open_house
from stage import NOW

from dayloom.stores.redis.connection import connect
from state.errors import Unavailable
from state.job import Every

REPLY: Final[dict[str, Any]] = {"speak": "The summary is written.", "reason": "done", "action": "reply"}
DAILY: Final = Every(at="08:00", since=NOW, timezone="UTC")


def carry_out(*, url: str, id: str, again: bool) -> None:
    """Keep it and carry it out."""
    asyncio.run(_carry_out(url, id, again=again))


async def _carry_out(url: str, id: str, *, again: bool) -> None:
    async with connect(url) as client:
        house = open_house(client, *[REPLY] * 5, worker="child", exclusive=False)
        recurs = {"kind": "supervision", "recurrence": DAILY} if again else {}
        with suppress(Unavailable):
            await house.jobs.add(house.job(id=id, due=NOW, **recurs))
        await house.close()
