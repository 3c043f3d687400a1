"""A backend's runs in this process, on a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from stage import NOW, ScriptedModel

from dayloom.queue.in_process import InProcessQueue
from dayloom.runs.observer import Export, Observer, Observers, export_nothing
from dayloom.runs.run import MultitaskStrategy, Run
from dayloom.runs.runs import WORK, Runs
from dayloom.runs.tenants import Shared, Tenant, Tenants
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.pubsub import PubSub
from dayloom.stores.threads.durations import Durations
from state.common import RunSettings
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.ports import Accepted, ChatModel
from state.schedule import Schedule

NUMBERS = count(1)
A, B = ThreadId("thread-a"), ThreadId("thread-b")


@dataclass
class OneModel:
    """The same model for every run."""

    model: ChatModel
    names: tuple[str, ...] = ("scripted",)

    def of(self, model: str | None = None, mode: Any = None) -> ChatModel:
        return self.model

    def in_turn(self, names: Any, mode: Any = None) -> ChatModel:
        return self.model


@dataclass
class Backstage:
    """One process that takes requests and works."""

    tenants: Tenants
    queue: InProcessQueue
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: NUMBERS)

    def tenant(self, user: str = "ann") -> Tenant:
        return self.tenants.of(user)

    @property
    def runs(self) -> Runs:
        return self.tenant().runs

    async def say(self, thread: ThreadId, text: str, schedule: Schedule | None = None, **about: Any) -> Run:
        return await self.runs.start(thread, self.asked(text, schedule, **about))

    def asked(self, text: str, schedule: Schedule | None = None, *, run: str = "", **about: Any) -> Accepted:
        id_ = RunId(run or f"run-{next(self.numbers)}")
        return Accepted(run=id_, at=NOW, message=text, schedule=schedule, about=about)

    async def answer(self, thread: ThreadId, type: str, card: str | None = None, **fields: Any) -> Run:
        answer = Answer.model_validate({"type": type, **fields})
        run = RunId(f"run-{next(self.numbers)}")
        return await self.runs.start(thread, Accepted(run=run, at=NOW, answer=answer, card=card))

    async def enqueue(self, thread: ThreadId, text: str, strategy: MultitaskStrategy) -> Run:
        return await self.runs.start(thread, self.asked(text), strategy)

    async def told(self, run: Run) -> list[tuple[int, str]]:
        page = await self.runs.page(run.thread, run.id, 0, 10_000)
        return [(each.index, each.type.value) for each in page.events]


Open = Callable[..., Any]


@pytest.fixture
async def backstage(redis: AsyncRedis) -> AsyncGenerator[Open]:
    """Return a function that opens a process with this script; `works=False` only takes requests."""
    async with AsyncExitStack() as stack:

        async def open_(
            script: Any = (),
            *,
            works: bool = True,
            exclusive: bool = True,
            lease: float = 5.0,
            observer: Observer | None = None,
            export: Export = export_nothing,
        ) -> Backstage:
            model = script if hasattr(script, "reply") else ScriptedModel(list(script))

            async def work(given: Any) -> None:
                await tenants.of(given["user"]).runs.work(ThreadId(given["thread"]))

            queue, pubsub = InProcessQueue({WORK: work}), PubSub(redis)
            tenants = Tenants(
                Shared(
                    client=redis,
                    durations=Durations(lease=lease, watch=0.05, patience=lease + 1),
                    models=OneModel(model),  # pyright: ignore[reportArgumentType] one model stands for all
                    queue=queue,
                    pubsub=pubsub,
                    observer=observer or Observers(),
                    clock=lambda: NOW,
                    settings=RunSettings(),
                    deadline=60,
                    exclusive=exclusive,
                    export=export,
                )
            )
            backstage = Backstage(tenants, queue)
            backstage.tasks = [asyncio.create_task(each) for each in (pubsub.run(), *([queue.run()] if works else ()))]
            stack.push_async_callback(_ended, backstage.tasks)
            return backstage

        yield open_


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
