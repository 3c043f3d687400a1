"""The one assistant there is."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from dayloom.api.agent_server.run_body import Configurable, Input
from dayloom.api.agent_server.state_json import Values
from dayloom.api.http.problem_kind import INVALID, NOT_FOUND, Problem
from state.ids import ASSISTANT_ID, GRAPH_ID

_SINCE: Final = "2026-11-21T00:00:00+00:00"

ASSISTANT: Final[dict[str, Any]] = {
    "assistant_id": ASSISTANT_ID,
    "graph_id": GRAPH_ID,
    "name": GRAPH_ID,
    "description": "Plans, asks, places tasks in the calendar, and delivers.",
    "config": {},
    "context": {},
    "metadata": {"created_by": "system"},
    "version": 1,
    "created_at": _SINCE,
    "updated_at": _SINCE,
}


def require_assistant(id: str) -> None:
    """Raise a problem unless this names the assistant, by its graph or by its id."""
    if id in (GRAPH_ID, ASSISTANT_ID):
        return
    try:
        UUID(id)
    except ValueError:
        raise Problem(INVALID, f"assistant_id: there is no assistant {id!r}; use {GRAPH_ID!r}") from None
    raise Problem(NOT_FOUND, f"there is no assistant {id}")


def assistant_schemas() -> dict[str, Any]:
    """Return what the graph takes and gives, as JSON schemas."""
    state = Values.model_json_schema()
    settings = Configurable.model_json_schema()
    return {
        "graph_id": GRAPH_ID,
        "input_schema": Input.model_json_schema(),
        "output_schema": state,
        "state_schema": state,
        "config_schema": settings,
        "context_schema": settings,
    }
