"""streaQ's worker where ours has to differ: data only, renewed in good time, stopped by whoever runs it."""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any, Final

from anyio import CancelScope, sleep, sleep_forever
from coredis.retry import NoRetryPolicy
from pydantic import BaseModel, ConfigDict, TypeAdapter
from streaq import StreaqRetry, Worker
from streaq.constants import REDIS_GROUP, REDIS_RESULTS_SET
from streaq.types import ReturnCoroutine, StreamMessage
from streaq.utils import now_ms

from dayloom.queue.streaq_records import PRIORITY, QUEUE, STREAM
from dayloom.stores.redis.connection import CONNECT_TIMEOUT

IDLE: Final = 2.0
"""Seconds without a sign of life after which a nudge is taken over; a free worker looks as often as that, so that a
killed worker's nudges begin again within twice this time: sooner than its leases end."""
_RENEWALS: Final = 4
"""Signs of life within that time: an event loop may stand still for most of it before its nudges are given away."""
_TIMEOUT: Final = 10.0
"""Seconds the server may take for an answer; longer than the longest blocking read."""
_AT_HAND: Final = ContextVar[str]("the message of the stream that stands for the task at hand")


class Message(BaseModel):
    """What a task in the queue may say; streaQ's dependencies and fallbacks are not used and not accepted."""

    model_config = ConfigDict(strict=True, extra="forbid")

    f: str
    a: list[Any]
    k: dict[str, Any]
    t: int


_MESSAGE: Final = TypeAdapter(Message)


def serialize(data: Any) -> str:
    """Return the data as ASCII JSON; of an error, its type."""
    return json.dumps(data, default=lambda value: type(value).__name__)


def deserialize(text: str | bytes) -> dict[str, Any]:
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
            serializer=serialize,
            deserializer=deserialize,
            idle_timeout=idle,
        )
        self.prefetch = concurrency  # a nudge fetched but not begun would not be renewed, and so be fetched twice
        self.held: dict[str, CancelScope] = {}
        self.ends = False
        self.middleware(self.holding)

    async def run_task(self, msg: StreamMessage) -> None:
        """Do one task, which learns by which message it came."""
        _AT_HAND.set(msg.message_id)
        await super().run_task(msg)

    def holding(self, task: ReturnCoroutine) -> ReturnCoroutine:
        """Keep a task's message from the other workers while it runs; a worker that ends hands it back to them."""

        async def held(*args: Any, **kwargs: Any) -> Any:
            message = _AT_HAND.get()
            with CancelScope() as scope:
                self.held[message] = scope
                if self.ends:
                    scope.cancel()
                try:
                    return await task(*args, **kwargs)
                finally:
                    self.held.pop(message, None)
            raise StreaqRetry(delay=0)

        return held

    async def signal_handler(self, scope: CancelScope) -> None:
        """Leave signals to the program, and when the worker is told to end, stop its running tasks."""
        try:
            await sleep_forever()
        finally:
            self.ends = True
            for running in self.held.values():
                running.cancel()

    async def renew_idle_timeouts(self, scope: CancelScope) -> None:
        """Say that the running tasks are alive; streaQ itself does so a tenth before it would be too late."""
        with scope:
            while True:
                async with self.redis.pipeline(transaction=False) as pipe:
                    pipe.zremrangebyscore(self.prefix + REDIS_RESULTS_SET, 0, now_ms())
                    if self.held:
                        pipe.xclaim(STREAM, REDIS_GROUP, self.id, 0, list(self.held), justid=True)
                await sleep(self.idle_timeout / 1000 / _RENEWALS)
