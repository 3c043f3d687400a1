"""The newest step of a thread, as a run holds it in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple, PendingWrite, copy_checkpoint
from langgraph.types import Interrupt as Waiting
from pydantic import ValidationError

from dayloom.stores.redis.codec import Pages, Place, Record, split
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.threads import messages
from dayloom.stores.threads.migrations import upgraded
from dayloom.stores.threads.step_effects import typed
from dayloom.stores.threads.value_cache import Shelf
from state.common import CommonState

TRANSCRIPT = "transcript"
"""The channel whose value is kept in the transcript of the thread, and nowhere else."""


@dataclass(frozen=True)
class Head:
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
        return typed(self.values)

    @property
    def waiting(self) -> tuple[str, ...]:
        """LangGraph's ids of the interrupts that wait on this step."""
        asked = [value for _, channel, value in self.writes if channel == "__interrupt__"]
        return tuple(each.id for value in asked for each in value if isinstance(each, Waiting))

    def tuple(self, pages: Pages) -> CheckpointTuple:
        """Return a copy that LangGraph may change."""
        namespace, checkpoint_id = split(self.member)
        return CheckpointTuple(
            config=pages.config(namespace, checkpoint_id),
            checkpoint=copy_checkpoint(self.checkpoint),  # pyright: ignore[reportArgumentType] a TypedDict by content
            metadata=dict(self.metadata),  # pyright: ignore[reportArgumentType] as above
            parent_config=pages.config(namespace, self.parent) if self.parent else None,
            pending_writes=list(self.writes),
        )

    def waits(self, writes: Sequence[PendingWrite]) -> Head:
        """Return the same step with other pending writes."""
        return self if not writes and not self.writes else replace(self, writes=tuple(writes))


def revived(pages: Pages, member: bytes, record: Record, read: Mapping[Place, Any], shelf: Shelf) -> Head:
    """Return a step that was read from the store; raises Unreadable."""
    values = checked(pages.keys.thread, record.values(split(member)[0], read))
    shelf.recall(values, record.blobs, record.lists)
    return Head(member, {**record.checkpoint, "channel_values": values}, record.metadata, record.parent)


def checked(thread: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return channel values in the types of the state; raises Unreadable when they do not fit it."""
    values = upgraded(thread, stored)
    mine = {name: value for name, value in values.items() if name in CommonState.model_fields}
    if isinstance(mine.get("messages"), list):
        mine["messages"] = list(map(messages.revived, mine["messages"]))
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
