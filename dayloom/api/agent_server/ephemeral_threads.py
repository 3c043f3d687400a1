"""Threads that live as long as their one run, and are deleted when it has ended, whoever is still there to see it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant
from dayloom.stores.threads.index import Search
from dayloom.stores.threads.status import ThreadStatus
from state.errors import DayloomError, UnknownThread

log = logging.getLogger(__name__)

MARK: Final = {"on_completion": "delete"}
"""In the metadata of such a thread."""
LEFT_BEHIND: Final = timedelta(minutes=5)
"""A thread whose run ended that long ago was left by a process that died."""


class EphemeralThreads:
    """Deletes threads that were made for one run; `note_end` takes down first what somebody wants to know of it."""

    def __init__(self, note_end: Callable[[Tenant, Run], Awaitable[None]]) -> None:
        self._note_end = note_end
        self._tasks: set[asyncio.Task[None]] = set()
        self._swept: set[str] = set()

    def delete_after(self, tenant: Tenant, run: Run) -> None:
        """Delete the thread of a run as soon as the run has ended."""
        self._begin(self._delete_when_ended(tenant, run))

    async def stream_then_delete(
        self, pieces: AsyncGenerator[bytes], tenant: Tenant, run: Run
    ) -> AsyncGenerator[bytes]:
        """Yield what is read of a run, and delete its thread when both reader and run are done."""
        try:
            async with aclosing(pieces) as reading:
                async for piece in reading:
                    yield piece
        except BaseException:
            self.delete_after(tenant, run)
            raise
        await self._delete_when_ended(tenant, run)

    def sweep(self, tenant: Tenant) -> None:
        """Delete, once per process and user, what a process that died has left behind."""
        if tenant.user not in self._swept:
            self._swept.add(tenant.user)
            self._begin(_delete_left_behind(tenant))

    async def _delete_when_ended(self, tenant: Tenant, run: Run) -> None:
        try:
            await tenant.runs.join(run.thread, run.id)
            await self._note_end(tenant, run)
            await tenant.index.delete(run.thread)
        except UnknownThread:
            return

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a thread that is no longer needed was not deleted: %s", error)


async def _delete_left_behind(tenant: Tenant) -> None:
    for line in await tenant.index.search(Search(metadata=MARK)):
        if line.status is not ThreadStatus.BUSY and line.updated_at < datetime.now(UTC) - LEFT_BEHIND:
            if await tenant.runs.postponed.all(line.id):
                continue
            try:
                await tenant.index.delete(line.id)
            except DayloomError as why:
                log.warning("a thread that is no longer needed was not deleted: %s", why)
