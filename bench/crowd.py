"""Many people talking to one service, from a process of their own; prints one JSON object.

python -m bench.crowd URL PEOPLE THINK SECONDS
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

TURN: Final = {"input": {"messages": [{"role": "user", "content": "Hello"}]}}


@dataclass
class Crowd:
    """People who say something, read the answer, think, and say something again."""

    http: httpx.AsyncClient
    think: float
    seconds: float
    waited: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    async def person(self, chance: random.Random) -> None:
        """Talk until the time is over; the first think time is for coming in."""
        await asyncio.sleep(chance.random() * self.think)
        begun = await self.http.post("/threads", json={})
        if begun.status_code != httpx.codes.OK:
            self.errors.append(str(begun.status_code))
            return
        thread = begun.json()["thread_id"]
        end = time.monotonic() + self.think + self.seconds
        counting = time.monotonic() + self.think
        while (begun := time.monotonic()) < end:
            answer = await self._turn(thread, chance)
            if begun < counting:
                pass
            elif answer:
                self.errors.append(answer)
            else:
                self.waited.append(time.monotonic() - begun)
            await asyncio.sleep(self.think * chance.uniform(0.8, 1.2))

    async def _turn(self, thread: str, chance: random.Random) -> str:
        asked = {**TURN, "assistant_id": "dayloom", "config": {"configurable": {"workspace_id": thread}}}
        try:
            answer = await self.http.post(f"/threads/{thread}/runs/wait", json=asked)
        except httpx.HTTPError as error:
            return type(error).__name__
        return "" if answer.status_code == 200 and "messages" in answer.json() else str(answer.status_code)


async def _talked(url: str, people: int, think: float, seconds: float) -> dict[str, Any]:
    limits = httpx.Limits(max_connections=people, max_keepalive_connections=people)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits, trust_env=False) as http:
        crowd = Crowd(http, think, seconds)
        await asyncio.gather(*(crowd.person(random.Random(number)) for number in range(people)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"waited": crowd.waited, "errors": crowd.errors, "cpu": used.ru_utime + used.ru_stime}


def main() -> None:
    """Talk, and print what came of it."""
    url, people, think, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    print(json.dumps(asyncio.run(_talked(url, people, think, seconds))))


if __name__ == "__main__":
    main()
