"""Steps of runs as streams show them, read and written as JSON once however many streams show them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Final

from langgraph.types import Interrupt
from pydantic_core import to_json

from dayloom.api.agent_server.snapshots import checkpoint_config, checkpoint_id, interrupt_json
from dayloom.api.agent_server.state_json import changed_fields, state_json
from dayloom.api.agent_server.stream_event import (
    AnsweredAt,
    CheckpointAt,
    InterruptsAt,
    StateAt,
    StateBefore,
    StateChanges,
    StreamEvent,
)
from dayloom.runs.tenants import Tenant
from dayloom.stores.redis.envelope import as_damaged
from dayloom.stores.threads.latest import validate_values
from dayloom.stores.threads.step_effects import to_state
from graph.build import NODES
from state.ids import ThreadId

MAX_STEPS: Final = 256
"""Steps a process keeps in memory; a step never changes."""

_NODES: Final = tuple(node.__name__ for node in NODES)
_INTERRUPT: Final = "__interrupt__"


@dataclass(frozen=True)
class CachedStep:
    """One step: its values, the same as JSON, the step before, its number and source, and when each node ran last."""

    values: dict[str, Any]
    json: bytes
    parent: str | None
    place: dict[str, Any]
    ran: dict[str, Any]


class StepCache:
    """Reads steps for streams."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, str], asyncio.Future[CachedStep | None]] = OrderedDict()

    async def resolve(self, tenant: Tenant, thread: ThreadId, event: StreamEvent) -> Any:
        """Return what an event carries, reading what it still lacks; None when that is gone."""
        match event.data:
            case StateAt(None, _):
                newest = await _load_step(tenant, thread, None)
                return newest.json if newest else None
            case StateAt(str(checkpoint), interrupts):
                step = await self._step(tenant, thread, checkpoint)
                if step is None or not interrupts:
                    return step.json if step else None
                return {**step.values, _INTERRUPT: await _load_interrupts(tenant, thread, checkpoint)}
            case StateBefore(checkpoint):
                return await self._before(tenant, thread, checkpoint)
            case StateChanges(checkpoint):
                return await self._difference(tenant, thread, checkpoint)
            case CheckpointAt(checkpoint):
                step = await self._step(tenant, thread, checkpoint)
                return {"id": checkpoint, "parent_id": step.parent, **step.place} if step else None
            case AnsweredAt(checkpoint):
                step = await self._step(tenant, thread, checkpoint)
                asked = await _load_interrupts(tenant, thread, step.parent) if step and step.parent else []
                return {"interrupt_ids": [each["id"] for each in asked]}
            case InterruptsAt(checkpoint):
                return {_INTERRUPT: await _load_interrupts(tenant, thread, checkpoint)}
            case data:
                return data

    async def _before(self, tenant: Tenant, thread: ThreadId, checkpoint: str) -> Any:
        step = await self._step(tenant, thread, checkpoint)
        before = await self._step(tenant, thread, step.parent) if step and step.parent else None
        return before.json if step and before and _nodes_between(step, before) else None

    async def _difference(self, tenant: Tenant, thread: ThreadId, checkpoint: str) -> Any:
        step = await self._step(tenant, thread, checkpoint)
        if step is None:
            return None
        before = await self._step(tenant, thread, step.parent) if step.parent else None
        names = _nodes_between(step, before)
        return {names[-1]: changed_fields(before.values if before else None, step.values)} if names else None

    async def _step(self, tenant: Tenant, thread: ThreadId, checkpoint: str) -> CachedStep | None:
        key = (tenant.user, thread, checkpoint)
        known = self._known.get(key)
        if known is None:
            return await self._load_once(key, _load_step(tenant, thread, checkpoint))
        self._known.move_to_end(key)
        # Shielded: a reader that goes away must not end what others wait for.
        return await asyncio.shield(known)

    async def _load_once(self, key: tuple[str, str, str], reading: Awaitable[CachedStep | None]) -> CachedStep | None:
        """Read for all who ask meanwhile; what was not found or failed is asked for anew next time."""
        reader = asyncio.ensure_future(reading)
        self._known[key] = reader
        reader.add_done_callback(lambda done: self._evict(key, done))
        return await asyncio.shield(reader)

    def _evict(self, key: tuple[str, str, str], done: asyncio.Future[CachedStep | None]) -> None:
        if done.cancelled() or done.exception() is not None or done.result() is None:
            self._known.pop(key, None)
        while len(self._known) > MAX_STEPS:
            self._known.popitem(last=False)


def _nodes_between(step: CachedStep, before: CachedStep | None) -> list[str]:
    """Return the nodes that ran between two steps; none when a message was taken in."""
    ran = before.ran if before else {}
    return [name for name in _NODES if step.ran.get(name) != ran.get(name)]


async def _load_step(tenant: Tenant, thread: ThreadId, checkpoint: str | None) -> CachedStep | None:
    with as_damaged(thread):
        found = await tenant.checkpointer.aget_tuple(checkpoint_config(thread, checkpoint))
        if found is None:
            return None
        values = state_json(to_state(validate_values(thread, found.checkpoint["channel_values"])))
    ran: dict[str, Any] = {name: dict(seen) for name, seen in found.checkpoint["versions_seen"].items()}
    place = {name: found.metadata.get(name) for name in ("step", "source")}
    return CachedStep(values, to_json(values), checkpoint_id(found.parent_config), place, ran)


async def _load_interrupts(tenant: Tenant, thread: ThreadId, checkpoint: str) -> list[dict[str, Any]]:
    found = await tenant.checkpointer.aget_tuple(checkpoint_config(thread, checkpoint))
    writes = found.pending_writes or [] if found else []
    asked = [each for _, channel, value in writes if channel == _INTERRUPT for each in value]
    return [interrupt_json(each) for each in asked if isinstance(each, Interrupt)]
