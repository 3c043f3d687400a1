"""Threads as LangGraph's SDK reads them: the state at a step, what it waits for, and the steps before it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from typing import Annotated, Any, cast

import orjson
from langchain_core.runnables import RunnableConfig
from langgraph.types import Interrupt, StateSnapshot
from pydantic import StringConstraints

from dayloom.api.agent_server.state_json import state_json
from dayloom.runs.tenants import Tenant
from dayloom.stores.redis.envelope import as_damaged
from dayloom.stores.threads.latest import validate_values
from dayloom.stores.threads.status import StatusDetails
from dayloom.stores.threads.step_effects import to_state
from state.common import CommonState
from state.ids import ThreadId
from state.ports import FIRST_STEP

StateField = Annotated[
    str,
    StringConstraints(
        pattern=r"^(values(\.\w+)?|next|tasks|checkpoint|metadata|created_at|parent_checkpoint|interrupts)$"
    ),
]
"""A field of a ThreadState, or one of its values."""


def checkpoint_config(thread: ThreadId, checkpoint: str | None = None) -> RunnableConfig:
    """Return the address of a step, the newest without a checkpoint."""
    at = {"checkpoint_id": checkpoint} if checkpoint else {}
    return {"configurable": {"thread_id": thread, "checkpoint_ns": "", **at}}


async def load_snapshot(tenant: Tenant, thread: ThreadId, checkpoint: str | None = None) -> StateSnapshot:
    """Return a step as LangGraph has it; raises Damaged and StoreUnavailable."""
    with as_damaged(thread):
        return await tenant.graph.aget_state(checkpoint_config(thread, checkpoint))


async def load_history(
    tenant: Tenant, thread: ThreadId, *, limit: int, before: str | None, filter: Mapping[str, Any] | None
) -> AsyncIterator[StateSnapshot]:
    """Yield the steps of a thread, newest first."""
    start = checkpoint_config(thread, before) if before else None
    wanted = dict(filter) if filter else None
    async for found in tenant.graph.aget_state_history(
        checkpoint_config(thread), limit=limit, before=start, filter=wanted
    ):
        yield found


def read_state(thread: ThreadId, found: StateSnapshot) -> CommonState | None:
    """Return the state at a step; None when there is no step. Raises Damaged."""
    values = cast(dict[str, Any], found.values)
    return to_state(validate_values(thread, values)) if values else None


def thread_state_json(thread: ThreadId, found: StateSnapshot, details: StatusDetails | None = None) -> dict[str, Any]:
    """Return a step as the SDK's ThreadState; what is broken off (`details`, of the newest one) waits no more.

    The first one comes after the place before it, so that a page can name that place to begin again.
    """
    state = read_state(thread, found)
    before = found.parent_config or (checkpoint_config(thread, FIRST_STEP) if state else None)
    over = details is not None and details.broken is not None
    return {
        "values": state_json(state) if state else {},
        "next": [] if over else list(found.next),
        "tasks": [] if over else [_task(task) for task in found.tasks],
        "metadata": found.metadata or {},
        "created_at": found.created_at,
        "checkpoint": checkpoint_json(found.config),
        "parent_checkpoint": checkpoint_json(before),
        "interrupts": [] if over else [interrupt_json(each) for each in found.interrupts],
        "checkpoint_id": checkpoint_id(found.config),
        "parent_checkpoint_id": checkpoint_id(before),
    }


def select_fields(step: dict[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """Return some fields of a ThreadState, `values.<key>` for one of its values; all of it when none is named."""
    if not fields:
        return step
    plain = orjson.loads(orjson.dumps(step))
    shown = {name: value for name, value in plain.items() if name in fields}
    keys = [name.removeprefix("values.") for name in fields if name.startswith("values.")]
    if keys and "values" not in shown:
        shown["values"] = {key: plain["values"][key] for key in keys if key in plain["values"]}
    return shown


def interrupt_json(asked: Interrupt) -> dict[str, Any]:
    """Return an interrupt as the SDK reads it."""
    return {"id": asked.id, "value": asked.value}


def checkpoint_json(config: RunnableConfig | None) -> dict[str, Any] | None:
    """Return the address of a step as the SDK writes it."""
    if config is None or checkpoint_id(config) is None:
        return None
    at = config.get("configurable", {})
    return {"checkpoint_id": at["checkpoint_id"], "thread_id": at["thread_id"], "checkpoint_ns": at["checkpoint_ns"]}


def checkpoint_id(config: RunnableConfig | None) -> str | None:
    """Return the id in the address of a step; None when it names none."""
    return (config or {}).get("configurable", {}).get("checkpoint_id")


def _task(task: Any) -> dict[str, Any]:
    return {
        "id": task.id,
        "name": task.name,
        "path": list(task.path),
        "error": str(task.error) if task.error else None,
        "interrupts": [interrupt_json(each) for each in task.interrupts],
        "checkpoint": None,
        "state": None,
        "result": None,
    }
