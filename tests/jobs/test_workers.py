"""Worker processes on one queue: none of them is needed, and none does the work of another that lives."""

from __future__ import annotations

import asyncio
import pickle
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from jobs.ledger import Ledger

from dayloom.jobs.streaq import StreaqJobs
from dayloom.jobs.streaq_records import STREAM, TASK
from dayloom.jobs.streaq_worker import IDLE
from dayloom.runs.jobs import Job, JobStatus
from dayloom.stores.connection import AsyncRedis

LEASE = 5.0


@pytest.fixture
def jobs(client: AsyncRedis, queue_url: str) -> StreaqJobs:
    """The side that only hands jobs over."""
    return StreaqJobs(client, queue_url, {})


def marking(name: str, seconds: float = 0) -> Job:
    return Job(f"thread:{name}", "mark", {"name": name, "seconds": seconds})


async def test_a_killed_workers_job_is_done_by_the_other_within_the_lease_plus_one_second(
    jobs: StreaqJobs, ledger: Ledger, hire: Any
) -> None:
    workers = [hire(), hire()]
    await jobs.enqueue(marking("a", seconds=0.5))
    await ledger.until("began", 1)
    [(_, _, first)] = await ledger.lines()
    for worker in workers:
        if worker.pid == first:
            worker.kill()
    took = await ledger.until("ended", 1)
    lines = await ledger.lines()

    assert took < LEASE + 1
    assert [what for what, _, _ in lines] == ["began", "began", "ended"]
    assert lines[-1][2] != first


async def test_a_job_much_longer_than_the_time_until_takeover_is_done_once(
    jobs: StreaqJobs, ledger: Ledger, hire: Any
) -> None:
    hire(), hire()
    await jobs.enqueue(marking("long", seconds=3 * IDLE))
    await ledger.until("ended", 1)
    await asyncio.sleep(2 * IDLE)

    assert await ledger.names("began") == ["long"]


async def test_two_workers_do_forty_jobs_once_each(jobs: StreaqJobs, ledger: Ledger, hire: Any) -> None:
    hire(), hire()
    await asyncio.gather(*(jobs.enqueue(marking(f"t{number}", seconds=0.2)) for number in range(40)))
    await ledger.until("ended", 40)
    await asyncio.sleep(0.5)
    lines = await ledger.lines()

    assert sorted(await ledger.names("began")) == sorted({name for _, name, _ in lines})
    assert len(lines) == 80
    assert len({pid for _, _, pid in lines}) == 2


async def test_forty_jobs_survive_a_killed_worker(jobs: StreaqJobs, ledger: Ledger, hire: Any) -> None:
    doomed, _ = hire(), hire()
    await asyncio.gather(*(jobs.enqueue(marking(f"t{number}", seconds=1)) for number in range(40)))
    await ledger.until("began", 40)
    doomed.kill()
    await ledger.until("ended", 40)
    lines = await ledger.lines()
    cut_off = {name for what, name, pid in lines if (what, pid) == ("began", doomed.pid)}

    assert len(set(await ledger.names("ended"))) == 40
    assert sorted(await ledger.names("began")) == sorted([*(f"t{number}" for number in range(40)), *cut_off])


async def test_a_worker_told_to_end_hands_its_job_over_at_once(jobs: StreaqJobs, ledger: Ledger, hire: Any) -> None:
    first = hire()
    await jobs.enqueue(marking("a", seconds=1))
    await ledger.until("began", 1)
    first.terminate()
    code = await asyncio.to_thread(first.wait, 5)
    hire()
    await ledger.until("ended", 1)

    assert code == 0
    assert len(await ledger.names("began")) == 2


async def test_a_worker_that_stood_still_finds_its_job_done_and_works_on(
    jobs: StreaqJobs, ledger: Ledger, hire: Any
) -> None:
    workers = {worker.pid: worker for worker in (hire(), hire())}
    await jobs.enqueue(marking("a", seconds=0.5))
    await ledger.until("began", 1)
    [(_, _, first)] = await ledger.lines()
    workers[first].send_signal(signal.SIGSTOP)
    await ledger.until("ended", 1)
    workers[first].send_signal(signal.SIGCONT)
    await asyncio.sleep(IDLE)
    await jobs.enqueue(marking("b"))
    await asyncio.gather(*(jobs.enqueue(marking(f"t{number}", seconds=0.2)) for number in range(40)))
    await ledger.until("ended", 42)

    assert {pid for _, name, pid in await ledger.lines() if name.startswith("t")} == set(workers)


async def test_a_running_job_is_cancelled_from_another_process(jobs: StreaqJobs, ledger: Ledger, hire: Any) -> None:
    hire()
    await jobs.enqueue(marking("a", seconds=2))
    await ledger.until("began", 1)
    assert await jobs.cancel("thread:a")
    await asyncio.sleep(2.5)

    assert await ledger.names("ended") == []
    assert await jobs.status("thread:a") == JobStatus.DONE


async def test_a_job_that_raises_does_not_end_its_worker(jobs: StreaqJobs, ledger: Ledger, hire: Any) -> None:
    worker = hire()
    for number in range(5):
        await jobs.enqueue(Job(f"bad-{number}", "fail", {"name": "bad"}))
    await jobs.enqueue(marking("good"))
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
    jobs: StreaqJobs, ledger: Ledger, hire: Any, client: AsyncRedis, tmp_path: Path, hostile: str
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
    await jobs.enqueue(marking("good"))
    await ledger.until("ended", 1)
    async with asyncio.timeout(5):
        while await client.xlen(STREAM):  # noqa: ASYNC110 the server does not tell
            await asyncio.sleep(0.02)

    assert worker.poll() is None
    assert not bomb.exists()
    assert not await client.exists(f"{TASK}hostile")


async def test_nothing_piles_up_in_the_queue(jobs: StreaqJobs, ledger: Ledger, hire: Any, client: AsyncRedis) -> None:
    hire()
    for number in range(20):
        await jobs.enqueue(marking(f"t{number}"))
    await ledger.until("ended", 20)
    await asyncio.sleep(0.5)
    kept = [key async for key in client.scan_iter("streaq:*", count=1000)]
    lasting = [key for key in kept if await client.ttl(key) == -1]

    assert lasting == [STREAM.encode()]
    assert await client.xlen(STREAM) == 0
