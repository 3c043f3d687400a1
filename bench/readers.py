"""People who stream runs beside pages that poll the same threads, from a process of its own; prints one JSON object.

python -m bench.readers URL STREAMS POLLERS SECONDS

Every person runs turn after turn on a thread of their own, with a schedule in it, and reads the stream to its end.
Every poller asks once a second for a thread, its state or its newest runs, by turns, as chat pages do.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import uvloop

from bench.crowd import Answer, post, request
from bench.pair import a_schedule

BETWEEN: Final = 1.0
"""Seconds from one poll of a poller to its next."""
POLLED: Final = ("", "/state", "/runs?limit=1")
SETTLING: Final = 3.0
"""Seconds at the start that are not counted."""


@dataclass
class Readers:
    """What streams and pollers saw."""

    url: str
    seconds: float
    firsts: list[float] = field(default_factory=list[float])
    runs: int = 0
    polls: list[float] = field(default_factory=list[float])
    errors: list[str] = field(default_factory=list[str])

    async def stream(self, threads: asyncio.Queue[str]) -> None:
        """Run one turn after the other; the first brings the schedule."""
        thread = json.loads((await post(self.url, "/threads", {})).body)["thread_id"]
        given: dict[str, Any] = {"schedule": json.loads(a_schedule().model_dump_json())}
        while self._left() > 0:
            asked = {
                "assistant_id": "dayloom",
                "input": {"messages": [{"role": "user", "content": "Hello"}], **given},
                "stream_mode": ["values", "messages-tuple"],
                "config": {"configurable": {"workspace_id": thread}},
            }
            begun = time.monotonic()
            answer = await self._try(post(self.url, f"/threads/{thread}/runs/stream", asked))
            if given:
                given = {}
                threads.put_nowait(thread)
            elif answer is not None and self._counts():
                self.runs += 1
                self.firsts.append(answer.second_event - begun)

    async def poll(self, number: int, threads: list[str]) -> None:
        """Ask for one thread in the three ways, once a second, from a moment of its own."""
        thread = threads[number % len(threads)]
        await asyncio.sleep(random.Random(number).random() * BETWEEN)
        at = number
        while self._left() > 0:
            begun = time.monotonic()
            answer = await self._try(request(self.url, "GET", f"/threads/{thread}{POLLED[at % len(POLLED)]}"))
            if answer is not None and self._counts():
                self.polls.append(time.monotonic() - begun)
            at += 1
            await asyncio.sleep(max(0.0, begun + BETWEEN - time.monotonic()))

    async def _try(self, asking: Any) -> Answer | None:
        try:
            answer = await asking
        except OSError as error:
            self.errors.append(type(error).__name__)
            return None
        if answer.status != HTTPStatus.OK or b"event: error" in answer.body:
            self.errors.append(str(answer.status))
            return None
        return answer

    def _left(self) -> float:
        return self.end - time.monotonic()

    def _counts(self) -> bool:
        return time.monotonic() > self.begin

    async def go(self, streams: int, pollers: int) -> None:
        """Begin the streams, then the pollers on their threads, and end after the time."""
        self.begin = self.end = float("inf")
        found: asyncio.Queue[str] = asyncio.Queue()
        people = [asyncio.create_task(self.stream(found)) for _ in range(streams)]
        threads = [await found.get() for _ in range(streams)]
        self.begin = time.monotonic() + SETTLING
        self.end = self.begin + self.seconds
        await asyncio.gather(*people, *(self.poll(number, threads) for number in range(pollers)))


async def _read(url: str, streams: int, pollers: int, seconds: float) -> dict[str, Any]:
    readers = Readers(url, seconds)
    await readers.go(streams, pollers)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "runs": readers.runs,
        "firsts": readers.firsts,
        "polls": readers.polls,
        "errors": readers.errors,
        "cpu": used.ru_utime + used.ru_stime,
    }


def main() -> None:
    """Read, and print what came of it."""
    url, streams, pollers, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    print(json.dumps(uvloop.run(_read(url, streams, pollers, seconds))))


if __name__ == "__main__":
    main()
