"""Threads and runs as LangGraph's SDK reads them."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import orjson

from dayloom.api.agent_server.snapshots import interrupt_json
from dayloom.api.agent_server.step_cache import StepCache
from dayloom.api.agent_server.thread_paths import pick
from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant
from dayloom.stores.redis.errors import Unreadable
from dayloom.stores.threads.index import Thread, contains
from state.ids import ASSISTANT_ID
from state.run_status import RunStatus

log = logging.getLogger(__name__)

ThreadField = Literal[
    "thread_id",
    "created_at",
    "updated_at",
    "state_updated_at",
    "metadata",
    "config",
    "context",
    "status",
    "values",
    "interrupts",
]
RunField = Literal[
    "run_id",
    "thread_id",
    "assistant_id",
    "created_at",
    "updated_at",
    "status",
    "metadata",
    "kwargs",
    "multitask_strategy",
]
ThreadJson: TypeAlias = dict[str, Any]
"""A thread for the schema; parts of it may be JSON already."""
_STATE_FIELDS: Final = {"values", "interrupts"}
"""Fields for which the thread's state must be read."""


async def thread_json(
    tenant: Tenant,
    steps: StepCache,
    line: Thread,
    fields: Collection[str] | None = None,
    paths: Mapping[str, str] | None = None,
) -> ThreadJson:
    """Return a thread for orjson, or only some `fields`, and what is at some `paths` in it under `extracted`.

    One whose state cannot be read is shown without it.
    """
    newest = line.details.newest or line.created_at
    shown: dict[str, Any] = {
        "thread_id": line.id,
        "created_at": line.created_at.isoformat(),
        "updated_at": line.updated_at.isoformat(),
        "state_updated_at": newest.isoformat(),
        "metadata": dict(line.metadata),
        "config": {},
        "status": line.status.value,
        "dayloom_status": RunStatus.CANCELLED.value if line.details.cancelled else line.status.value,
    }
    if not fields or _STATE_FIELDS & set(fields) or paths:
        shown |= await _state_fields(tenant, steps, line)
    kept = shown if not fields else {name: value for name, value in shown.items() if name in fields}
    if not paths:
        return kept
    whole = orjson.loads(orjson.dumps(shown))
    return {**kept, "extracted": {alias: pick(whole, path) for alias, path in paths.items()}}


async def having_values(
    tenant: Tenant, steps: StepCache, lines: Sequence[Thread], values: Mapping[str, Any]
) -> list[Thread]:
    """Return those threads whose state contains some values, one after the other: there may be many."""
    return [line for line in lines if contains(await _values(tenant, steps, line), values)]


async def _values(tenant: Tenant, steps: StepCache, line: Thread) -> dict[str, Any]:
    newest = line.details.checkpoint
    try:
        step = await steps.step(tenant, line.id, newest) if newest else None
    except Unreadable as damage:
        log.warning("a thread is not looked through: %s", damage)
        return {}
    return step.values if step else {}


async def _state_fields(tenant: Tenant, steps: StepCache, line: Thread) -> dict[str, Any]:
    newest = line.details.checkpoint
    try:
        step = await steps.step(tenant, line.id, newest) if newest else None
        asked = tenant.index.interrupts(line)
    except Unreadable as damage:
        log.warning("a thread is shown without its state: %s", damage)
        return {"values": None, "interrupts": {}}
    return {
        "values": orjson.Fragment(step.json) if step else None,
        "interrupts": {id: [interrupt_json(each) for each in tasks] for id, tasks in asked.items()},
    }


SDK_STATUSES: Final = {RunStatus.INTERRUPTED: "success", RunStatus.CANCELLED: "interrupted"}
"""Our words that the SDK has others for: at a card the run is done and its thread waits; `interrupted` is who was."""


def sdk_status(status: RunStatus) -> str:
    """Return how a run stands in the SDK's words."""
    return SDK_STATUSES.get(status, status.value)


def _input(run: Run) -> dict[str, Any]:
    """Return what the run was told, which the record of its thread has only when its first step is done."""
    words = run.asked.message
    return {"input": {"messages": [{"role": "user", "content": words}]}} if words else {}


def run_json(run: Run, fields: Collection[str] = ()) -> dict[str, Any]:
    """Return a run, or only some `fields`."""
    about = run.asked.about
    at = run.asked.at.isoformat()
    shown = {
        "run_id": run.id,
        "thread_id": run.thread,
        "assistant_id": about.get("assistant_id") or ASSISTANT_ID,
        "created_at": at,
        "updated_at": at,
        "status": sdk_status(run.status),
        "dayloom_status": run.status.value,
        "dayloom_notes": about.get("notes", {}),
        "metadata": about.get("metadata", {}),
        "kwargs": {**about.get("kwargs", {}), **_input(run)},
        "multitask_strategy": about.get("multitask_strategy", "reject"),
    }
    return shown if not fields else {name: value for name, value in shown.items() if name in fields}
