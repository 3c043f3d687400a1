"""Steps and tasks as LangGraph's modes `tasks`, `checkpoints` and `debug` have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from langgraph.types import StateSnapshot

from dayloom.api.agent_server.snapshots import checkpoint_json
from graph.build import Graph

Json: TypeAlias = dict[str, Any]
"""An object for orjson; parts of it may be JSON already."""


def checkpoint_payload(found: StateSnapshot, values: Any, interrupts: Sequence[Any]) -> Json:
    """Return a step as it was made; `interrupts` are those that its task waits at."""
    tasks = [{"id": task.id, "name": task.name, "interrupts": interrupts, "state": None} for task in found.tasks]
    return {
        "config": found.config,
        "parent_config": found.parent_config,
        "values": values,
        "metadata": found.metadata,
        "next": list(found.next),
        "tasks": tasks,
    }


def task_payload(graph: Graph, found: StateSnapshot, values: Any) -> Json | None:
    """Return the task that comes after a step; None when nothing does. Here it is one at a time."""
    return next(
        (
            {"id": task.id, "name": task.name, "input": values, "triggers": list(graph.nodes[task.name].triggers)}
            for task in found.tasks
        ),
        None,
    )


def result_payload(
    found: StateSnapshot, result: Mapping[str, Any], interrupts: Sequence[Any], error: str | None
) -> Json | None:
    """Return what the task after a step came to; None when nothing came after it."""
    return next(
        (
            {"id": task.id, "name": task.name, "error": error, "result": result, "interrupts": interrupts}
            for task in found.tasks
        ),
        None,
    )


def dated(type: str, found: StateSnapshot, payload: Json, at: str | None) -> Json:
    """Return a payload as `debug` has it; a task belongs to the step it makes."""
    step = (found.metadata or {}).get("step", -1)
    if type == "checkpoint":
        address = {"checkpoint": found.config, "parent_checkpoint": found.parent_config}
        payload = {**payload, **{name: checkpoint_json(config) for name, config in address.items()}}
    return {"step": step + (type != "checkpoint"), "timestamp": at, "type": type, "payload": payload}
