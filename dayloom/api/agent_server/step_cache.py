"""Steps of runs as streams show them, read and written as JSON once however many streams show them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Final

from langgraph.types import Interrupt
from pydantic_core import to_json

from dayloom.api.agent_server.snapshots import checkpoint_id, interrupt_json, place
from dayloom.api.agent_server.sse import Asking, Before, Difference, Draft, Whole
from dayloom.api.agent_server.state_json import changed, values_of
from dayloom.runs.tenants import Tenant
from dayloom.stores.redis.envelope import as_damaged
from dayloom.stores.threads.latest import validate_values
from dayloom.stores.threads.step_effects import to_state
from graph.build import NODES
from state.ids import ThreadId

REMEMBERED: Final = 256
"""Steps a process keeps in memory; a step never changes."""

_NODES: Final = tuple(node.__name__ for node in NODES)
_ASKED: Final = "__interrupt__"


@dataclass(frozen=True)
class Step:
    """One step: its values, the same as JSON, the step before, and when each node ran last."""

    values: dict[str, Any]
    json: bytes
    parent: str | None
    ran: dict[str, Any]


class Steps:
    """Reads steps for streams."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, str], asyncio.Future[Step | None]] = OrderedDict()

    async def data(self, tenant: Tenant, thread: ThreadId, draft: Draft) -> Any:
        """Return what a draft says, reading what it still lacks; None when that is gone."""
        match draft.data:
            case Whole(None, _):
                newest = await _read(tenant, thread, None)
                return newest.json if newest else None
            case Whole(str(checkpoint), asking):
                step = await self._step(tenant, thread, checkpoint)
                if step is None or not asking:
                    return step.json if step else None
                return {**step.values, _ASKED: await _asked(tenant, thread, checkpoint)}
            case Before(checkpoint):
                return await self._before(tenant, thread, checkpoint)
            case Difference(checkpoint):
                return await self._difference(tenant, thread, checkpoint)
            case Asking(checkpoint):
                return {_ASKED: await _asked(tenant, thread, checkpoint)}
            case data:
                return data

    async def _before(self, tenant: Tenant, thread: ThreadId, checkpoint: str) -> Any:
        step = await self._step(tenant, thread, checkpoint)
        before = await self._step(tenant, thread, step.parent) if step and step.parent else None
        return before.json if step and before and _ran(step, before) else None

    async def _difference(self, tenant: Tenant, thread: ThreadId, checkpoint: str) -> Any:
        step = await self._step(tenant, thread, checkpoint)
        if step is None:
            return None
        before = await self._step(tenant, thread, step.parent) if step.parent else None
        names = _ran(step, before)
        return {names[-1]: changed(before.values if before else None, step.values)} if names else None

    async def _step(self, tenant: Tenant, thread: ThreadId, checkpoint: str) -> Step | None:
        key = (tenant.user, thread, checkpoint)
        known = self._known.get(key)
        if known is None:
            return await self._first(key, _read(tenant, thread, checkpoint))
        self._known.move_to_end(key)
        return await asyncio.shield(known)

    async def _first(self, key: tuple[str, str, str], reading: Awaitable[Step | None]) -> Step | None:
        """Read for all who ask meanwhile; what was not found or failed is asked for anew next time."""
        reader = asyncio.ensure_future(reading)
        self._known[key] = reader
        reader.add_done_callback(lambda done: self._kept(key, done))
        return await asyncio.shield(reader)

    def _kept(self, key: tuple[str, str, str], done: asyncio.Future[Step | None]) -> None:
        if done.cancelled() or done.exception() is not None or done.result() is None:
            self._known.pop(key, None)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _ran(step: Step, before: Step | None) -> list[str]:
    """Return the nodes that ran between two steps; none when a message was taken in."""
    ran = before.ran if before else {}
    return [name for name in _NODES if step.ran.get(name) != ran.get(name)]


async def _read(tenant: Tenant, thread: ThreadId, checkpoint: str | None) -> Step | None:
    with as_damaged(thread):
        found = await tenant.checkpointer.aget_tuple(place(thread, checkpoint))
        if found is None:
            return None
        values = values_of(to_state(validate_values(thread, found.checkpoint["channel_values"])))
    ran: dict[str, Any] = {name: dict(seen) for name, seen in found.checkpoint["versions_seen"].items()}
    return Step(values, to_json(values), checkpoint_id(found.parent_config), ran)


async def _asked(tenant: Tenant, thread: ThreadId, checkpoint: str) -> list[dict[str, Any]]:
    found = await tenant.checkpointer.aget_tuple(place(thread, checkpoint))
    writes = found.pending_writes or [] if found else []
    asked = [each for _, channel, value in writes if channel == _ASKED for each in value]
    return [interrupt_json(each) for each in asked if isinstance(each, Interrupt)]
