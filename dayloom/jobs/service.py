"""The jobs of all users: handed over when they are due, whoever they belong to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from dayloom.jobs.inline import InlineAttempts
from dayloom.jobs.jobs import Jobs, nudge_of
from dayloom.jobs.process.attempts import ProcessAttempts, Processes
from dayloom.messages.post import PostOffice
from dayloom.messages.run_end import WEBHOOK, post_id
from dayloom.runs.queue import Queue, Work
from dayloom.runs.runs import WORK
from dayloom.runs.tenants import Tenants
from dayloom.stores.owner.due import Due, DueKind, take_due
from dayloom.stores.owner.jobs import RedisJobs, job_owners
from dayloom.stores.redis.connection import AsyncRedis
from state.common import RunSettings
from state.errors import StoreUnavailable
from state.ids import RunId, ThreadId
from state.job import ExecutorKind, Job, JobKind, job_of, job_thread

TICK: Final = 1.0
"""Seconds between two looks at the timetable."""
REST: Final = 15.0
"""Seconds after which a job that was handed over is handed over again, if nobody said how it stands."""


@dataclass(frozen=True, kw_only=True)
class JobService:
    """Puts each user's jobs together, and starts what is due; `worker` names this process, `keep` as `Jobs` has it."""

    client: AsyncRedis
    tenants: Tenants
    queue: Queue
    clock: Callable[[], datetime]
    settings: RunSettings
    worker: str
    new_run: Callable[[], RunId]
    processes: Processes
    keep: timedelta | None = None

    def of(self, user: str) -> Jobs:
        """Return the jobs of this user."""
        return Jobs(
            user=user,
            store=RedisJobs(self.client, owner=user),
            executors={
                ExecutorKind.INLINE: self._inline(user),
                ExecutorKind.PROCESS: ProcessAttempts(self.processes, partial(self.of, user)),
            },
            queue=self.queue,
            clock=self.clock,
            worker=self.worker,
            new_run=self.new_run,
            post=self.post_of(user),
            keep=self.keep,
        )

    def post_of(self, user: str) -> PostOffice:
        """Return what this user is told, and what goes out of it."""
        return PostOffice(user, self.client, self.tenants.outward, self.clock)

    def _inline(self, user: str) -> InlineAttempts:
        return InlineAttempts(
            tenant=self.tenants.of(user),
            models=self.tenants.models,
            settings=self.settings,
            prompt=self.processes.workplace.prompt,
            clock=self.clock,
            private=self.tenants.outward.private,
        )

    @property
    def work(self) -> Mapping[str, Work]:
        """What follows the nudges about threads and jobs, by name."""
        return {
            WORK: self._go_on_with_thread,
            DueKind.JOB: self._look_after_job,
            DueKind.POST: self._send_post,
            DueKind.THREAD: self._start_postponed,
        }

    async def _go_on_with_thread(self, given: Mapping[str, Any]) -> None:
        user, thread = given["user"], ThreadId(given["thread"])
        for asked in await self.tenants.of(user).runs.work(thread):
            if asked.about.get(WEBHOOK):
                await self.queue.enqueue(nudge_of(Due(user, DueKind.POST, post_id(asked.run))))
        if (job := job_of(thread)) is not None:
            await self.of(user).nudge(job)

    async def _look_after_job(self, given: Mapping[str, Any]) -> None:
        await self.of(given["user"]).work(given["id"])

    async def _send_post(self, given: Mapping[str, Any]) -> None:
        await self.post_of(given["user"]).work(given["id"])

    async def _start_postponed(self, given: Mapping[str, Any]) -> None:
        await self.tenants.of(given["user"]).runs.start_due(ThreadId(given["id"]), self.clock())

    async def start_due(self) -> int:
        """Hand over what is due, at most so much at once, and return how much there was."""
        found = await take_due(self.client, self.clock(), REST)
        for due in found:
            await self.queue.enqueue(nudge_of(due))
        return len(found)

    async def remind_of_all(self) -> None:
        """Enter every job anew in the timetable: what a process that died left out of it is found so.

        What is under way is looked after at once: its attempt may be lost.
        """
        for user in await job_owners(self.client):
            store = RedisJobs(self.client, owner=user)
            jobs = await store.all()
            await store.remind_of(jobs)
            for job in jobs:
                if job.attempt is not None:
                    await self.of(user).nudge(job.id)

    async def run(self) -> None:
        """Start what is due, until cancelled."""
        reminded = False
        while True:
            with suppress(StoreUnavailable):
                if not reminded:
                    await self.remind_of_all()
                    reminded = True
                await self.start_due()
            await asyncio.sleep(TICK)


def new_job(id: str, now: datetime, **fields: Any) -> Job:
    """Return a job that begins to exist now, on a thread of its own.

    A recurrence makes it a supervision, and a program carries it out.

    Raises pydantic's ValidationError for fields that do not fit.
    """
    kind = JobKind.SUPERVISION if fields.get("recurrence") else JobKind.TODO
    executor = ExecutorKind.PROCESS if fields.get("program") else ExecutorKind.INLINE
    made = {"id": id, "kind": kind, "executor": executor, "created": now, "updated": now}
    return Job.model_validate({"thread": job_thread(id), **fields, **made})
