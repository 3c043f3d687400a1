"""A process that dies at any command while it keeps or carries out a job leaves one that the next process finishes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from faults.job_work import REPLY
from forks import ForkServer
from hook_receiver import HookReceiver
from job_house import House, open_house
from processes import become, vanish
from redis_proxy import Fault, RedisProxy, Strike
from stage import NOW
from tally import Counted, Share

from dayloom.jobs.executor import Result
from dayloom.messages.post import Outward
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.keys import KeyKind, ThreadKeys
from state.errors import UnknownJob
from state.job import Attempt, AttemptOutcome, ExecutorKind, Job, JobStatus, job_thread

UNKNOWN_SCRIPTS = 15


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServer]:
    with ForkServer("faults.job_work") as server:
        yield server


@pytest.fixture
def hook() -> Iterator[HookReceiver]:
    with HookReceiver() as receiver:
        yield receiver


@pytest.mark.parametrize("again", [False, True], ids=["todo", "supervision"])
@pytest.mark.parametrize("strike", [Strike.KILL_BEFORE, Strike.KILL_AFTER, Strike.DROP_REPLY])
@pytest.mark.timeout(300)
async def test_a_job_struck_down_anywhere_is_finished_once_and_told_or_was_never_kept(
    store_url: str,
    proxy: RedisProxy,
    forks: ForkServer,
    hook: HookReceiver,
    strike: Strike,
    share: Share,
    counted: Counted,
    *,
    again: bool,
) -> None:
    async with connect(store_url) as redis:
        await redis.flushall()
        commands = await commands_of(redis, proxy, forks, hook, again=again)
        points = share.of(range(1, commands + 1), sample=5)
        for at in points:
            proxy.arm(Fault(strike, at))
            job = await struck_down(redis, proxy, forks, hook, f"job-{at}", again=again)
            # The first time takes a few commands more: the server does not know the scripts yet.
            assert proxy.struck or at > commands - UNKNOWN_SCRIPTS
            if job is None:
                assert at < commands / 2, "it was kept by then"
            else:
                check(job, hook, again=again)
    counted("jobs", runs=len(points))


async def commands_of(
    redis: AsyncRedis, proxy: RedisProxy, forks: ForkServer, hook: HookReceiver, *, again: bool
) -> int:
    """Return how many commands it takes when nothing goes wrong."""
    proxy.arm(None)
    job = await struck_down(redis, proxy, forks, hook, "whole", again=again)
    assert job is not None
    check(job, hook, again=again)
    return proxy.seen


async def struck_down(
    redis: AsyncRedis, proxy: RedisProxy, forks: ForkServer, hook: HookReceiver, id: str, *, again: bool
) -> Job | None:
    """Have a child keep a job, carry it out and call it out, and another process finish it."""
    forks.run("faults.job_work:carry_out", url=proxy.url, id=id, again=again, hook=hook.url)
    told = Outward(webhook=hook.url, private=True)
    house = open_house(redis, *[REPLY] * 5, worker="heir", exclusive=False, outward=told)
    try:
        job = await recovered(house, redis, id)
        await house.later(seconds=61)
        assert job is None or len(await house.told_of(job)) == 1
        return job
    finally:
        await house.close()


async def recovered(house: House, redis: AsyncRedis, id: str) -> Job | None:
    """Let another process go on until the job stands still; None when it was never kept."""
    await redis.delete(ThreadKeys("ann", job_thread(id)).of(KeyKind.LEASE))
    job = None
    for _ in range(4):
        await house.service.tenants.revive()
        await house.later(seconds=20)
        try:
            job = await house.jobs.store.get(id)
        except UnknownJob:
            return None
        if job.attempt is None and job.attempts:
            return job
        await asyncio.sleep(0)
    raise AssertionError(f"the job never came to rest: {job}")


def check(job: Job, hook: HookReceiver, *, again: bool) -> None:
    """One attempt, one output, the job where it belongs, and calls under one id; what was answered is not called again.

    Between the call and the note of it a process may die; then it is called twice.
    """
    ids = [call.headers["webhook-id"] for call in hook.calls if json.loads(call.body)["data"]["job"] == job.id]
    assert (len(set(ids)), len(ids) in (1, 2)) == (1, True)
    assert [attempt.outcome for attempt in job.attempts] == [AttemptOutcome.COMPLETED]
    assert [output.text for output in job.outputs] == [REPLY["speak"]]
    assert job.status is (JobStatus.PENDING if again else JobStatus.DONE)


@pytest.mark.parametrize("strike", [Strike.KILL_BEFORE, Strike.KILL_AFTER, Strike.DROP_REPLY])
@pytest.mark.timeout(600)
async def test_a_job_of_a_program_struck_down_anywhere_is_finished_with_one_result_or_was_never_kept(
    store_url: str,
    proxy: RedisProxy,
    forks: ForkServer,
    tmp_path: Path,
    strike: Strike,
    share: Share,
    counted: Counted,
) -> None:
    async with connect(store_url) as redis:
        await redis.flushall()
        proxy.arm(None)
        forks.run("faults.job_work:carry_out_quickly", url=proxy.url, id="whole", folder=str(tmp_path))
        points = share.of(range(1, proxy.seen + 1), sample=3)
        for at in points:
            proxy.arm(Fault(strike, at))
            id = f"struck-{at}"
            forks.run("faults.job_work:carry_out_quickly", url=proxy.url, id=id, folder=str(tmp_path))
            house = open_house(redis, worker="heir", exclusive=False, data_dir=tmp_path)
            try:
                await house.service.remind_of_all()
                await house.later(seconds=20)
                await house.jobs.wait(id)
                if (await house.jobs.store.get(id)).status is JobStatus.WORKING:
                    await house.jobs.run(id)
                job = await house.jobs.wait(id)
            except UnknownJob:
                continue
            finally:
                await house.close()
            outcomes = [attempt.outcome for attempt in job.attempts]
            assert outcomes in ([AttemptOutcome.COMPLETED], [AttemptOutcome.LOST, AttemptOutcome.COMPLETED]), at
            assert [output.text for output in job.outputs] == [REPLY["speak"]], at
            assert job.status is JobStatus.DONE, at
    counted("jobs of programs", runs=len(points))


async def test_a_process_that_is_killed_takes_its_programs_along_and_the_next_attempt_begins_elsewhere(
    store_url: str, redis: AsyncRedis, forks: ForkServer, tmp_path: Path
) -> None:
    how = {"id": "left", "mark": "left-alone", "folder": str(tmp_path)}
    parent = forks.start("faults.job_work:carry_out_by_program", url=store_url, **how)
    await become("left-alone", 4)
    os.kill(parent, signal.SIGKILL)
    forks.wait(parent)
    await vanish("left-alone")
    house = open_house(redis, worker="heir", exclusive=False, data_dir=tmp_path)
    await house.service.remind_of_all()
    job = await house.jobs.store.get("left")
    assert [each.outcome for each in job.attempts] == [AttemptOutcome.LOST]
    await house.jobs.run("left")
    job = await house.jobs.wait("left")
    await house.close()

    assert [each.outcome for each in job.attempts] == [AttemptOutcome.LOST, AttemptOutcome.COMPLETED]
    assert job.status is JobStatus.DONE


@pytest.mark.timeout(600)
async def test_what_is_due_in_two_processes_is_one_start(store_url: str, share: Share, counted: Counted) -> None:
    doubled = 0
    async with connect(store_url) as redis, connect(store_url) as line:
        await redis.flushall()
        numbers = share.of(range(1000), sample=40)
        for number in numbers:
            one, other = (open_house(each, REPLY, worker=str(each), exclusive=False) for each in (redis, line))
            job = await one.jobs.add(one.job(id=f"both-{number}", due=NOW + timedelta(seconds=1)))
            one.now = other.now = NOW + timedelta(seconds=1)
            await asyncio.gather(one.jobs.work(job.id), other.jobs.work(job.id))
            job = await one.jobs.store.get(job.id)
            asked = len(one.model.prompts) + len(other.model.prompts)
            doubled += (job.status, len(job.attempts), asked) != (JobStatus.DONE, 1, 1)
            for each in (one, other):
                await each.close()
    counted("two processes, one due time", runs=len(numbers), doubled=doubled)
    assert doubled == 0


class AtOnce:
    """Carries out what it is given at once, and keeps which attempts it was asked to start."""

    def __init__(self, redis: AsyncRedis) -> None:
        self.redis = redis

    async def start(self, job: Job, attempt: Attempt) -> None:
        await self.redis.sadd("started", f"{job.id} {attempt.run}")

    async def result(self, job: Job, attempt: Attempt) -> Result | None:
        return Result(AttemptOutcome.COMPLETED, report="done")


async def test_two_servers_start_each_of_a_thousand_jobs_that_are_due_at_one_moment_once(
    redis: AsyncRedis, share: Share, counted: Counted
) -> None:
    executors: Any = {ExecutorKind.INLINE: AtOnce(redis)}
    servers = [open_house(redis, worker=name) for name in ("one", "two")]
    one, two = (replace(server.jobs, executors=executors) for server in servers)
    numbers = share.of(range(1000), sample=150)
    for number in numbers:
        await one.store.add(servers[0].job(id=f"due-{number}", due=NOW + timedelta(hours=1)))
    for server in servers:
        server.now = NOW + timedelta(hours=1)

    async def both(number: int) -> None:
        await asyncio.gather(one.work(f"due-{number}"), two.work(f"due-{number}"))

    for at in range(0, len(numbers), 25):
        await asyncio.gather(*map(both, numbers[at : at + 25]))
    jobs = await one.store.all()
    wrong = [job.id for job in jobs if (job.status, len(job.attempts)) != (JobStatus.DONE, 1)]
    counted("two servers, many jobs at one moment", runs=len(numbers), wrong=len(wrong))
    assert wrong == []
    assert await redis.scard("started") == len(numbers)
    assert len(await one.post.inbox.all()) == len(numbers)
    for server in servers:
        await server.close()
