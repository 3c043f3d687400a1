"""What every adapter of the job port promises, checked against each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from dayloom.runs.queue import Job, Jobs, JobStatus
from state.errors import StoreUnavailable

EVERY_SECOND = "* * * * * * *"


class Bench:
    """Work that tells what it was given, and ends when it may."""

    def __init__(self) -> None:
        self.begun: list[Mapping[str, Any]] = []
        self.ended: list[Mapping[str, Any]] = []
        self.at_once = self.most_at_once = 0
        self.may_end = asyncio.Event()
        self.moved = asyncio.Condition()

    async def wait(self, given: Mapping[str, Any]) -> None:
        """Begin, and end when it may."""
        self.begun.append(given)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            async with self.moved:
                self.moved.notify_all()
            await self.may_end.wait()
            self.ended.append(given)
        finally:
            self.at_once -= 1
        async with self.moved:
            self.moved.notify_all()

    async def fail(self, given: Mapping[str, Any]) -> None:
        """Begin, and raise."""
        self.begun.append(given)
        raise ValueError("a person's words")

    async def stumble(self, given: Mapping[str, Any]) -> None:
        """Find the store down once, then end."""
        self.begun.append(given)
        if len(self.begun) == 1:
            raise StoreUnavailable("The store is away.")
        async with self.moved:
            self.ended.append(given)
            self.moved.notify_all()

    async def until(self, *, begun: int = 0, ended: int = 0) -> None:
        """Wait until so many have begun and ended."""
        async with asyncio.timeout(60), self.moved:
            await self.moved.wait_for(lambda: len(self.begun) >= begun and len(self.ended) >= ended)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def jobs(employ: Any, bench: Bench) -> Jobs:
    return employ({"wait": bench.wait, "fail": bench.fail, "stumble": bench.stumble})


@asynccontextmanager
async def working(jobs: Jobs) -> AsyncIterator[None]:
    task = asyncio.create_task(jobs.run())
    try:
        yield
    finally:
        task.cancel()
        async with asyncio.timeout(60):
            await asyncio.wait([task])
    assert task.cancelled()


async def becomes(jobs: Jobs, id: str, status: JobStatus) -> None:
    async with asyncio.timeout(60):
        while await jobs.status(id) != status:  # noqa: ASYNC110 the port does not tell
            await asyncio.sleep(0.02)


async def stopped(bench: Bench) -> None:
    async with asyncio.timeout(60):
        while bench.at_once:  # noqa: ASYNC110 a stopped job does not tell
            await asyncio.sleep(0.02)


def waiting(id: str = "a", **given: Any) -> Job:
    return Job(id, "wait", given)


async def test_what_was_taken_is_done(jobs: Jobs, bench: Bench) -> None:
    bench.may_end.set()
    await jobs.enqueue(waiting(words=["ä", "\x00", 1.5, None]))
    async with working(jobs):
        await bench.until(ended=1)

    assert bench.ended == [{"words": ["ä", "\x00", 1.5, None]}]


async def test_what_comes_while_it_works_is_done(jobs: Jobs, bench: Bench) -> None:
    bench.may_end.set()
    async with working(jobs):
        await jobs.enqueue(waiting("a"))
        await bench.until(ended=1)
        await jobs.enqueue(waiting("b"))
        await bench.until(ended=2)


async def test_the_same_id_twice_is_one_job(jobs: Jobs, bench: Bench) -> None:
    bench.may_end.set()
    await jobs.enqueue(waiting(number=1))
    await jobs.enqueue(waiting(number=2))
    async with working(jobs):
        await becomes(jobs, "a", JobStatus.DONE)

    assert bench.begun == [{"number": 1}]


async def test_a_job_that_is_done_may_be_given_again(jobs: Jobs, bench: Bench) -> None:
    bench.may_end.set()
    async with working(jobs):
        for number in range(1, 6):
            await jobs.enqueue(waiting(number=number))
            await bench.until(ended=number)
            await becomes(jobs, "a", JobStatus.DONE)

    assert [given["number"] for given in bench.begun] == [1, 2, 3, 4, 5]


async def test_a_job_asked_for_while_it_runs_is_done_once_more_and_never_beside_itself(
    jobs: Jobs, bench: Bench
) -> None:
    async with working(jobs):
        await jobs.enqueue(waiting(number=1))
        await bench.until(begun=1)
        await asyncio.gather(*(jobs.enqueue(waiting(number=2)) for _ in range(5)))
        await asyncio.sleep(0.1)
        bench.may_end.set()
        await bench.until(ended=2)
        await becomes(jobs, "a", JobStatus.DONE)

    assert [given["number"] for given in bench.begun] == [1, 2]
    assert bench.most_at_once == 1


async def test_where_a_job_stands(jobs: Jobs, bench: Bench) -> None:
    seen = [await jobs.status("a")]
    await jobs.enqueue(waiting())
    seen.append(await jobs.status("a"))
    async with working(jobs):
        await bench.until(begun=1)
        seen.append(await jobs.status("a"))
        bench.may_end.set()
        await becomes(jobs, "a", JobStatus.DONE)

    assert seen == [JobStatus.UNKNOWN, JobStatus.QUEUED, JobStatus.RUNNING]


async def test_a_cancelled_waiting_job_is_not_done(jobs: Jobs, bench: Bench) -> None:
    bench.may_end.set()
    await jobs.enqueue(waiting("a"))
    await jobs.enqueue(waiting("b"))
    cancelled = await jobs.cancel("a")
    async with working(jobs):
        await becomes(jobs, "b", JobStatus.DONE)

    assert cancelled
    assert len(bench.begun) == 1
    assert await jobs.status("a") == JobStatus.DONE


async def test_a_cancelled_running_job_stops(jobs: Jobs, bench: Bench) -> None:
    async with working(jobs):
        await jobs.enqueue(waiting())
        await bench.until(begun=1)
        cancelled = await jobs.cancel("a")
        await becomes(jobs, "a", JobStatus.DONE)
        await stopped(bench)

    assert cancelled
    assert bench.ended == []


async def test_a_cancelled_job_may_be_given_again(jobs: Jobs, bench: Bench) -> None:
    async with working(jobs):
        await jobs.enqueue(waiting(number=1))
        await bench.until(begun=1)
        await jobs.cancel("a")
        await stopped(bench)
        await jobs.enqueue(waiting(number=2))
        await bench.until(begun=2)
        bench.may_end.set()
        await bench.until(ended=1)

    assert bench.ended == [{"number": 2}]


@pytest.mark.parametrize("ended", [False, True])
async def test_cancelling_what_is_not_there_changes_nothing(jobs: Jobs, bench: Bench, ended: bool) -> None:
    bench.may_end.set()
    if ended:
        await jobs.enqueue(waiting())
    async with working(jobs):
        if ended:
            await becomes(jobs, "a", JobStatus.DONE)
        assert not await jobs.cancel("a")


async def test_a_scheduled_job_comes_round(jobs: Jobs, bench: Bench) -> None:
    bench.may_end.set()
    jobs.schedule(EVERY_SECOND, waiting("tick", round=True))
    async with working(jobs):
        await bench.until(ended=2)

    assert bench.ended[0] == {"round": True}


async def test_a_schedule_nobody_can_read_is_refused(jobs: Jobs) -> None:
    with pytest.raises(ValueError, match="improper number of cron entries"):
        jobs.schedule("soon", waiting())


async def test_a_job_that_raises_harms_no_other_and_its_words_are_not_logged(
    jobs: Jobs, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.may_end.set()
    async with working(jobs):
        await jobs.enqueue(Job("bad", "fail", {}))
        await becomes(jobs, "bad", JobStatus.DONE)
        await jobs.enqueue(waiting())
        await bench.until(ended=1)

    assert "job bad (fail) failed: ValueError at" in caplog.text
    assert "a person's words" not in caplog.text


async def test_a_job_that_finds_the_store_down_is_tried_again(jobs: Jobs, bench: Bench) -> None:
    await jobs.enqueue(Job("a", "stumble", {}))
    async with working(jobs):
        await bench.until(ended=1)

    assert len(bench.begun) == 2


async def test_a_worker_that_is_told_to_end_ends_and_what_it_cut_off_is_done_by_the_next(
    jobs: Jobs, bench: Bench
) -> None:
    async with working(jobs):
        await jobs.enqueue(waiting())
        await bench.until(begun=1)
    assert (bench.at_once, bench.ended) == (0, [])

    bench.may_end.set()
    async with working(jobs):
        await bench.until(ended=1)

    assert len(bench.begun) == 2


async def test_many_jobs_run_at_once_but_not_more_than_allowed(jobs: Jobs, bench: Bench) -> None:
    for number in range(80):
        await jobs.enqueue(waiting(f"job-{number}"))
    async with working(jobs):
        await bench.until(begun=64)
        await asyncio.sleep(0.1)
        begun = len(bench.begun)
        bench.may_end.set()
        await bench.until(ended=80)

    assert begun == bench.most_at_once == 64
