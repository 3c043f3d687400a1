"""Nudges shared by any number of processes, through streaQ on Redis streams."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Callable, Coroutine, Generator, Mapping
from typing import Any, Final, TypeAlias

from dayloom.queue.in_process import CONCURRENCY
from dayloom.queue.retry import carry_through, kind_and_place, until_available
from dayloom.queue.streaq_records import BEGIN, END, ENQUEUE, STREAM, TASK, record
from dayloom.queue.streaq_worker import IDLE, QueueWorker, serialize
from dayloom.runs.queue import Nudge, Work
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.round_trips import Command, send

_PAUSE: Final = 1.0
"""Seconds before a worker that lost the server tries again."""

_log = logging.getLogger(__name__)

Task: TypeAlias = Callable[[str, str], Coroutine[Any, Any, None]]


class StreaqQueue:
    """Hands nudges over with `client`, and follows them over a connection of its own to the same server, `url`.

    A killed worker's nudges begin again elsewhere within twice `idle` seconds. A worker that stands still for longer
    may find its nudge followed by another at the same time: the lease of a thread keeps their writes apart.
    """

    def __init__(
        self,
        client: AsyncRedis,
        url: str,
        work: Mapping[str, Work],
        *,
        concurrency: int = CONCURRENCY,
        idle: float = IDLE,
    ) -> None:
        self._client = client
        self._url = url
        self._work = work
        self._concurrency = concurrency
        self._idle = idle

    async def enqueue(self, nudge: Nudge) -> None:
        """Take the nudge; one that runs already is followed once more afterwards. Raises StoreUnavailable."""
        task = f"{nudge.id}~{secrets.token_hex(8)}"
        now = int(time.time() * 1000)
        data = serialize({"f": nudge.name, "a": [nudge.id, task], "k": {}, "t": now})
        await self._ask(ENQUEUE((record(nudge.id), STREAM), TASK, task, data, json.dumps(dict(nudge.given)), now))

    async def run(self) -> None:
        """Work until cancelled; when the server is lost, come back as it does."""
        while True:
            try:
                await self._worker().run_async()
            except* Exception as lost:
                _log.warning("the queue was lost and is opened again: %s", ", ".join(_kinds(lost)))
            await asyncio.sleep(_PAUSE)

    def _worker(self) -> QueueWorker:
        worker = QueueWorker(self._url, self._concurrency, idle=self._idle)
        for name, work in self._work.items():
            worker.task(name=name, max_tries=None, silent=True, ttl=0)(self._task(name, work))
        return worker

    def _task(self, name: str, work: Work) -> Task:
        async def do(id: str, task: str) -> None:
            begin, end = BEGIN((record(id),), task), END((record(id),), task)
            while given := await until_available(lambda: self._ask(begin), Nudge(id, name)):
                nudge = Nudge(id, name, json.loads(given))
                await carry_through(work, nudge)
                await until_available(lambda: self._ask(end), nudge)

        return do

    async def _ask(self, command: Command) -> Any:
        return await send(self._client, command)


def _kinds(lost: BaseExceptionGroup[BaseException]) -> Generator[str]:
    for each in lost.exceptions:
        if isinstance(each, BaseExceptionGroup):
            yield from _kinds(each)
        else:
            yield kind_and_place(each)
