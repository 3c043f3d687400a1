"""streaQ's worker where ours has to differ: data only, renewed in good time, stopped by whoever runs it."""

from __future__ import annotations

import json
from typing import Any, Final

from anyio import CancelScope, current_time, sleep, sleep_forever
from coredis.retry import NoRetryPolicy
from pydantic import BaseModel, ConfigDict, TypeAdapter
from streaq import Worker
from streaq.constants import REDIS_GROUP
from streaq.utils import now_ms

from dayloom.queue.streaq_records import PRIORITY, QUEUE
from dayloom.stores.redis.connection import CONNECT_TIMEOUT

IDLE: Final = 2.0
"""Seconds without a sign of life after which a nudge is taken over; a free worker looks as often as that, so that a
killed worker's nudges begin again within twice this time: sooner than its leases end."""
_RENEWALS: Final = 4
"""Signs of life within that time: an event loop may stand still for most of it before its nudges are given away."""
_TIMEOUT: Final = 10.0
"""Seconds the server may take for an answer; longer than the longest blocking read."""
_LINGER: Final = 0.1


class Message(BaseModel):
    """What a task in the queue may say; streaQ's dependencies and fallbacks are not used and not accepted."""

    model_config = ConfigDict(strict=True, extra="forbid")

    f: str
    a: list[Any]
    k: dict[str, Any]
    t: int


_MESSAGE: Final = TypeAdapter(Message)


def written(data: Any) -> str:
    """Return the data as ASCII JSON; of an error, its type."""
    return json.dumps(data, default=lambda value: type(value).__name__)


def read(text: str | bytes) -> dict[str, Any]:
    """Return the data of a task. Raises ValueError unless it is exactly that."""
    return _MESSAGE.validate_json(text).model_dump()


class QueueWorker(Worker[None]):
    """Takes nudges from the queue as long as `run_async` is not cancelled; then hands back what it has not finished."""

    def __init__(self, url: str, concurrency: int, *, idle: float = IDLE) -> None:
        super().__init__(
            url,
            redis_kwargs={
                "decode_components": True,
                "encoding": "latin-1",  # every byte has a meaning in it: a hostile value fails as JSON, not before
                "retry_policy": NoRetryPolicy(),
                "connect_timeout": CONNECT_TIMEOUT,
                "stream_timeout": _TIMEOUT,
            },
            concurrency=concurrency,
            queue_name=QUEUE,
            priorities=[PRIORITY],
            serializer=written,
            deserializer=read,
            idle_timeout=idle,
        )
        self.prefetch = concurrency  # a nudge fetched but not begun would not be renewed, and so be fetched twice

    async def signal_handler(self, scope: CancelScope) -> None:
        """Leave signals to the program, and when the worker is told to end, give its running nudges back."""
        try:
            await sleep_forever()
        finally:
            with CancelScope(shield=True):
                await self._give_back()

    async def _give_back(self) -> None:
        """Let the time of every running nudge be over; streaQ then makes it free for the others at once."""
        until = current_time() + _LINGER
        while self._cancel_scopes or current_time() < until:
            for running in self._cancel_scopes.values():
                running.deadline = min(running.deadline, current_time())
            await sleep(_LINGER / 10)

    async def renew_idle_timeouts(self, scope: CancelScope) -> None:
        """Say that the running nudges are alive; streaQ itself does so a tenth before it would be too late."""
        with scope:
            while True:
                async with self.redis.pipeline(transaction=False) as pipe:
                    pipe.zremrangebyscore(self._results_set, 0, now_ms())
                    for priority, running in self._running_tasks.items():
                        if running:
                            pipe.xclaim(self.stream_key + priority, REDIS_GROUP, self.id, 0, running, justid=True)
                await sleep(self.idle_timeout / 1000 / _RENEWALS)
