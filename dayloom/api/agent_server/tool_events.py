"""A run's log in LangGraph's mode `tools`: when a call begins, and what it came to."""

from __future__ import annotations

from typing import Any

from dayloom.stores.threads.event_log import Recorded
from state.events import EventType


def tool_event(recorded: Recorded) -> dict[str, Any] | None:
    """Return what an event of the log tells of a tool; None when it tells nothing of one."""
    data = recorded.data
    call = {"tool_call_id": data.get("call_id", "")}
    match recorded.type:
        case EventType.TOOL_STARTED:
            begun = {"tool_name": data.get("name", ""), "input": data.get("arguments", {})}
            return {"event": "tool-started", **call, **begun}
        case EventType.TOOL_COMPLETED:
            return {"event": "tool-finished", **call, "output": data.get("text", "")}
        case EventType.TOOL_BLOCKED:
            return {"event": "tool-error", **call, "message": data.get("text", "")}
        case _:
            return None
