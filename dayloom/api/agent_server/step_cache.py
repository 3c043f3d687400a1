"""Steps of runs as streams show them, read and written as JSON once however many streams show them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import orjson
from langgraph.types import Interrupt, StateSnapshot

from dayloom.api.agent_server.snapshots import (
    checkpoint_config,
    checkpoint_id,
    interrupt_json,
    load_snapshot,
    thread_state_json,
)
from dayloom.api.agent_server.state_json import StateWriter, changed_fields
from dayloom.api.agent_server.step_json import checkpoint_payload, dated, result_payload, task_payload
from dayloom.api.agent_server.stream_event import (
    AnsweredAt,
    CheckpointAt,
    InterruptsAt,
    StateAt,
    StateBefore,
    StateChanges,
    StepEvent,
    StreamEvent,
)
from dayloom.runs.tenants import Tenant
from dayloom.stores.redis.envelope import as_damaged
from dayloom.stores.threads.index import Thread
from dayloom.stores.threads.latest import validate_values
from dayloom.stores.threads.step_effects import to_state
from graph.build import NODES
from state.common import CommonState
from state.ids import ThreadId

T = TypeVar("T")

MAX_STEPS: Final = 256
"""Steps a process keeps in memory; a step never changes."""

_NODES: Final = tuple(node.__name__ for node in NODES)
_INTERRUPT: Final = "__interrupt__"


@dataclass(frozen=True)
class CachedStep:
    """One step: its values as JSON, the step before, its number and source, and when each node ran last."""

    json: bytes
    parent: str | None
    place: Mapping[str, Any]
    ran: Mapping[str, Any]

    @property
    def values(self) -> dict[str, Any]:
        """The values, read anew."""
        return orjson.loads(self.json)


class ReadOnce(Generic[T]):
    """Remembers what was read, and lets those who ask for the same at once share one reading."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, asyncio.Future[T]] = OrderedDict()

    async def get(self, key: Hashable, read: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what is known by this key, or read it; what was not found or failed is read anew next time."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = asyncio.ensure_future(read())
            known.add_done_callback(lambda done: self._evict(key, done))
        else:
            self._known.move_to_end(key)
        # Shielded: a reader that goes away must not end what others wait for.
        return await asyncio.shield(known)

    def _evict(self, key: Hashable, done: asyncio.Future[T]) -> None:
        if done.cancelled() or done.exception() is not None or done.result() is None:
            self._known.pop(key, None)
        while len(self._known) > MAX_STEPS:
            self._known.popitem(last=False)


class StepCache:
    """Reads steps for streams and for whoever asks how a thread stands."""

    def __init__(self) -> None:
        self._writer = StateWriter()
        self._steps: ReadOnce[CachedStep | None] = ReadOnce()
        self._states: ReadOnce[dict[str, Any]] = ReadOnce()
        self._snapshots: ReadOnce[StateSnapshot | None] = ReadOnce()

    async def resolve(self, tenant: Tenant, thread: ThreadId, event: StreamEvent) -> Any:
        """Return what an event carries, reading what it still lacks; None when that is gone."""
        match event.data:
            case StateAt(None, _):
                newest = await self._load_step(tenant, thread, None)
                return newest.json if newest else None
            case StateAt(str(checkpoint), interrupts):
                step = await self.step(tenant, thread, checkpoint)
                if step is None or not interrupts:
                    return step.json if step else None
                return {**step.values, _INTERRUPT: await _load_interrupts(tenant, thread, checkpoint)}
            case StateBefore(checkpoint):
                return await self._before(tenant, thread, checkpoint)
            case StateChanges(checkpoint):
                return await self._difference(tenant, thread, checkpoint)
            case CheckpointAt(checkpoint):
                step = await self.step(tenant, thread, checkpoint)
                return {"id": checkpoint, "parent_id": step.parent, **step.place} if step else None
            case AnsweredAt(checkpoint):
                step = await self.step(tenant, thread, checkpoint)
                asked = await _load_interrupts(tenant, thread, step.parent) if step and step.parent else []
                return {"interrupt_ids": [each["id"] for each in asked]}
            case InterruptsAt(checkpoint):
                return {_INTERRUPT: await _load_interrupts(tenant, thread, checkpoint)}
            case StepEvent():
                return await self._step_event(tenant, thread, event.data)
            case data:
                return data

    async def thread_state(self, tenant: Tenant, line: Thread) -> dict[str, Any]:
        """Return the newest state of a thread as the SDK's ThreadState, for orjson; may raise as `step`."""
        details = line.details
        return await self._states.get(
            (tenant.user, line.id, details.member, details.writes, details.broken),
            lambda: _load_thread_state(tenant, line),
        )

    async def _before(self, tenant: Tenant, thread: ThreadId, checkpoint: str) -> Any:
        step = await self.step(tenant, thread, checkpoint)
        before = await self.step(tenant, thread, step.parent) if step and step.parent else None
        return before.json if step and before and _nodes_between(step, before) else None

    async def _difference(self, tenant: Tenant, thread: ThreadId, checkpoint: str) -> Any:
        step = await self.step(tenant, thread, checkpoint)
        if step is None:
            return None
        before = await self.step(tenant, thread, step.parent) if step.parent else None
        names = _nodes_between(step, before)
        return {names[-1]: changed_fields(before.values if before else None, step.values)} if names else None

    async def _step_event(self, tenant: Tenant, thread: ThreadId, told: StepEvent) -> bytes | None:
        """Return what is told of a step or task, as JSON."""
        changes: dict[str, Any] = {}
        if told.before:
            made = await self._difference(tenant, thread, told.checkpoint)
            step = await self.step(tenant, thread, told.checkpoint)
            if not made or step is None or step.parent is None:
                return None
            at, [changes] = step.parent, made.values()
        else:
            at = told.checkpoint
        step, found = await self.step(tenant, thread, at), await self._snapshot(tenant, thread, at)
        if step is None or found is None:
            return None
        waits = told.before if told.type == "checkpoint" else not told.before
        asked = await _load_interrupts(tenant, thread, at) if waits else []
        values = orjson.Fragment(step.json)
        match told.type:
            case "checkpoint":
                payload = checkpoint_payload(found, values, asked)
            case "task":
                payload = task_payload(tenant.graph, found, values)
            case "task_result":
                payload = result_payload(found, changes, asked, told.error)
        if payload is None:
            return None
        if not told.dated:
            return orjson.dumps(payload)
        last = await self._snapshot(tenant, thread, told.checkpoint)
        return orjson.dumps(dated(told.type, found, payload, last.created_at if last else None))

    async def _snapshot(self, tenant: Tenant, thread: ThreadId, checkpoint: str) -> StateSnapshot | None:
        """Return what LangGraph knows of a step, without its values; None when it is gone."""

        async def load() -> StateSnapshot | None:
            found = await load_snapshot(tenant, thread, checkpoint)
            return found._replace(values={}) if found.values else None

        return await self._snapshots.get((tenant.user, thread, checkpoint), load)

    async def step(self, tenant: Tenant, thread: ThreadId, checkpoint: str) -> CachedStep | None:
        """Return a step; None when it is gone. Raises Damaged and StoreUnavailable."""
        return await self._steps.get(
            (tenant.user, thread, checkpoint), lambda: self._load_step(tenant, thread, checkpoint)
        )

    async def _load_step(self, tenant: Tenant, thread: ThreadId, checkpoint: str | None) -> CachedStep | None:
        if checkpoint and (known := tenant.threads.committed(thread, checkpoint)) is not None:
            return self._note(known.state, known.parent, known.metadata, known.checkpoint)
        with as_damaged(thread):
            found = await tenant.checkpointer.aget_tuple(checkpoint_config(thread, checkpoint))
            if found is None:
                return None
            state = to_state(validate_values(thread, found.checkpoint["channel_values"]))
        return self._note(state, checkpoint_id(found.parent_config), found.metadata, found.checkpoint)

    def _note(
        self, state: CommonState, parent: str | None, metadata: Mapping[str, Any], checkpoint: Mapping[str, Any]
    ) -> CachedStep:
        place = {name: metadata.get(name) for name in ("step", "source")}
        return CachedStep(self._writer.write(state), parent, place, checkpoint["versions_seen"])


async def _load_thread_state(tenant: Tenant, line: Thread) -> dict[str, Any]:
    shown = thread_state_json(line.id, await load_snapshot(tenant, line.id, line.details.checkpoint), line.details)
    return {**shown, "values": orjson.Fragment(orjson.dumps(shown["values"]))}


def _nodes_between(step: CachedStep, before: CachedStep | None) -> list[str]:
    """Return the nodes that ran between two steps; none when a message was taken in."""
    ran = before.ran if before else {}
    return [name for name in _NODES if step.ran.get(name) != ran.get(name)]


async def _load_interrupts(tenant: Tenant, thread: ThreadId, checkpoint: str) -> list[dict[str, Any]]:
    found = await tenant.checkpointer.aget_tuple(checkpoint_config(thread, checkpoint))
    writes = found.pending_writes or [] if found else []
    asked = [each for _, channel, value in writes if channel == _INTERRUPT for each in value]
    return [interrupt_json(each) for each in asked if isinstance(each, Interrupt)]
