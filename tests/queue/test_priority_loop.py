"""The event loop of a service: requests do not wait for runs, and runs go on whatever requests come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from contextvars import copy_context
from typing import Any

from dayloom.queue.priority_loop import PriorityLoop, enter_background

STEPS = 10


def run_on_loop(program: Coroutine[Any, Any, None]) -> None:
    """Run a program on a loop that does one step of background work between two looks."""
    with asyncio.Runner(loop_factory=lambda: PriorityLoop(slice=0)) as runner:
        runner.run(program)


class Background:
    """Tasks in the background that take one step after the other."""

    def __init__(self) -> None:
        self.steps: list[int] = []

    async def work(self, number: int, steps: int = 1_000_000) -> None:
        """Enter the background, and take so many steps."""
        enter_background()
        await self.take_steps(number, steps)

    async def take_steps(self, number: int, steps: int = 1_000_000) -> None:
        """Take so many steps."""
        for _ in range(steps):
            self.steps.append(number)
            await asyncio.sleep(0)

    @asynccontextmanager
    async def busy(self, tasks: int) -> AsyncGenerator[None]:
        """Keep tasks at work."""
        working = [asyncio.create_task(self.work(number)) for number in range(tasks)]
        await asyncio.wait(working, timeout=0)  # each takes its first step
        self.steps.clear()
        yield
        for task in working:
            task.cancel()
        await asyncio.wait(working)


def test_a_request_waits_for_one_slice_at_each_of_its_steps_however_many_runs_are_at_work() -> None:
    async def program() -> None:
        background = Background()
        async with background.busy(50):
            for _ in range(STEPS):
                await asyncio.sleep(0)
            assert len(background.steps) <= STEPS + 1

    run_on_loop(program())


def test_runs_go_on_while_requests_come_without_end() -> None:
    async def ask() -> None:
        for _ in range(1_000_000):
            await asyncio.sleep(0)

    async def program() -> None:
        background = Background()
        asking = [asyncio.create_task(ask()) for _ in range(50)]
        await background.work(0, STEPS)
        assert not any(task.done() for task in asking)
        for task in asking:
            task.cancel()

    run_on_loop(program())


def test_runs_take_turns_in_the_order_they_came() -> None:
    async def program() -> None:
        background = Background()
        async with asyncio.TaskGroup() as group:
            for number in range(3):
                group.create_task(background.work(number, STEPS))
        assert background.steps == [0, 1, 2] * STEPS

    run_on_loop(program())


def test_what_a_run_begins_is_in_the_background_too() -> None:
    async def program() -> None:
        background = Background()

        async def begin() -> None:
            enter_background()
            await asyncio.gather(*(background.take_steps(number) for number in range(50)))

        begun = asyncio.create_task(begin())
        for _ in range(STEPS):
            await asyncio.sleep(0)
        assert 0 < len(background.steps) <= STEPS
        begun.cancel()
        await asyncio.wait([begun])

    run_on_loop(program())


def test_a_callback_in_the_background_that_fails_is_reported_and_ends_nothing() -> None:
    async def program() -> None:
        loop = asyncio.get_running_loop()
        reported: list[dict[str, Any]] = []
        loop.set_exception_handler(lambda _, about: reported.append(about))

        def fail() -> None:
            raise ValueError("a defect")

        async def work() -> None:
            enter_background()
            loop.call_soon(fail, context=copy_context())
            loop.call_soon(fail, context=copy_context()).cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        await asyncio.create_task(work())
        assert [type(each["exception"]) for each in reported] == [ValueError]

    run_on_loop(program())
