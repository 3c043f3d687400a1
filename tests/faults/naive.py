"""The build that must fail: read, change, write back; no receipts, no versions, no lease, one value after the other.

It stays in the suite to prove that the crash test sees what it is there to see.
"""

from __future__ import annotations

import pickle
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from faults.houses import TIMEOUT, House
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import TypeAdapter
from stage import NOW

from dayloom.stores.redis.connection import AsyncRedis, connect, reaching
from dayloom.stores.redis.serializer import DataSerializer
from graph.agent import Agent
from graph.build import build
from state.common import CommonState
from state.errors import RunCancelled
from state.events import Event
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.ports import Accepted, PreviewStore, TranscriptStep
from state.preview import Preview
from state.run_status import RunStatus
from state.transcript import Entry

_ENTRIES: TypeAdapter[tuple[Entry, ...]] = TypeAdapter(tuple[Entry, ...])


@dataclass
class Cupboard:
    """One pickled value for each name."""

    client: AsyncRedis

    async def read(self, *name: str) -> Any:
        with reaching(self.client):
            stored = await self.client.get(":".join(("naive", *name)))
        return pickle.loads(stored) if stored else None

    async def write(self, value: Any, *name: str) -> None:
        with reaching(self.client):
            await self.client.set(":".join(("naive", *name)), pickle.dumps(value))


class NaiveSaver(InMemorySaver):
    """LangGraph's own saver, its whole memory fetched before and stored after every change of a thread."""

    def __init__(self, cupboard: Cupboard) -> None:
        super().__init__(serde=DataSerializer())
        self.cupboard = cupboard
        self.run: RunId | None = None

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        await self._fetch(_thread(config))
        return self.get_tuple(config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        thread = _thread(config)
        if await self.cupboard.read(thread, "cancelled"):
            raise RunCancelled("cancelled")
        await self._fetch(thread)
        stored = self.put(config, checkpoint, metadata, new_versions)
        await self._store(thread)
        entries = checkpoint["channel_values"].get("transcript", ())
        if entries and metadata.get("source") == "loop":
            told = await self.cupboard.read(thread, "told") or ()
            line = TranscriptStep(NOW, self.run, checkpoint["id"], _ENTRIES.validate_python(entries))
            await self.cupboard.write((*told, line), thread, "told")
        return stored

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        await self._fetch(_thread(config))
        self.put_writes(config, writes, task_id, task_path)
        await self._store(_thread(config))

    async def _fetch(self, thread: str) -> None:
        storage, writes, self.blobs = await self.cupboard.read(thread, "saver") or ({}, {}, {})
        self.storage[thread].clear()
        self.storage[thread].update(storage)
        self.writes.clear()
        self.writes.update(writes)

    async def _store(self, thread: str) -> None:
        await self.cupboard.write((dict(self.storage[thread]), dict(self.writes), self.blobs), thread, "saver")


@dataclass
class NaivePreviews:
    """Keeps the preview beside the state, in a step of its own."""

    cupboard: Cupboard

    async def put(self, thread: ThreadId, preview: Preview) -> None:
        await self.cupboard.write(preview, thread, "preview")

    async def get(self, thread: ThreadId) -> Preview | None:
        return await self.cupboard.read(thread, "preview")


@dataclass
class NaiveSession:
    """A run that holds nothing."""

    saver: NaiveSaver
    previews: PreviewStore
    found: CheckpointTuple | None
    broken_off: str | None
    thread: ThreadId
    run: RunId
    stored_answer: Answer | None = None
    due: RunId | None = None
    asked: Accepted | None = None
    begun: bool = True
    stands: RunStatus | None = None

    @property
    def state(self) -> CommonState | None:
        return _state(self.saver.get_tuple(_config(self.thread)))

    @property
    def waiting(self) -> tuple[str, ...]:
        writes = (self.found and self.found.pending_writes) or ()
        return tuple(each.id for _, channel, value in writes if channel == "__interrupt__" for each in value)

    def adopt(self) -> RunId:
        return self.run

    def note(self, event: Event) -> None:
        """Forget it."""

    async def claim(self, answer: Answer) -> None:
        """Take any answer, from anybody, at any time."""


@dataclass
class NaiveThreads:
    """Lets everybody in at any time."""

    cupboard: Cupboard

    @asynccontextmanager
    async def open(self, thread: ThreadId, run: RunId | None) -> AsyncGenerator[NaiveSession]:
        saver = NaiveSaver(self.cupboard)
        asked = await self.cupboard.read(thread, "asked")
        await self.cupboard.write(None, thread, "asked")
        saver.run = run or (asked.run if asked else RunId(""))
        if cancelled := await self.cupboard.read(thread, "cancelled"):
            await self.cupboard.write(None, thread, "cancelled")
        found = await saver.aget_tuple(_config(thread))
        previews, due = NaivePreviews(self.cupboard), asked and asked.run
        yield NaiveSession(saver, previews, found, cancelled, thread, saver.run, due=due, asked=asked)

    async def accept(self, thread: ThreadId, accepted: Accepted, *, behind: bool = False) -> bool:
        await self.cupboard.write(accepted, thread, "asked")
        return True

    async def run_status(self, thread: ThreadId, run: RunId) -> None:
        """Remember no run."""

    async def state(self, thread: ThreadId) -> CommonState | None:
        found = await NaiveSaver(self.cupboard).aget_tuple(_config(thread))
        return _state(found)

    async def told(self, thread: ThreadId) -> tuple[TranscriptStep, ...]:
        return await self.cupboard.read(thread, "told") or ()

    async def stop(self, thread: ThreadId, run: RunId | None, status: RunStatus, why: str) -> bool:
        await self.cupboard.write("cancelled", thread, "cancelled")
        return True


@asynccontextmanager
async def naive_house(url: str) -> AsyncGenerator[House]:
    """Open the naive agent on the server at `url`."""
    async with connect(url, timeout=TIMEOUT) as client:
        threads = NaiveThreads(Cupboard(client))
        yield House(client, Agent(build(), threads), NaivePreviews(threads.cupboard), threads)


def _state(found: CheckpointTuple | None) -> CommonState | None:
    values = found.checkpoint["channel_values"] if found else {}
    known = {name: value for name, value in values.items() if name in CommonState.model_fields}
    return CommonState.model_validate(known) if known else None


def _thread(config: RunnableConfig) -> str:
    return config["configurable"]["thread_id"]


def _config(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}
