"""LangGraph's checkpointer on plain Redis commands and Lua: no modules, Redis >= 7 or Valkey, cluster included.

`put` and `put_writes` are one round trip each (the first checkpoint of a thread is one more, to enter the thread in
its owner's list); `get_tuple` is two, whatever the length of the history.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from typing import Any, Final

import redis
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_id,
    get_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from dayloom.stores.checkpointer import commands as steps
from dayloom.stores.redis.codec import Pages, member_of, recorded
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import StoreUnavailable
from dayloom.stores.redis.keys import LOCAL_OWNER, ThreadKeys
from dayloom.stores.redis.round_trips import Result, Talk, talk, talk_blocking
from dayloom.stores.redis.serializer import DataSerializer

PAGE: Final = 32
"""Checkpoints fetched at a time while listing."""


class RedisCheckpointer(BaseCheckpointSaver[int]):
    """Keeps the checkpoints of one owner's threads.

    The methods without `a` need a `blocking` client. Every method raises StoreUnavailable when the server does not
    answer, and Damaged when a stored value is not what was written.
    """

    def __init__(
        self,
        client: AsyncRedis,
        *,
        owner: str = LOCAL_OWNER,
        blocking: redis.Redis | None = None,
        serde: SerializerProtocol | None = None,
    ) -> None:
        super().__init__(serde=serde or DataSerializer())
        self.client = client
        self.owner = owner
        self.blocking = blocking

    def for_owner(self, owner: str) -> RedisCheckpointer:
        """Return the same store as seen by another owner, who finds none of this one's threads."""
        twin = copy.copy(self)
        twin.owner = owner
        return twin

    def with_allowlist(self, extra_allowlist: Collection[tuple[str, ...]]) -> RedisCheckpointer:
        """Return itself: loading constructs nothing, so there is nothing to allow."""
        return self

    def get_next_version(self, current: int | None, channel: None) -> int:
        """Return a larger version whose low half is random, so that two branches never share one."""
        return (((current or 0) >> 32) + 1 << 32) | secrets.randbits(32)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the checkpoint the config names, or the newest of the thread and namespace."""
        return await talk(self.client, self._get(config))

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield checkpoints, newest first: of all namespaces unless one is named, of all threads without a config."""
        left = limit
        for pages, names in await talk(self.client, self._parts(config, before, PAGE if filter else limit)):
            if left == 0:
                return
            found = await talk(self.client, steps.page(pages, names, filter or {}))
            for each in found[:left]:
                yield each
            left = left and max(0, left - len(found))

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint and the channel values that are new with it, in one step."""
        return await talk(self.client, self._put(config, checkpoint, metadata, new_versions))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Store what a task wrote, in one step; storing the same again changes nothing."""
        await talk(self.client, self._put_writes(config, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete everything that is kept about a thread."""
        await talk(self.client, self._delete_thread(thread_id))

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Delete the checkpoints these runs made, in all threads of the owner."""
        await talk(self.client, self._delete_for_runs(run_ids))

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copy all checkpoints and writes of a thread to another one of the same owner."""
        await talk(self.client, self._copy_thread(source_thread_id, target_thread_id))

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep the newest checkpoint of each namespace and what its delta channels need, or `delete` all."""
        await talk(self.client, self._prune(thread_ids, strategy))

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """As `aget_tuple`."""
        return self._block(self._get(config))

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """As `alist`."""
        left = limit
        for pages, names in self._block(self._parts(config, before, PAGE if filter else limit)):
            if left == 0:
                return
            found = self._block(steps.page(pages, names, filter or {}))
            yield from found[:left]
            left = left and max(0, left - len(found))

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """As `aput`."""
        return self._block(self._put(config, checkpoint, metadata, new_versions))

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """As `aput_writes`."""
        self._block(self._put_writes(config, writes, task_id, task_path))

    def delete_thread(self, thread_id: str) -> None:
        """As `adelete_thread`."""
        self._block(self._delete_thread(thread_id))

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        """As `adelete_for_runs`."""
        self._block(self._delete_for_runs(run_ids))

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """As `acopy_thread`."""
        self._block(self._copy_thread(source_thread_id, target_thread_id))

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """As `aprune`."""
        self._block(self._prune(thread_ids, strategy))

    def _block(self, steps: Talk[Result]) -> Result:
        if self.blocking is None:
            raise StoreUnavailable("This checkpointer was built without a blocking client; use its async methods.")
        return talk_blocking(self.blocking, steps)

    def _get(self, config: RunnableConfig) -> Talk[CheckpointTuple | None]:
        return steps.load(*self._address(config), get_checkpoint_id(config))

    def _put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> Talk[RunnableConfig]:
        pages, namespace = self._address(config)
        record = recorded(checkpoint, get_checkpoint_metadata(config, metadata), get_checkpoint_id(config))
        yield from steps.put(pages, namespace, record, checkpoint["channel_values"], new_versions)
        return pages.config(namespace, checkpoint["id"])

    def _put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str
    ) -> Talk[None]:
        pages, namespace = self._address(config)
        member = member_of(namespace, get_checkpoint_id(config) or "")
        return steps.put_writes(pages, member, pages.writes(member, writes, task_id, task_path))

    def _parts(
        self, config: RunnableConfig | None, before: RunnableConfig | None, size: int | None
    ) -> Talk[list[tuple[Pages, Sequence[bytes]]]]:
        """Return what a listing covers, cut into the portions to fetch one after the other."""
        parts: list[tuple[Pages, Sequence[bytes]]] = []
        size = max(1, min(PAGE, size or PAGE))
        place = config.get("configurable", {}) if config else {}
        threads = [place["thread_id"]] if config else (yield from steps.threads(self.owner))
        for pages in map(self._pages, threads):
            only = place.get("checkpoint_id")
            found = yield from steps.members(
                pages, place.get("checkpoint_ns"), get_checkpoint_id(before) if before else None
            )
            names = [name for name in found if only in (None, name.decode().rpartition("\0")[2])]
            parts += [(pages, names[at : at + size]) for at in range(0, len(names), size)]
        return parts

    def _delete_thread(self, thread_id: str) -> Talk[None]:
        return steps.delete(self._pages(thread_id).keys)

    def _delete_for_runs(self, run_ids: Sequence[str]) -> Talk[None]:
        for thread_id in (yield from steps.threads(self.owner)) if run_ids else ():
            yield from steps.erase(self._pages(thread_id), steps.without_runs(run_ids))

    def _copy_thread(self, source: str, target: str) -> Talk[None]:
        return steps.copy(self._pages(source), self._pages(target).keys)

    def _prune(self, thread_ids: Sequence[str], strategy: str) -> Talk[None]:
        if strategy not in ("keep_latest", "delete"):
            raise ValueError(f"Unknown pruning strategy {strategy!r}; there are 'keep_latest' and 'delete'.")
        for thread_id in thread_ids:
            if strategy == "delete":
                yield from self._delete_thread(thread_id)
            else:
                yield from steps.erase(self._pages(thread_id), steps.latest)

    def _pages(self, thread_id: str) -> Pages:
        return Pages(ThreadKeys(self.owner, str(thread_id)), self.serde)

    def _address(self, config: RunnableConfig) -> tuple[Pages, str]:
        place = config.get("configurable", {})
        return self._pages(place["thread_id"]), place.get("checkpoint_ns", "")
