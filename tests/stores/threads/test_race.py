"""Two processes answer one card at a barrier: applied once, the other one is told so."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from durable import Person

from dayloom.stores.redis.connection import AsyncRedis
from state.change import ChangeKind
from state.ids import ThreadId

pytestmark = pytest.mark.timeout(300)
ROUNDS = 50

ANSWERER = """
import asyncio, json, sys
sys.path.insert(0, sys.argv[1])
from durable import DONE, FINAL, Person
from state.errors import DayloomError
from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.embedded import embedded

async def main():
    async with connect(sys.argv[2]) as redis:
        people = [Person(redis, [DONE, FINAL], thread=f"race-{n}", name=sys.argv[3]) for n in range(int(sys.argv[4]))]
        for number, person in enumerate(people):
            print("ready", flush=True)
            sys.stdin.readline()
            try:
                ended = await person.answer("approve", interrupt_id="1-1")
                print(json.dumps({"ended": ended.run}), flush=True)
            except DayloomError as error:
                print(json.dumps({"refused": type(error).__name__}), flush=True)

asyncio.run(main())
"""


async def process(url: str, name: str) -> asyncio.subprocess.Process:
    words = (sys.executable, "-P", "-c", ANSWERER, str(Path(__file__).parents[2]), url, name, str(ROUNDS))
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)


async def line(answering: asyncio.subprocess.Process) -> Any:
    assert answering.stdout
    return json.loads((await answering.stdout.readline()).decode().replace("ready", "null"))


async def test_of_two_processes_that_answer_one_card_at_a_barrier_one_is_heard(
    redis: AsyncRedis, store_url: str
) -> None:
    threads = [ThreadId(f"race-{number}") for number in range(ROUNDS)]
    for thread in threads:
        await Person(redis, thread=thread).asked()
    both = [await process(store_url, name) for name in ("left", "right")]
    outcomes: list[list[Any]] = []
    for _ in threads:
        assert [await line(each) for each in both] == [None, None]
        for each in both:
            assert each.stdin
            each.stdin.write(b"go\n")
        outcomes.append([await line(each) for each in both])
    for each in both:
        await each.wait()

    for thread, outcome in zip(threads, outcomes, strict=True):
        reader = Person(redis, thread=thread)
        what = [record["what"] for record in await reader.threads.audit(thread)]
        told = [entry for each in await reader.threads.transcript(thread) for entry in each.entries]
        state = await reader.agent.state(thread)
        assert sum("ended" in each for each in outcome) == 1, outcome
        assert what == ["write", "approve", "write", "end"]
        assert [entry.type for entry in told].count("tool") == 1
        assert [change.kind for change in state.last_changes] == [ChangeKind.PLACE]
