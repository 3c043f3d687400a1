"""How a checkpoint is cut into stored values, and put together again; no I/O here.

A checkpoint becomes one record (everything but the channel values) and one value per channel and version. A channel
that did not change keeps its version, so its value is not written again. A record that a run has committed carries
its small values itself and refers to numbered blobs for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, TypeAlias

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

from dayloom.stores.redis.envelope import Envelope, as_damaged, envelope, seal, unseal
from dayloom.stores.redis.keys import KeyKind, ThreadKeys

_PARTS = 6
"""Parts of a run's record before its lists."""

Place: TypeAlias = tuple[KeyKind, bytes]
"""Where a stored value lies: the key and the field in it."""


@dataclass(frozen=True)
class Record:
    """A checkpoint without its larger channel values.

    `filled` names the channels whose value lies under its version. A run's record has `small` values in itself, and
    under `blobs` and `lists` the numbers of the blobs that are a channel's value, or the items of it.
    """

    checkpoint: dict[str, Any]
    metadata: CheckpointMetadata
    parent: str | None
    filled: Sequence[str]
    small: Mapping[str, Any] = field(default_factory=dict)
    blobs: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @property
    def present(self) -> set[str]:
        """Every channel that has a value."""
        return {*self.filled, *self.small, *self.blobs, *self.lists}

    def places(self, namespace: str) -> Iterator[Place]:
        """Yield where everything lies that this record refers to."""
        for name in self.filled:
            yield KeyKind.CHANNELS, channel_field(namespace, name, self.checkpoint["channel_versions"][name])
        for number in self.blobs.values():
            yield blob(number)
        for numbers in self.lists.values():
            yield from map(blob, numbers)

    def values(self, namespace: str, read: Mapping[Place, Any]) -> dict[str, Any]:
        """Return the channel values, given what was read at `places`."""
        versions = self.checkpoint["channel_versions"]
        filled = {name: read[KeyKind.CHANNELS, channel_field(namespace, name, versions[name])] for name in self.filled}
        whole = {name: read[blob(number)] for name, number in self.blobs.items()}
        lists = {name: [read[blob(number)] for number in numbers] for name, numbers in self.lists.items()}
        return {**filled, **self.small, **whole, **lists}


@dataclass(frozen=True)
class Codec:
    """Reads and writes the stored values of one thread."""

    keys: ThreadKeys
    serde: SerializerProtocol
    _envelopes: dict[KeyKind, Envelope] = field(default_factory=dict[KeyKind, Envelope], init=False, compare=False)

    def seal_record(self, member: bytes, record: Record) -> bytes:
        """Return the stored form of a record."""
        parts = [record.checkpoint, record.metadata, record.parent, record.filled]
        if record.small:
            parts += [record.small, record.blobs, {name: _differences(each) for name, each in record.lists.items()}]
        return self.seal(KeyKind.CHECKPOINTS, member, parts)

    def open_record(self, member: bytes, stored: bytes | None) -> Record:
        """Return a record; raises Damaged."""
        with as_damaged(self.keys.thread):
            *parts, last = self.open(KeyKind.CHECKPOINTS, member, stored)
            lists = last if len(parts) < _PARTS else {name: list(accumulate(each)) for name, each in last.items()}
            return Record(*parts, lists)  # pyright: ignore[reportCallIssue] counted by `as_damaged`

    def seal_writes(self, member: bytes, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str) -> bytes:
        """Return the frame of one `put_writes`: its length in four bytes, and the sealed writes."""
        slots = [(WRITES_IDX_MAP.get(channel, at), channel, value) for at, (channel, value) in enumerate(writes)]
        sealed = self.seal(KeyKind.WRITES, member, [task_id, task_path, slots])
        return len(sealed).to_bytes(4) + sealed

    def open_writes(self, member: bytes, frames: bytes | None) -> list[PendingWrite]:
        """Return the pending writes of a checkpoint in LangGraph's order; raises Damaged.

        A slot of a task keeps what came first, except the special ones (error, interrupt, resume), which keep the last.
        """
        kept: dict[tuple[str, str, int], PendingWrite] = {}
        taken: dict[tuple[str, int], tuple[str, str, int]] = {}
        if frames == b"":
            raise self._envelope(KeyKind.WRITES).damaged(member, "it is empty")
        for frame in _frames(frames or b""):
            task_id, path, slots = self.open(KeyKind.WRITES, member, frame)
            for slot, channel, value in slots:
                if slot >= 0 and (task_id, slot) in taken:
                    continue
                kept.pop(taken.get((task_id, slot), ("", "", 0)), None)
                taken[task_id, slot] = writes_sort_key(path, task_id, slot)
                kept[taken[task_id, slot]] = (task_id, channel, value)
        return [kept[key] for key in sorted(kept)]

    def reseal(self, kind: KeyKind, field: bytes, stored: bytes, target: ThreadKeys) -> bytes:
        """Return a stored value as it is to lie in the same field of another thread."""
        if kind is KeyKind.WRITES:
            frames = (seal(target, kind, field, *unseal(self.keys, kind, field, each)) for each in _frames(stored))
            return b"".join(len(frame).to_bytes(4) + frame for frame in frames)
        return seal(target, kind, field, *unseal(self.keys, kind, field, stored))

    def checkpoint_tuple(
        self, member: bytes, record: Record, read: Mapping[Place, Any], writes: bytes | None
    ) -> CheckpointTuple:
        """Put a checkpoint together; `read` holds at least the values the record refers to."""
        namespace, checkpoint_id = split(member)
        checkpoint: Any = {**record.checkpoint, "channel_values": record.values(namespace, read)}
        return CheckpointTuple(
            config=self.config(namespace, checkpoint_id),
            checkpoint=checkpoint,
            metadata=record.metadata,
            parent_config=self.config(namespace, record.parent) if record.parent else None,
            pending_writes=self.open_writes(member, writes),
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

    def seal(self, kind: KeyKind, field: bytes, value: Any) -> bytes:
        """Return the stored form of any value that is to lie in this field of this key."""
        return self._envelope(kind).seal(field, *self.serde.dumps_typed(value))

    def open(self, kind: KeyKind, field: bytes, stored: bytes | None) -> Any:
        """Return the value that was stored in this field; raises Damaged."""
        around = self._envelope(kind)
        if stored is None:
            raise around.damaged(field, "it is missing")
        return self.serde.loads_typed(around.open(field, stored))

    def _envelope(self, kind: KeyKind) -> Envelope:
        found = self._envelopes.get(kind)
        if found is None:
            found = self._envelopes[kind] = envelope(self.keys, kind)
        return found


def record_of(checkpoint: Checkpoint, metadata: CheckpointMetadata, parent: str | None) -> Record:
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


def channel_field(namespace: str, channel: str, version: Any) -> bytes:
    """Return where one version of a channel lies."""
    return f"{namespace}\0{channel}\0{version}".encode()


def split_blobs(joined: bytes) -> dict[bytes, bytes]:
    """Return blobs by field, as the scripts join them."""
    found: dict[bytes, bytes] = {}
    at = 0
    while at < len(joined):
        number, length = int.from_bytes(joined[at : at + 4]), int.from_bytes(joined[at + 4 : at + 8])
        at += 8 + length
        found[b"%d" % number] = joined[at - length : at]
    return found


def blob(number: int) -> Place:
    """Return where a blob lies."""
    return KeyKind.BLOBS, b"%d" % number


def newest(members: Iterable[bytes]) -> set[bytes]:
    """Return the newest member of each namespace."""
    latest = {split(member)[0]: member for member in sorted(members)}
    return set(latest.values())


def delta_roots(members: Iterable[bytes], records: Mapping[bytes, Record]) -> set[bytes]:
    """Return the ancestors from which delta channels of these checkpoints are rebuilt, back to their last snapshot."""
    needed: set[bytes] = set()
    for member in members:
        record = records[member]
        open_channels = set(record.metadata.get("counters_since_delta_snapshot", ())) - record.present
        while open_channels and record.parent:
            parent = member_of(split(member)[0], record.parent)
            if parent not in records:
                break
            needed.add(parent)
            record = records[parent]
            open_channels -= record.present
    return needed


def _differences(numbers: Sequence[int]) -> list[int]:
    """Return numbers as the first and the differences, which stay small however long the thread grows."""
    return [now - before for before, now in zip([0, *numbers], numbers, strict=False)]


def _frames(joined: bytes) -> Iterable[bytes]:
    at = 0
    while at < len(joined):
        end = at + 4 + int.from_bytes(joined[at : at + 4])
        yield joined[at + 4 : end]
        at = end
