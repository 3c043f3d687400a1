"""Worker processes on one queue: none of them is needed, and none does the work of another that lives."""

from __future__ import annotations

import asyncio
import pickle
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from queue_ledger import Ledger

from dayloom.queue.streaq import StreaqQueue
from dayloom.queue.streaq_records import STREAM, TASK
from dayloom.queue.streaq_worker import IDLE
from dayloom.runs.queue import Nudge
from dayloom.stores.redis.connection import AsyncRedis

LEASE = 5.0
PATIENT = 6.0
"""Seconds until a takeover where each nudge is counted: a busy machine lets no process stand still for as long."""


@pytest.fixture
def queue(client: AsyncRedis, queue_url: str) -> StreaqQueue:
    """The side that only hands nudges over."""
    return StreaqQueue(client, queue_url, {})


def marking(name: str, seconds: float = 0, *, waits: bool = False) -> Nudge:
    return Nudge(f"thread:{name}", "mark", {"name": name, "seconds": seconds, "waits": waits})


async def forty_at_a_time(queue: StreaqQueue, ledger: Ledger, workers: set[int]) -> set[str]:
    """Give nudges until every worker had some, and return their names once all of them have ended."""
    given: set[str] = set()
    async with asyncio.timeout(90):
        while {pid for _, name, pid in await ledger.lines() if name in given} != workers:
            crowd = [f"t{len(given) + number}" for number in range(40)]
            await asyncio.gather(*(queue.enqueue(marking(name, seconds=0.2)) for name in crowd))
            given |= set(crowd)
            while not given <= set(await ledger.names("ended")):  # noqa: ASYNC110 the server does not tell
                await asyncio.sleep(0.02)
    return given


async def test_a_killed_workers_nudge_is_done_by_the_other_within_the_lease_plus_one_second(
    queue: StreaqQueue, ledger: Ledger, hire: Any
) -> None:
    workers = [hire(), hire()]
    await queue.enqueue(marking("a", waits=True))
    await ledger.until("began", 1)
    [(_, _, first)] = await ledger.lines()
    for worker in workers:
        if worker.pid == first:
            worker.kill()
    await ledger.let_end()
    took = await ledger.until("ended", 1)
    lines = await ledger.lines()

    assert took < LEASE + 1
    assert [what for what, _, _ in lines] == ["began", "began", "ended"]
    assert lines[-1][2] != first


async def test_a_nudge_much_longer_than_the_time_until_takeover_is_done_once(
    queue: StreaqQueue, ledger: Ledger, hire: Any
) -> None:
    hire(PATIENT), hire(PATIENT)
    await queue.enqueue(marking("long", seconds=2.5 * PATIENT))
    await ledger.until("ended", 1)
    await asyncio.sleep(PATIENT)

    assert await ledger.names("began") == ["long"]


async def test_two_workers_share_the_nudges_and_do_each_once(queue: StreaqQueue, ledger: Ledger, hire: Any) -> None:
    given = await forty_at_a_time(queue, ledger, {hire(PATIENT).pid, hire(PATIENT).pid})
    await asyncio.sleep(0.5)

    assert sorted(await ledger.names("began")) == sorted(given)
    assert sorted(await ledger.names("ended")) == sorted(given)


async def test_forty_nudges_survive_a_killed_worker(queue: StreaqQueue, ledger: Ledger, hire: Any) -> None:
    doomed, _ = hire(PATIENT), hire(PATIENT)
    await asyncio.gather(*(queue.enqueue(marking(f"t{number}", waits=True)) for number in range(40)))
    await ledger.until("began", 40)
    doomed.kill()
    await ledger.let_end()
    await ledger.until("ended", 40)
    lines = await ledger.lines()
    cut_off = {name for what, name, pid in lines if (what, pid) == ("began", doomed.pid)}

    assert len(set(await ledger.names("ended"))) == 40
    assert sorted(await ledger.names("began")) == sorted([*(f"t{number}" for number in range(40)), *cut_off])


async def test_a_worker_told_to_end_hands_its_nudge_over_at_once(queue: StreaqQueue, ledger: Ledger, hire: Any) -> None:
    first = hire(PATIENT)
    await queue.enqueue(marking("a", waits=True))
    await ledger.until("began", 1)
    first.terminate()
    code = await asyncio.to_thread(first.wait, 30)
    await ledger.let_end()
    hire(PATIENT)
    await ledger.until("ended", 1)

    assert code == 0
    assert len(await ledger.names("began")) == 2


async def test_a_worker_that_stood_still_finds_its_nudge_done_and_works_on(
    queue: StreaqQueue, ledger: Ledger, hire: Any
) -> None:
    workers = {worker.pid: worker for worker in (hire(), hire())}
    await queue.enqueue(marking("a", waits=True))
    await ledger.until("began", 1)
    [(_, _, first)] = await ledger.lines()
    workers[first].send_signal(signal.SIGSTOP)
    await ledger.let_end()
    await ledger.until("ended", 1)
    workers[first].send_signal(signal.SIGCONT)
    await asyncio.sleep(IDLE)

    assert await forty_at_a_time(queue, ledger, set(workers))


async def test_a_nudge_that_raises_does_not_end_its_worker(queue: StreaqQueue, ledger: Ledger, hire: Any) -> None:
    worker = hire()
    for number in range(5):
        await queue.enqueue(Nudge(f"bad-{number}", "fail", {"name": "bad"}))
    await queue.enqueue(marking("good"))
    await ledger.until("ended", 1)
    await ledger.until("began", 6)

    assert worker.poll() is None


class Bomb:
    """What unpickles into a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("hostile", ["pickle", "not json", "not a task", "dependency", "arguments"])
async def test_hostile_bytes_in_the_queue_run_nothing_and_stop_nobody(
    queue: StreaqQueue, ledger: Ledger, hire: Any, client: AsyncRedis, tmp_path: Path, hostile: str
) -> None:
    bomb = tmp_path / "exploded"
    values = {
        "pickle": pickle.dumps(Bomb(bomb)),
        "not json": b"\xff\xfe\x00",
        "not a task": b"[1, 2]",
        "dependency": b'{"f": "mark", "a": [], "k": {}, "t": 1, "A": "other"}',
        "arguments": b'{"f": "mark", "a": [], "k": {"x": 1}, "t": 1}',
    }
    await client.set(f"{TASK}hostile", values[hostile])
    await client.xadd(STREAM, {"task_id": "hostile", "enqueue_time": int(time.time() * 1000)})
    worker = hire()
    await queue.enqueue(marking("good"))
    await ledger.until("ended", 1)
    async with asyncio.timeout(60):
        while await client.xlen(STREAM) or await client.exists(f"{TASK}hostile"):  # noqa: ASYNC110 the server does not tell
            await asyncio.sleep(0.02)

    assert worker.poll() is None
    assert not bomb.exists()


async def test_nothing_piles_up_in_the_queue(queue: StreaqQueue, ledger: Ledger, hire: Any, client: AsyncRedis) -> None:
    hire()
    for number in range(20):
        await queue.enqueue(marking(f"t{number}"))
    await ledger.until("ended", 20)
    async with asyncio.timeout(60):
        while await lasting(client) != [STREAM.encode()] or await client.xlen(STREAM):  # noqa: ASYNC110 the server does not tell
            await asyncio.sleep(0.02)


async def lasting(client: AsyncRedis) -> list[bytes]:
    """Return the keys of the queue that do not go by themselves."""
    kept = [key async for key in client.scan_iter("streaq:*", count=1000)]
    return [key for key in kept if await client.ttl(key) == -1]
