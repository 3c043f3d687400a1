"""Jobs done by the process that takes them; they end with it, and whoever starts again hands over what was undone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final

from dayloom.queue.cron import following
from dayloom.queue.retry import carried_through
from dayloom.runs.queue import Job, JobStatus, Work

CONCURRENCY: Final = 64
_REMEMBERED: Final = 1024
"""How many ended jobs are still known as done."""


class InProcessJobs:
    """Does jobs in this event loop, at most `concurrency` at once, in the order they came."""

    def __init__(self, work: Mapping[str, Work], *, concurrency: int = CONCURRENCY) -> None:
        self._work = work
        self._concurrency = concurrency
        self._waiting: dict[str, Job] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._dropped: set[str] = set()
        self._ended: dict[str, None] = {}
        self._timetable: list[tuple[str, Job]] = []
        self._changed = asyncio.Event()
        self._closing = False

    async def enqueue(self, job: Job) -> None:
        """Take the job; one that is running already is done once more afterwards. Raises KeyError for unknown work."""
        if job.name not in self._work:
            raise KeyError(job.name)
        self._waiting.setdefault(job.id, job)
        self._changed.set()

    async def cancel(self, id: str) -> bool:
        """Drop it if it waits, stop it if it runs."""
        waited = self._waiting.pop(id, None) is not None
        if waited:
            self._remember(id)
        running = self._running.get(id)
        if running is None:
            return waited
        self._dropped.add(id)
        return running.cancel() or waited

    async def status(self, id: str) -> JobStatus:
        """Say where the job stands."""
        if id in self._running:
            return JobStatus.RUNNING
        if id in self._waiting:
            return JobStatus.QUEUED
        return JobStatus.DONE if id in self._ended else JobStatus.UNKNOWN

    def schedule(self, cron: str, job: Job) -> None:
        """Do the job at every time the expression names. Raises ValueError when it cannot be read."""
        following(cron, datetime.now(UTC))
        self._timetable.append((cron, job))

    async def run(self) -> None:
        """Work until cancelled; what is cut off then waits for the next `run`."""
        self._closing = False
        async with asyncio.TaskGroup() as group:
            for cron, job in self._timetable:
                group.create_task(self._on_time(cron, job))
            try:
                while True:
                    self._begin_what_fits(group)
                    await self._changed.wait()
                    self._changed.clear()
            finally:
                self._closing = True

    def _begin_what_fits(self, group: asyncio.TaskGroup) -> None:
        ready = [id for id in self._waiting if id not in self._running]
        for id in ready[: self._concurrency - len(self._running)]:
            job = self._waiting.pop(id)
            self._running[id] = group.create_task(carried_through(self._work[job.name], job))
            self._running[id].add_done_callback(partial(self._over, job))

    def _over(self, job: Job, task: asyncio.Task[None]) -> None:
        del self._running[job.id]
        cut_off = task.cancelled() and self._closing and job.id not in self._dropped
        if cut_off:
            self._waiting.setdefault(job.id, job)
        else:
            self._remember(job.id)
        self._dropped.discard(job.id)
        self._changed.set()

    def _remember(self, id: str) -> None:
        self._ended.pop(id, None)
        self._ended[id] = None
        if len(self._ended) > _REMEMBERED:
            del self._ended[next(iter(self._ended))]

    async def _on_time(self, cron: str, job: Job) -> None:
        due = datetime.now(UTC)
        while due := following(cron, max(due, datetime.now(UTC))):
            await asyncio.sleep((due - datetime.now(UTC)).total_seconds())
            await self.enqueue(job)
