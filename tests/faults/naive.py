"""The build that must fail: read everything, change it, write everything back; no receipts, no versions, no lease.

It stays in the suite to prove that the crash test sees what it is there to see.
"""

from __future__ import annotations

import pickle
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from faults.houses import TIMEOUT, House
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver

from dayloom.stores.connection import AsyncRedis, connect, reaching
from graph.agent import Agent
from graph.build import build
from state.ids import ThreadId
from state.preview import Preview


class NaiveSaver(InMemorySaver):
    """LangGraph's own saver, its whole memory fetched before and stored after every change of a thread."""

    def __init__(self, client: AsyncRedis) -> None:
        super().__init__()
        self._client = client

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        await self._fetch(config)
        return self.get_tuple(config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        await self._fetch(config)
        stored = self.put(config, checkpoint, metadata, new_versions)
        await self._store(config)
        return stored

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        await self._fetch(config)
        self.put_writes(config, writes, task_id, task_path)
        await self._store(config)

    async def _fetch(self, config: RunnableConfig) -> None:
        with reaching(self._client):
            stored = await self._client.get(_key(config))
        if stored:
            storage, writes, blobs = pickle.loads(stored)
            self.storage.update({thread: _nested(self.storage, spaces) for thread, spaces in storage.items()})
            self.writes.update(writes)
            self.blobs.update(blobs)

    async def _store(self, config: RunnableConfig) -> None:
        storage = {thread: dict(spaces) for thread, spaces in self.storage.items()}
        with reaching(self._client):
            await self._client.set(_key(config), pickle.dumps((storage, dict(self.writes), dict(self.blobs))))


class NaivePreviews:
    """Keeps the preview beside the state, in a step of its own."""

    def __init__(self, client: AsyncRedis) -> None:
        self._client = client

    async def put(self, thread: ThreadId, preview: Preview) -> None:
        with reaching(self._client):
            await self._client.set(f"naive:{thread}:preview", preview.model_dump_json())

    async def get(self, thread: ThreadId) -> Preview | None:
        with reaching(self._client):
            stored = await self._client.get(f"naive:{thread}:preview")
        return Preview.model_validate_json(stored) if stored else None


@asynccontextmanager
async def naive_house(url: str) -> AsyncGenerator[House]:
    """Open the naive agent on the server at `url`."""
    async with connect(url, timeout=TIMEOUT) as client:
        yield House(client, Agent(build(NaiveSaver(client))), NaivePreviews(client))


def _key(config: RunnableConfig) -> str:
    return f"naive:{config['configurable']['thread_id']}"


def _nested(storage: Any, spaces: dict[str, Any]) -> Any:
    made = storage.default_factory()
    made.update(spaces)
    return made
