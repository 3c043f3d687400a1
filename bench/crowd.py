"""Many people talking to one service, from a process of their own; prints one JSON object.

python -m bench.crowd URL PEOPLE THINK SECONDS

Each request has a connection of its own, read by httptools: a client that costs more than the service would measure
itself, and people who think for long find their connection closed anyway.
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
from urllib.parse import urlsplit

import httptools
import uvloop

TURN: Final = {"input": {"messages": [{"role": "user", "content": "Hello"}]}}
PATIENCE: Final = 120.0


class Answer:
    """One answer, as far as it has arrived."""

    def __init__(self) -> None:
        self.body = b""
        self.whole = False
        self.second_event = 0.0
        """When the second event of a stream was there, on the monotonic clock: the first is about the run itself."""
        self._parser = httptools.HttpResponseParser(self)

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body."""
        self.body += piece
        if not self.second_event and self.body.count(b"event: ") > 1:
            self.second_event = time.monotonic()

    def on_message_complete(self) -> None:
        """Take note of the end."""
        self.whole = True

    def feed(self, data: bytes) -> None:
        """Take what arrived; raises ConnectionError when nothing more will."""
        if not data:
            raise ConnectionError("the service hung up")
        self._parser.feed_data(data)

    @property
    def status(self) -> int:
        """Its status code."""
        return self._parser.get_status_code()


async def post(url: str, path: str, asked: Any) -> Answer:
    """Return the whole answer to a POST of JSON; raises OSError, TimeoutError among them."""
    return await request(url, "POST", path, json.dumps(asked).encode())


async def request(url: str, method: str, path: str, body: bytes = b"") -> Answer:
    """Return the whole answer; raises OSError, TimeoutError among them."""
    address = urlsplit(url)
    about = f"host: {address.netloc}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    answer = Answer()
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        try:
            writer.write(f"{method} {path} HTTP/1.1\r\n{about}\r\n\r\n".encode() + body)
            while not answer.whole:
                answer.feed(await reader.read(65536))
        finally:
            writer.close()
    return answer


@dataclass
class Crowd:
    """People who say something, read the answer, think, and say something again."""

    url: str
    think: float
    seconds: float
    waited: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    async def person(self, chance: random.Random) -> None:
        """Talk until the time is over; the first think time is for coming in."""
        await asyncio.sleep(chance.random() * self.think)
        begun = await post(self.url, "/threads", {})
        if begun.status != HTTPStatus.OK:
            self.errors.append(str(begun.status))
            return
        thread = json.loads(begun.body)["thread_id"]
        end = time.monotonic() + self.think + self.seconds
        counting = time.monotonic() + self.think
        while (begun := time.monotonic()) < end:
            wrong = await self._turn(thread)
            if begun < counting:
                pass
            elif wrong:
                self.errors.append(wrong)
            else:
                self.waited.append(time.monotonic() - begun)
            await asyncio.sleep(self.think * chance.uniform(0.8, 1.2))

    async def _turn(self, thread: str) -> str:
        asked = {**TURN, "assistant_id": "dayloom", "config": {"configurable": {"workspace_id": thread}}}
        try:
            answer = await post(self.url, f"/threads/{thread}/runs/wait", asked)
        except OSError as error:
            return type(error).__name__
        return "" if answer.status == HTTPStatus.OK and "messages" in json.loads(answer.body) else str(answer.status)


async def _talk(url: str, people: int, think: float, seconds: float) -> dict[str, Any]:
    crowd = Crowd(url, think, seconds)
    await asyncio.gather(*(crowd.person(random.Random(number)) for number in range(people)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"waited": crowd.waited, "errors": crowd.errors, "cpu": used.ru_utime + used.ru_stime}


def main() -> None:
    """Talk, and print what came of it."""
    url, people, think, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    print(json.dumps(uvloop.run(_talk(url, people, think, seconds))))


if __name__ == "__main__":
    main()
