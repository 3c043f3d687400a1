"""Nudges followed by the process that takes them: they end with it, and whoever starts next hands over what is left."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

from dayloom.queue.retry import carry_through
from dayloom.runs.queue import Nudge, Work

CONCURRENCY: Final = 64


class InProcessQueue:
    """Follows nudges in this event loop, at most `concurrency` at once, in the order they came."""

    def __init__(self, work: Mapping[str, Work], *, concurrency: int = CONCURRENCY) -> None:
        self._work = work
        self._concurrency = concurrency
        self._waiting: dict[str, Nudge] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._closing = False

    async def enqueue(self, nudge: Nudge) -> None:
        """Take the nudge; one that runs already is followed once more afterwards. Raises KeyError for unknown work."""
        if nudge.name not in self._work:
            raise KeyError(nudge.name)
        self._waiting.setdefault(nudge.id, nudge)
        self._changed.set()

    async def run(self) -> None:
        """Work until cancelled; what is cut off then waits for the next `run`."""
        self._closing = False
        async with asyncio.TaskGroup() as group:
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
            nudge = self._waiting.pop(id)
            self._running[id] = group.create_task(carry_through(self._work[nudge.name], nudge))
            self._running[id].add_done_callback(partial(self._over, nudge))

    def _over(self, nudge: Nudge, task: asyncio.Task[None]) -> None:
        del self._running[nudge.id]
        if task.cancelled() and self._closing:
            self._waiting.setdefault(nudge.id, nudge)
        self._changed.set()
