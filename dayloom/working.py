"""Puts together what does the runs of all users: in the service, and in the workers beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from dayloom.llm.models import Models
from dayloom.queue.in_process import InProcessQueue
from dayloom.runs.observer import Observer
from dayloom.runs.queue import Engine, Work
from dayloom.runs.runs import WORK
from dayloom.runs.tenants import Shared, Tenants
from dayloom.settings import Settings
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.pubsub import PubSub
from dayloom.wiring import durations
from state.errors import StoreUnavailable
from state.ids import ThreadId

REVIVAL: Final = 1.0
"""Seconds between two looks for runs that nobody is at any more."""


@asynccontextmanager
async def at_work(
    settings: Settings, client: AsyncRedis, models: Models, observer: Observer
) -> AsyncGenerator[tuple[Tenants, Engine]]:
    """Do the runs of all users, and take over those whose process died, until the end of the context.

    Without a shared store they are done in this process; with one, by whichever process has its hands free.
    """

    async def work(given: Mapping[str, Any]) -> None:
        await tenants.of(given["user"]).runs.work(ThreadId(given["thread"]))

    queue, pubsub = engine_of(settings, client, {WORK: work}), PubSub(client)
    shared = Shared(
        client=client,
        durations=durations(settings),
        models=models,
        queue=queue,
        pubsub=pubsub,
        observer=observer,
        clock=settings.now,
        settings=settings.run_settings(),
        deadline=settings.run_deadline,
        exclusive=settings.workspace_exclusion,
    )
    tenants = Tenants(shared)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in (pubsub.run(), queue.run(), _revived(tenants))]
        try:
            yield tenants, queue
        finally:
            for task in tasks:
                task.cancel()


def engine_of(settings: Settings, client: AsyncRedis, work: Mapping[str, Work]) -> Engine:
    """Return what follows nudges: in this process alone, or with a shared store in whichever has its hands free."""
    if settings.redis_url is None:
        return InProcessQueue(work)
    from dayloom.queue.streaq import StreaqQueue  # noqa: PLC0415 half a second that a service on its own can spare

    return StreaqQueue(client, settings.redis_url, work)


async def _revived(tenants: Tenants) -> None:
    while True:
        with suppress(StoreUnavailable):
            await tenants.revive()
        await asyncio.sleep(REVIVAL)
