"""Runs on several machines: whoever takes a request need not carry it out, and whoever carries it out may die."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from doubles import ScriptedModelServer
from durable import WEEK
from stage import NOW
from talking import TERMINAL, Rounds, until
from valkey import Valkey

from dayloom.llm.models import Models
from dayloom.queue.streaq import StreaqQueue
from dayloom.runs.observer import Observers
from dayloom.runs.run import MultitaskStrategy, Run
from dayloom.runs.runs import Runs
from dayloom.runs.tenants import Shared, Tenants
from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.pubsub import PubSub
from dayloom.stores.threads.durations import Durations
from state.common import RunSettings
from state.errors import WorkspaceBusy
from state.ids import RunId, ThreadId
from state.ports import Accepted
from state.run_status import RunStatus

pytestmark = pytest.mark.timeout(300)
WORKER = "from dayloom.cli import main; main()"
WITHOUT_SWEEP = "from dayloom import wiring; wiring.REVIVAL = 3600; "
LEASE = 5.0
A = ThreadId("thread-a")


class Desk:
    """Takes requests and looks on; it does no work."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.numbers = count(1)

    async def say(self, text: str, thread: ThreadId = A, *, settings: RunSettings | None = None) -> Run:
        return await self.runs.start(thread, self._asked(text, settings))

    async def queue(self, text: str) -> Run:
        return await self.runs.start(A, self._asked(text), MultitaskStrategy.ENQUEUE)

    def _asked(self, text: str, settings: RunSettings | None = None) -> Accepted:
        run = RunId(f"run-{next(self.numbers)}")
        return Accepted(run=run, at=NOW, message=text, schedule=WEEK, settings=settings or RunSettings())

    async def ended(self, run: Run, within: float = 90) -> RunStatus:
        async with asyncio.timeout(within):
            return (await self.runs.join(run.thread, run.id)).status

    async def told(self, run: Run) -> list[str]:
        """The types of all events, after a look at their numbers and at their end."""
        events = (await self.runs.page(run.thread, run.id, 0, 10_000)).events
        assert [event.index for event in events] == list(range(len(events)))
        types = [event.type.value for event in events]
        assert [each for each in types if each in TERMINAL] == types[-1:]
        return types


@pytest.fixture
def model() -> Rounds:
    return Rounds(rounds=6)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with Valkey(tmp_path) as server:
        yield server.url


@pytest.fixture
async def desks(url: str) -> AsyncIterator[Callable[..., Desk]]:
    """Makes desks, exclusive in their workspace or not."""
    async with connect(url) as client:
        pubsub = PubSub(client)
        listening = asyncio.create_task(pubsub.run())

        def make(*, exclusive: bool = True) -> Desk:
            shared = Shared(
                client=client,
                durations=Durations(),
                models=Models(),
                queue=StreaqQueue(client, url, {}),
                pubsub=pubsub,
                observer=Observers(),
                clock=lambda: NOW,
                settings=RunSettings(),
                deadline=60,
                exclusive=exclusive,
            )
            return Desk(Tenants(shared).of("ann").runs)

        yield make
        listening.cancel()
        await asyncio.wait([listening])


@pytest.fixture
def desk(desks: Callable[..., Desk]) -> Desk:
    return desks()


@pytest.fixture
def hire(url: str, model: Rounds, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `dayloom worker` processes; the model is at the other end of a socket."""
    with ExitStack() as stack:
        scripted = stack.enter_context(ScriptedModelServer(model))
        settings = {
            "DAYLOOM_REDIS_URL": url,
            "DAYLOOM_DATA_DIR": str(tmp_path / "home"),
            "DAYLOOM_MODEL": "scripted",
            "OPENAI_BASE_URL": scripted.base_url,
            "OPENAI_API_KEY": "key",
        }

        def start(first: str = "") -> subprocess.Popen[str]:
            words = (sys.executable, "-P", "-c", first + WORKER, "worker")
            process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env={**os.environ, **settings})
            stack.callback(_ended, process)
            assert process.stderr
            assert "works for" in process.stderr.readline()
            return process

        yield start


def _ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


async def hanging(model: Rounds) -> None:
    assert await asyncio.to_thread(model.hanging.wait, 90)


async def in_round_six(desk: Desk, model: Rounds, hire: Any) -> tuple[subprocess.Popen[str], Run]:
    """Return a worker that waits for the model, and its run; there is a second worker, and the model answers again."""
    model.hangs_in = 6
    first = hire()
    run = await desk.say("#one Plan my week")
    await hanging(model)
    hire()
    model.hangs_in = None
    return first, run


async def test_a_run_reaches_a_worker_through_the_queue_and_needs_no_sweep(
    desk: Desk, model: Rounds, hire: Any
) -> None:
    model.rounds = 1
    hire(WITHOUT_SWEEP)
    ends = [await desk.ended(await desk.say(f"#{name} Plan my week")) for name in ("one", "two")]

    assert ends == [RunStatus.SUCCESS] * 2


async def test_the_runs_of_a_killed_worker_end_on_the_other_within_the_lease_plus_one_second(
    desk: Desk, model: Rounds, hire: Any
) -> None:
    first, run = await in_round_six(desk, model, hire)
    first.kill()
    killed = time.monotonic()
    status = await desk.ended(run)
    took = time.monotonic() - killed

    assert status is RunStatus.SUCCESS
    assert took < LEASE + 1
    assert (await desk.told(run))[-1] == "run.completed"
    assert dict(model.asked) == {("#one", number): 2 if number == 6 else 1 for number in range(8)}


async def test_a_worker_told_to_end_hands_its_run_over_at_once(desk: Desk, model: Rounds, hire: Any) -> None:
    first, run = await in_round_six(desk, model, hire)
    first.terminate()
    took = await asyncio.to_thread(until, lambda: model.asked["#one", 6] == 2)
    status = await desk.ended(run)

    assert (status, await asyncio.to_thread(first.wait, 30)) == (RunStatus.SUCCESS, 0)
    assert took < LEASE
    assert dict(model.asked) == {("#one", number): 2 if number == 6 else 1 for number in range(8)}


async def test_a_worker_that_was_frozen_cannot_go_on_where_another_took_over(
    desk: Desk, model: Rounds, hire: Any
) -> None:
    first, run = await in_round_six(desk, model, hire)
    first.send_signal(signal.SIGSTOP)
    status = await desk.ended(run)
    told = await desk.told(run)
    first.send_signal(signal.SIGCONT)
    next_run = await desk.say("#two Plan my week again")
    assert await desk.ended(next_run) is RunStatus.SUCCESS

    assert status is RunStatus.SUCCESS
    assert await desk.told(run) == told


async def test_two_workers_do_forty_runs_in_forty_threads(desks: Any, model: Rounds, hire: Any) -> None:
    model.rounds = 2
    desk = desks(exclusive=False)
    hire(), hire()
    runs = await asyncio.gather(
        *(desk.say(f"#{number} Plan my week", ThreadId(f"thread-{number}")) for number in range(40))
    )
    ends = Counter([await desk.ended(run) for run in runs])
    told = [(await desk.told(run))[-1] for run in runs]

    assert ends == {RunStatus.SUCCESS: 40}
    assert set(told) == {"run.completed"}
    assert set(model.asked.values()) == {1}
    assert len(model.asked) == 40 * 4


async def test_of_fifty_requests_at_once_in_one_workspace_one_is_accepted(desk: Desk) -> None:
    crowd = (desk.say(f"#{number} Plan my week", ThreadId(f"thread-{number}")) for number in range(50))
    came = await asyncio.gather(*crowd, return_exceptions=True)

    assert Counter(type(each) for each in came) == {Run: 1, WorkspaceBusy: 49}


async def test_a_workspace_is_free_again_after_its_run(desk: Desk, model: Rounds, hire: Any) -> None:
    model.rounds = 1
    hire()
    for name in ("a", "b", "c"):
        run = await desk.say(f"#{name} Plan my week", ThreadId(name))
        assert await desk.ended(run) is RunStatus.SUCCESS


async def test_a_run_is_cancelled_in_the_middle_of_a_model_call_of_another_process(
    desk: Desk, model: Rounds, hire: Any
) -> None:
    model.hangs_in = 2
    hire()
    run = await desk.say("#one Plan my week")
    await hanging(model)
    asked = sum(model.asked.values())
    begun = time.monotonic()
    cancelled = await desk.runs.cancel(A, run.id)
    assert await desk.ended(run) is RunStatus.CANCELLED
    took = time.monotonic() - begun
    await asyncio.sleep(1)
    again = await desk.runs.cancel(A, run.id)

    assert cancelled.status is RunStatus.CANCELLED
    assert took < 3
    assert (await desk.told(run))[-1] == "run.cancelled"
    assert again == await desk.runs.get(A, run.id)
    assert sum(model.asked.values()) == asked


async def test_a_run_that_waits_behind_another_is_cancelled_and_never_asks_the_model(
    desk: Desk, model: Rounds, hire: Any
) -> None:
    model.hangs_in = 2
    hire()
    first = await desk.say("#one Plan my week")
    await hanging(model)
    second = await desk.queue("#two And tidy up")
    third = await desk.queue("#three And then some")
    assert (await desk.runs.cancel(A, second.id)).status is RunStatus.CANCELLED
    model.hangs_in = None
    await desk.runs.cancel(A, first.id)

    assert await desk.ended(third) is RunStatus.SUCCESS
    assert await desk.told(second) == ["run.created", "run.cancel_requested", "run.cancelled"]
    assert not any(name == "#two" for name, _ in model.asked)


async def test_a_run_that_takes_too_long_says_so(desk: Desk, model: Rounds, hire: Any) -> None:
    model.hangs_in = 2
    hire()
    run = await desk.say("#one Plan my week", settings=RunSettings(max_seconds=1))
    status = await desk.ended(run)
    told = await desk.told(run)

    assert status in (RunStatus.TIMEOUT, RunStatus.SUCCESS)
    assert status is RunStatus.TIMEOUT or "exhausted" in str(await desk.runs.page(A, run.id, 0, 1000))
    assert told[-1] in ("run.failed", "run.completed")
