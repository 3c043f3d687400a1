"""How a checkpoint is cut into stored values, and put together again; no I/O here.

A checkpoint becomes one record (everything but the channel values) and one value per channel and version. A channel
that did not change keeps its version, so its value is not written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    PendingWrite,
    writes_sort_key,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from dayloom.stores.keys import Kind, ThreadKeys
from dayloom.stores.seal import missing, seal, unseal


@dataclass(frozen=True)
class Record:
    """A checkpoint without its channel values; `filled` names the channels that have one."""

    checkpoint: dict[str, Any]
    metadata: CheckpointMetadata
    parent: str | None
    filled: Sequence[str]

    @property
    def versions(self) -> Mapping[str, Any]:
        """The version of every channel."""
        return self.checkpoint["channel_versions"]


@dataclass(frozen=True)
class Pages:
    """Reads and writes the stored values of one thread."""

    keys: ThreadKeys
    serde: SerializerProtocol

    def record(self, member: bytes, record: Record) -> bytes:
        """Return the stored form of a record."""
        return self._sealed(
            Kind.CHECKPOINTS, member, [record.checkpoint, record.metadata, record.parent, record.filled]
        )

    def read_record(self, member: bytes, stored: bytes | None) -> Record:
        """Return a record; raises Damaged."""
        return Record(*self._opened(Kind.CHECKPOINTS, member, stored))

    def channel(self, field: bytes, value: Any) -> bytes:
        """Return the stored form of a channel value."""
        return self._sealed(Kind.CHANNELS, field, value)

    def read_channel(self, field: bytes, stored: bytes | None) -> Any:
        """Return a channel value; raises Damaged."""
        return self._opened(Kind.CHANNELS, field, stored)

    def writes(self, member: bytes, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str) -> bytes:
        """Return the frame of one `put_writes`: its length in four bytes, and the sealed writes."""
        slots = [(WRITES_IDX_MAP.get(channel, at), channel, value) for at, (channel, value) in enumerate(writes)]
        sealed = self._sealed(Kind.WRITES, member, [task_id, task_path, slots])
        return len(sealed).to_bytes(4) + sealed

    def read_writes(self, member: bytes, frames: bytes | None) -> list[PendingWrite]:
        """Return the pending writes of a checkpoint in LangGraph's order; raises Damaged.

        A slot of a task keeps what came first, except the special ones (error, interrupt, resume), which keep the last.
        """
        kept: dict[tuple[str, str, int], PendingWrite] = {}
        taken: dict[tuple[str, int], tuple[str, str, int]] = {}
        for frame in _frames(frames or b""):
            task_id, path, slots = self._opened(Kind.WRITES, member, frame)
            for slot, channel, value in slots:
                if slot >= 0 and (task_id, slot) in taken:
                    continue
                kept.pop(taken.get((task_id, slot), ("", "", 0)), None)
                taken[task_id, slot] = writes_sort_key(path, task_id, slot)
                kept[taken[task_id, slot]] = (task_id, channel, value)
        return [kept[key] for key in sorted(kept)]

    def moved(self, kind: Kind, field: bytes, stored: bytes, target: ThreadKeys) -> bytes:
        """Return a stored value as it is to lie in the same field of another thread."""
        if kind is Kind.WRITES:
            frames = (seal(target, kind, field, *unseal(self.keys, kind, field, each)) for each in _frames(stored))
            return b"".join(len(frame).to_bytes(4) + frame for frame in frames)
        return seal(target, kind, field, *unseal(self.keys, kind, field, stored))

    def whole(
        self, member: bytes, record: Record, values: Mapping[bytes, Any], writes: bytes | None
    ) -> CheckpointTuple:
        """Put a checkpoint together; `values` holds at least the channel values the record refers to."""
        namespace, checkpoint_id = split(member)
        channel_values = {name: values[field] for name, field in channel_fields(namespace, record).items()}
        checkpoint: Any = {**record.checkpoint, "channel_values": channel_values}
        return CheckpointTuple(
            config=self.config(namespace, checkpoint_id),
            checkpoint=checkpoint,
            metadata=record.metadata,
            parent_config=self.config(namespace, record.parent) if record.parent else None,
            pending_writes=self.read_writes(member, writes),
        )

    def config(self, namespace: str, checkpoint_id: str) -> RunnableConfig:
        """Return the address of a checkpoint as LangGraph writes it."""
        return {
            "configurable": {
                "thread_id": self.keys.thread,
                "checkpoint_ns": namespace,
                "checkpoint_id": checkpoint_id,
            }
        }

    def _sealed(self, kind: Kind, field: bytes, value: Any) -> bytes:
        return seal(self.keys, kind, field, *self.serde.dumps_typed(value))

    def _opened(self, kind: Kind, field: bytes, stored: bytes | None) -> Any:
        if stored is None:
            raise missing(self.keys, kind, field)
        return self.serde.loads_typed(unseal(self.keys, kind, field, stored))


def recorded(checkpoint: Checkpoint, metadata: CheckpointMetadata, parent: str | None) -> Record:
    """Return the record of a checkpoint."""
    filled = [name for name in checkpoint["channel_values"] if name in checkpoint["channel_versions"]]
    rest = {name: value for name, value in checkpoint.items() if name != "channel_values"}
    return Record(rest, metadata, parent, filled)


def member_of(namespace: str, checkpoint_id: str) -> bytes:
    """Return how a checkpoint is called in the index; sorts by namespace, then age."""
    return f"{namespace}\0{checkpoint_id}".encode()


def split(member: bytes) -> tuple[str, str]:
    """Return namespace and checkpoint id of an index member."""
    namespace, _, checkpoint_id = member.decode().rpartition("\0")
    return namespace, checkpoint_id


def channel_fields(namespace: str, record: Record) -> dict[str, bytes]:
    """Return where the value of each filled channel lies."""
    return {name: channel_field(namespace, name, record.versions[name]) for name in record.filled}


def channel_field(namespace: str, channel: str, version: Any) -> bytes:
    """Return where one version of a channel lies."""
    return f"{namespace}\0{channel}\0{version}".encode()


def newest(members: Iterable[bytes]) -> set[bytes]:
    """Return the newest member of each namespace."""
    latest = {split(member)[0]: member for member in sorted(members)}
    return set(latest.values())


def delta_roots(members: Iterable[bytes], records: Mapping[bytes, Record]) -> set[bytes]:
    """Return the ancestors from which delta channels of these checkpoints are rebuilt, back to their last snapshot."""
    needed: set[bytes] = set()
    for member in members:
        record = records[member]
        open_channels = set(record.metadata.get("counters_since_delta_snapshot", ())) - set(record.filled)
        while open_channels and record.parent:
            parent = member_of(split(member)[0], record.parent)
            if parent not in records:
                break
            needed.add(parent)
            record = records[parent]
            open_channels -= set(record.filled)
    return needed


def _frames(joined: bytes) -> Iterable[bytes]:
    at = 0
    while at < len(joined):
        end = at + 4 + int.from_bytes(joined[at : at + 4])
        yield joined[at + 4 : end]
        at = end
