"""Threads and runs as LangGraph's SDK reads them."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

from dayloom.api.agent_server.assistant import ASSISTANT_ID
from dayloom.api.agent_server.snapshots import interrupt_json, snapshot, state_of
from dayloom.api.agent_server.state_json import values_of
from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant
from dayloom.stores.redis.errors import Unreadable
from dayloom.stores.threads.index import Thread

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
_READ: Final = {"values", "interrupts"}
"""Fields for which the thread's state must be read."""


@dataclass(frozen=True)
class Shown:
    """Shows one user's threads, whole or only some `fields` of each."""

    tenant: Tenant
    fields: Collection[str] | None = None

    async def thread(self, line: Thread) -> dict[str, Any]:
        """Return a thread; one whose state cannot be read is shown without it."""
        newest = line.details.newest or line.created_at
        shown: dict[str, Any] = {
            "thread_id": line.id,
            "created_at": line.created_at.isoformat(),
            "updated_at": line.updated_at.isoformat(),
            "state_updated_at": newest.isoformat(),
            "metadata": dict(line.metadata),
            "config": {},
            "status": line.status.value,
        }
        if self.fields is None or _READ & set(self.fields):
            shown |= await self._state(line)
        return shown if not self.fields else {name: value for name, value in shown.items() if name in self.fields}

    async def _state(self, line: Thread) -> dict[str, Any]:
        try:
            found = await snapshot(self.tenant, line.id)
            state = state_of(line.id, found)
        except Unreadable as damage:
            log.warning("a thread is shown without its state: %s", damage)
            return {"values": None, "interrupts": {}}
        asked = {} if line.details.broken else {task.id: task.interrupts for task in found.tasks if task.interrupts}
        return {
            "values": values_of(state) if state else None,
            "interrupts": {id: [interrupt_json(each) for each in tasks] for id, tasks in asked.items()},
        }


def run_json(run: Run) -> dict[str, Any]:
    """Return a run."""
    about = run.asked.about
    at = run.asked.at.isoformat()
    return {
        "run_id": run.id,
        "thread_id": run.thread,
        "assistant_id": about.get("assistant_id") or ASSISTANT_ID,
        "created_at": at,
        "updated_at": at,
        "status": run.status.value,
        "metadata": about.get("metadata", {}),
        "kwargs": about.get("kwargs", {}),
        "multitask_strategy": about.get("multitask_strategy", "reject"),
    }
