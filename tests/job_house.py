"""Jobs in this process, on a real server, with a clock that stands until it is set."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from backstage import OneModel
from stage import NOW, ScriptedModel

from dayloom.jobs.jobs import Jobs
from dayloom.jobs.process.agents import read_agents
from dayloom.jobs.process.attempts import Processes
from dayloom.jobs.process.workplace import Workplace, this_process
from dayloom.jobs.service import JobService
from dayloom.jobs.task_prompt import TaskPrompt
from dayloom.llm.models import Models
from dayloom.messages.post import Outward
from dayloom.queue.immediate import ImmediateQueue
from dayloom.runs.observer import Export, Observers, export_nothing
from dayloom.runs.queue import Work
from dayloom.runs.tenants import Shared, Tenants
from dayloom.stores.owner.workers import RedisWorkers
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.pubsub import PubSub
from dayloom.stores.threads.durations import Durations
from state.common import RunSettings
from state.ids import RunId
from state.job import Job, job_thread
from state.message import Message
from state.ports import ChatModel

NUMBERS = count(1)
WORKPLACE: dict[str, Any] = {
    "data_dir": Path("/nowhere"),
    "agents": read_agents(None),
    "most": 4,
    "most_of_agent": 4,
    "url": None,
    "prompt": TaskPrompt(),
    "grace": 0.3,
}


@dataclass
class House:
    """One process: what is handed over is done at once, and nothing is due before the clock is set on."""

    service: JobService
    model: ScriptedModel
    now: datetime = NOW
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def jobs(self) -> Jobs:
        return self.service.of("ann")

    async def later(self, **by: float) -> int:
        """Set the clock on and start what is due then."""
        self.now += timedelta(**by)
        return await self.service.start_due()

    def job(self, **fields: Any) -> Job:
        """Return a new job of its own id."""
        id = fields.pop("id", None) or f"j{next(NUMBERS)}"
        given = {"title": "Write the summary", "created": self.now, "updated": self.now, **fields}
        return Job.model_validate({"id": id, "thread": job_thread(id), **given})

    async def close(self) -> None:
        """End what runs in the background."""
        await self.service.processes.aclose()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def told_of(self, job: Job) -> list[Message]:
        """Return the messages about a job."""
        return [message for message in await self.jobs.post.inbox.all() if message.job == job.id]

    async def log(self, job: Job) -> list[str]:
        """Return the lines of a job's log."""
        return [line.text for line in await self.jobs.store.log(job.id)]


Open = Callable[..., House]


def open_house(
    redis: AsyncRedis,
    *script: Any,
    worker: str = "worker-1",
    exclusive: bool = True,
    watch: float = 60,
    lease: float = 5.0,
    asked: ChatModel | None = None,
    models: Models | None = None,
    outward: Outward | None = None,
    export: Export = export_nothing,
    **workplace: Any,
) -> House:
    """Return a process whose model says this, or another one is asked; its `tasks` are to be cancelled."""
    model, pubsub = ScriptedModel(list(script)), PubSub(redis)
    work: dict[str, Work] = {}
    queue = ImmediateQueue(work)
    tenants = Tenants(
        Shared(
            client=redis,
            durations=Durations(lease=lease, watch=watch, patience=lease + 1),
            models=models or OneModel(asked or model),  # pyright: ignore[reportArgumentType] one model stands for all
            queue=queue,
            pubsub=pubsub,
            observer=Observers(),
            clock=lambda: house.now,
            settings=RunSettings(),
            deadline=60,
            exclusive=exclusive,
            outward=outward or Outward(),
            export=export,
        )
    )
    service = JobService(
        client=redis,
        tenants=tenants,
        queue=queue,
        clock=lambda: house.now,
        settings=RunSettings(attended=False, always_execute=True),
        worker=worker,
        new_run=lambda: RunId(f"run-{secrets.token_hex(4)}"),
        keep=timedelta(days=30),
        processes=Processes(
            Workplace(
                workers=RedisWorkers(redis),
                clock=lambda: house.now,
                worker=worker,
                **{**WORKPLACE, "itself": this_process(), **workplace},
            )
        ),
    )
    work.update(service.work)
    house = House(service, model, tasks=[asyncio.create_task(pubsub.run())])
    return house


@pytest.fixture
async def house(redis: AsyncRedis, tmp_path: Path) -> AsyncGenerator[Open]:
    """Return a function that opens a process whose model says this."""
    opened: list[House] = []

    def open_(*script: Any, **how: Any) -> House:
        opened.append(open_house(redis, *script, **{"data_dir": tmp_path, **how}))
        return opened[-1]

    yield open_
    for each in opened:
        await each.close()
