"""LangGraph's checkpointer as one run sees it: the newest step from memory, every new one as one commit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_id,
    get_checkpoint_metadata,
)

from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.threads.run_lock import RedisRunLock

_INTERRUPT = "__interrupt__"


class RunSaver(BaseCheckpointSaver[int]):
    """Gives LangGraph the checkpoints under a lock; older checkpoints and subgraphs go to the plain checkpointer."""

    def __init__(self, lock: RedisRunLock, plain: RedisCheckpointer) -> None:
        super().__init__(serde=plain.serde)
        self.lock = lock
        self.plain = plain

    def get_next_version(self, current: int | None, channel: None) -> int:
        """Return the next number: only one run writes to a thread."""
        return (current or 0) + 1

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the newest step from memory, any other one from the store."""
        if _elsewhere(config):
            return await self.plain.aget_tuple(config)
        head = self.lock.latest
        wanted = get_checkpoint_id(config)
        if wanted is not None and (head is None or head.checkpoint["id"] != wanted):
            return await self.plain.aget_tuple(config)
        return head.tuple(self.lock.codec) if head else None

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Commit a step; raises Stopped."""
        if _elsewhere(config):
            return await self.plain.aput(config, checkpoint, metadata, new_versions)
        await self.lock.commit_step(checkpoint, get_checkpoint_metadata(config, metadata))
        return self.lock.codec.config("", checkpoint["id"])

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Store what the person is asked; what a task wrote comes with the commit of its step."""
        if _elsewhere(config):
            return await self.plain.aput_writes(config, writes, task_id, task_path)
        if any(channel == _INTERRUPT for channel, _ in writes):
            await self.lock.wait([each for each in writes if each[0] in WRITES_IDX_MAP], task_id, task_path)
        return None

    def alist(self, config: RunnableConfig | None, **wanted: Any) -> AsyncIterator[CheckpointTuple]:
        """Yield checkpoints from the store, newest first."""
        return self.plain.alist(config, **wanted)


def _elsewhere(config: RunnableConfig) -> bool:
    return bool(config.get("configurable", {}).get("checkpoint_ns"))
