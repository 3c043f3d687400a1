"""Runs of a thread that are to begin later: not one of its runs yet, so that none waits behind them."""

from __future__ import annotations

from pydantic import AwareDatetime, ValidationError

from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import KeyKind, ThreadKeys
from dayloom.stores.redis.round_trips import command, pairs, send
from state.ids import RunId, ThreadId
from state.ports import Accepted
from state.schedule import Value


class Postponed(Value):
    """What a run is asked, when it begins, and what becomes of others then (a multitask strategy)."""

    asked: Accepted
    strategy: str
    due: AwareDatetime


class PostponedRuns:
    """Keeps them for one owner; raises StoreUnavailable and Damaged."""

    def __init__(self, checkpointer: RedisCheckpointer) -> None:
        self._checkpointer = checkpointer

    async def put(self, thread: ThreadId, postponed: Postponed) -> None:
        """Keep a run, once per id."""
        codec, run = self._codec(thread), postponed.asked.run
        sealed = codec.seal(KeyKind.LATER, run.encode(), postponed)
        await send(self._checkpointer.client, command("HSETNX", codec.keys.of(KeyKind.LATER), run, sealed))

    async def all(self, thread: ThreadId) -> list[Postponed]:
        """Return those of a thread, the first that is due first."""
        codec = self._codec(thread)
        found = pairs(await send(self._checkpointer.client, command("HGETALL", codec.keys.of(KeyKind.LATER))))
        runs = [_read(codec, run, sealed) for run, sealed in found.items()]
        return sorted(runs, key=lambda each: each.due)

    async def get(self, thread: ThreadId, run: RunId) -> Postponed | None:
        """Return one; None when there is none of this id."""
        codec = self._codec(thread)
        sealed = await send(self._checkpointer.client, command("HGET", codec.keys.of(KeyKind.LATER), run))
        return _read(codec, run.encode(), sealed) if sealed else None

    async def drop(self, thread: ThreadId, run: RunId) -> None:
        """Forget one: it is one of the thread's runs now, or never will be."""
        key = self._codec(thread).keys.of(KeyKind.LATER)
        await send(self._checkpointer.client, command("HDEL", key, run))

    def _codec(self, thread: ThreadId) -> Codec:
        return Codec(ThreadKeys(self._checkpointer.owner, thread), self._checkpointer.serde)


def _read(codec: Codec, run: bytes, sealed: bytes) -> Postponed:
    try:
        return Postponed.model_validate(codec.open(KeyKind.LATER, run, sealed))
    except ValidationError as error:
        raise Damaged(f"Thread {codec.keys.thread}: a run that is to begin later is not what was written.") from error
