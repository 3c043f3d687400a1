"""LangGraph's checkpointer on plain Redis commands and Lua: no modules, Redis >= 7 or Valkey, cluster included.

`put` and `put_writes` are one round trip each (the first checkpoint of a thread is one more, to enter the thread in
its owner's list); `get_tuple` is two, whatever the length of the history.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Final

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

from dayloom.stores.checkpointer import commands
from dayloom.stores.checkpointer.commands import CopyPoint
from dayloom.stores.redis.codec import Codec, member_of, record_of, split
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import LOCAL_OWNER, ThreadKeys
from dayloom.stores.redis.serializer import DataSerializer

PAGE: Final = 32
"""Checkpoints fetched at a time while listing."""


class RedisCheckpointer(BaseCheckpointSaver[int]):
    """Keeps the checkpoints of one owner's threads, for graphs that are awaited.

    Every method raises StoreUnavailable when the server does not answer, and Damaged when a stored value is not what
    was written.
    """

    def __init__(self, client: AsyncRedis, *, owner: str = LOCAL_OWNER) -> None:
        super().__init__(serde=DataSerializer())
        self.client = client
        self.owner = owner

    def with_allowlist(self, extra_allowlist: Collection[tuple[str, ...]]) -> RedisCheckpointer:
        """Return itself: loading constructs nothing, so there is nothing to allow."""
        return self

    def get_next_version(self, current: int | None, channel: None) -> int:
        """Return a larger version whose low half is random, so that two branches never share one."""
        return (((current or 0) >> 32) + 1 << 32) | secrets.randbits(32)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the checkpoint the config names, or the newest of the thread and namespace."""
        codec, namespace = self._address(config)
        return await commands.load(self.client, codec, namespace, get_checkpoint_id(config))

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
        for codec, names in await self._parts(config, before, PAGE if filter else limit):
            if left == 0:
                return
            found = await commands.load_page(self.client, codec, names, filter or {})
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
        codec, namespace = self._address(config)
        record = record_of(checkpoint, get_checkpoint_metadata(config, metadata), get_checkpoint_id(config))
        await commands.put(
            self.client, codec, namespace, record, checkpoint["channel_values"], new_versions=new_versions
        )
        return codec.config(namespace, checkpoint["id"])

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Store what a task wrote, in one step; storing the same again changes nothing."""
        codec, namespace = self._address(config)
        member = member_of(namespace, get_checkpoint_id(config) or "")
        await commands.put_writes(self.client, codec, member, codec.seal_writes(member, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete everything that is kept about a thread."""
        await commands.delete(self.client, self._codec(thread_id).keys)

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Delete the checkpoints these runs made, in all threads of the owner."""
        for thread_id in await commands.list_threads(self.client, self.owner) if run_ids else ():
            await commands.erase(self.client, self._codec(thread_id), commands.without_runs(run_ids))

    async def acopy_thread(
        self, source_thread_id: str, target_thread_id: str, *, until: CopyPoint | None = None
    ) -> None:
        """Copy all checkpoints and writes of a thread, or those `until` a step, to another one of the same owner."""
        await commands.copy(self.client, self._codec(source_thread_id), self._codec(target_thread_id).keys, until)

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep the newest checkpoint of each namespace and what its delta channels need, or `delete` all."""
        if strategy not in ("keep_latest", "delete"):
            raise ValueError(f"Unknown pruning strategy {strategy!r}; there are 'keep_latest' and 'delete'.")
        for thread_id in thread_ids:
            if strategy == "delete":
                await self.adelete_thread(thread_id)
            else:
                await commands.erase(self.client, self._codec(thread_id), commands.latest)

    async def _parts(
        self, config: RunnableConfig | None, before: RunnableConfig | None, size: int | None
    ) -> list[tuple[Codec, Sequence[bytes]]]:
        """Return what a listing covers, cut into the portions to fetch one after the other."""
        parts: list[tuple[Codec, Sequence[bytes]]] = []
        size = max(1, min(PAGE, size or PAGE))
        place = config.get("configurable", {}) if config else {}
        threads = [place["thread_id"]] if config else await commands.list_threads(self.client, self.owner)
        only, oldest = place.get("checkpoint_id"), get_checkpoint_id(before) if before else None
        for codec in map(self._codec, threads):
            found = await commands.list_members(self.client, codec, place.get("checkpoint_ns"), oldest)
            names = [name for name in found if only in (None, split(name)[1])]
            parts += [(codec, names[at : at + size]) for at in range(0, len(names), size)]
        return parts

    def _codec(self, thread_id: str) -> Codec:
        return Codec(ThreadKeys(self.owner, str(thread_id)), self.serde)

    def _address(self, config: RunnableConfig) -> tuple[Codec, str]:
        place = config.get("configurable", {})
        return self._codec(place["thread_id"]), place.get("checkpoint_ns", "")
