"""The jobs of all users: handed over when they are due, whoever they belong to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dayloom.jobs.inline import InlineAttempts
from dayloom.jobs.jobs import JOB, Jobs
from dayloom.runs.queue import Nudge, Queue, Work
from dayloom.runs.runs import WORK
from dayloom.runs.tenants import Tenants
from dayloom.stores.owner.jobs import RedisJobs, job_owners, take_due_jobs
from dayloom.stores.redis.connection import AsyncRedis
from state.common import RunSettings
from state.errors import StoreUnavailable
from state.ids import RunId, ThreadId
from state.job import ExecutorKind, Job, JobKind

TICK: Final = 1.0
"""Seconds between two looks at the timetable."""
REST: Final = 15.0
"""Seconds after which a job that was handed over is handed over again, if nobody said how it stands."""
_THREAD: Final = "job-"


@dataclass(frozen=True, kw_only=True)
class JobService:
    """Puts each user's jobs together, and starts what is due; `worker` names this process."""

    client: AsyncRedis
    tenants: Tenants
    queue: Queue
    clock: Callable[[], datetime]
    settings: RunSettings
    worker: str
    new_run: Callable[[], RunId]

    def of(self, user: str) -> Jobs:
        """Return the jobs of this user."""
        return Jobs(
            user=user,
            store=RedisJobs(self.client, owner=user),
            executors={ExecutorKind.INLINE: InlineAttempts(self.tenants.of(user).runs, self.settings)},
            queue=self.queue,
            clock=self.clock,
            worker=self.worker,
            new_run=self.new_run,
        )

    @property
    def work(self) -> Mapping[str, Work]:
        """What follows the nudges about threads and jobs, by name."""
        return {WORK: self._go_on_with_thread, JOB: self._look_after_job}

    async def _go_on_with_thread(self, given: Mapping[str, Any]) -> None:
        user, thread = given["user"], ThreadId(given["thread"])
        await self.tenants.of(user).runs.work(thread)
        if thread.startswith(_THREAD):
            await self.of(user).nudge(thread.removeprefix(_THREAD))

    async def _look_after_job(self, given: Mapping[str, Any]) -> None:
        await self.of(given["user"]).work(given["job"])

    async def start_due_jobs(self) -> int:
        """Hand over the jobs that are due, at most so many at once, and return how many there were."""
        due = await take_due_jobs(self.client, self.clock(), REST)
        for user, id in due:
            await self.queue.enqueue(Nudge(id=f"job/{user}/{id}", name=JOB, given={"user": user, "job": id}))
        return len(due)

    async def remind_of_all(self) -> None:
        """Enter every job anew in the timetable: what a process that died left out of it is found so."""
        for user in await job_owners(self.client):
            for job in await (store := RedisJobs(self.client, owner=user)).all():
                if job.wake is not None:
                    await store.remind(job)

    async def run(self) -> None:
        """Start what is due, until cancelled."""
        reminded = False
        while True:
            with suppress(StoreUnavailable):
                if not reminded:
                    await self.remind_of_all()
                    reminded = True
                await self.start_due_jobs()
            await asyncio.sleep(TICK)


def new_job(id: str, now: datetime, **fields: Any) -> Job:
    """Return a job that begins to exist now, on a thread of its own; a recurrence makes it a supervision.

    Raises pydantic's ValidationError for fields that do not fit.
    """
    kind = JobKind.SUPERVISION if fields.get("recurrence") else JobKind.TODO
    return Job.model_validate(
        {"thread": job_thread(id), **fields, "id": id, "kind": kind, "created": now, "updated": now}
    )


def job_thread(id: str) -> ThreadId:
    """Return the thread on which a job's runs live."""
    return ThreadId(f"{_THREAD}{id}")
