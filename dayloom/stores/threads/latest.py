"""The latest checkpoint of a thread, as a run holds it in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple, PendingWrite, copy_checkpoint, empty_checkpoint
from langgraph.types import Interrupt as Waiting
from pydantic import ValidationError

from dayloom.stores.redis.codec import Codec, Place, Record, member_of, split
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.threads import messages
from dayloom.stores.threads.migrations import upgrade
from dayloom.stores.threads.step_effects import to_state
from dayloom.stores.threads.value_cache import ValueCache
from state.common import CommonState
from state.ports import FIRST_STEP

TRANSCRIPT = "transcript"
"""The channel whose value is kept in the transcript of the thread, and nowhere else."""


@dataclass(frozen=True)
class LatestCheckpoint:
    """A checkpoint with its values, checked once when they were read; what is in it is never changed in place."""

    member: bytes
    checkpoint: dict[str, Any]
    metadata: Any
    parent: str | None
    writes: tuple[PendingWrite, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """The channel values."""
        return self.checkpoint["channel_values"]

    @cached_property
    def state(self) -> CommonState:
        """The state that the values are."""
        return to_state(self.values)

    @property
    def waiting(self) -> tuple[str, ...]:
        """LangGraph's ids of the interrupts that wait on this step."""
        return interrupt_ids(self.writes)

    def tuple(self, codec: Codec) -> CheckpointTuple:
        """Return a copy that LangGraph may change."""
        namespace, checkpoint_id = split(self.member)
        return CheckpointTuple(
            config=codec.config(namespace, checkpoint_id),
            checkpoint=copy_checkpoint(self.checkpoint),  # pyright: ignore[reportArgumentType] a TypedDict by content
            metadata=dict(self.metadata),  # pyright: ignore[reportArgumentType] as above
            parent_config=codec.config(namespace, self.parent) if self.parent else None,
            pending_writes=list(self.writes),
        )

    def with_writes(self, writes: Sequence[PendingWrite]) -> LatestCheckpoint:
        """Return the same step with other pending writes."""
        return self if not writes and not self.writes else replace(self, writes=tuple(writes))


def interrupt_ids(writes: Iterable[PendingWrite]) -> tuple[str, ...]:
    """Return LangGraph's ids of the interrupts among the pending writes of a step."""
    asked = [value for _, channel, value in writes if channel == "__interrupt__"]
    return tuple(each.id for value in asked for each in value if isinstance(each, Waiting))


def first_step() -> LatestCheckpoint:
    """Return what stands for the place before the first step of a thread."""
    return LatestCheckpoint(member_of("", FIRST_STEP), {**empty_checkpoint(), "id": FIRST_STEP}, {"step": -1}, None)


def with_changes(point: LatestCheckpoint, changes: Mapping[str, Any]) -> LatestCheckpoint:
    """Return a step with other values, as LangGraph takes them over: each has a version."""
    versions = point.checkpoint["channel_versions"]
    known = max(versions.values(), default=1)
    checkpoint = {
        **point.checkpoint,
        "channel_values": {**point.values, **changes},
        "channel_versions": {**dict.fromkeys(changes, known), **versions},
    }
    return LatestCheckpoint(point.member, checkpoint, point.metadata, point.parent)


def read_latest(
    codec: Codec, member: bytes, record: Record, read: Mapping[Place, Any], cache: ValueCache
) -> LatestCheckpoint:
    """Return a step that was read from the store; raises Unreadable."""
    values = validate_values(codec.keys.thread, record.values(split(member)[0], read))
    cache.remember(values, record.blobs, record.lists)
    return LatestCheckpoint(member, {**record.checkpoint, "channel_values": values}, record.metadata, record.parent)


def validate_values(thread: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return channel values in the types of the state; raises Unreadable when they do not fit it."""
    values = upgrade(thread, stored)
    mine = {name: value for name, value in values.items() if name in CommonState.model_fields}
    if isinstance(mine.get("messages"), list):
        mine["messages"] = list(map(messages.revive_message, mine["messages"]))
    try:
        state = CommonState.model_validate(mine)
    except ValidationError as error:
        where = "; ".join(".".join(map(str, e["loc"])) for e in error.errors()[:3])
        raise Damaged(
            f"Thread {thread}: its state does not fit the schema ({where}). It was left as it is; "
            "other threads are not affected."
        ) from error
    values |= {name: getattr(state, name) for name in mine}
    values.pop(TRANSCRIPT, None)
    return values
