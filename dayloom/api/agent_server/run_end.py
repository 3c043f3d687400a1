"""What a webhook is told at the end of a run: the run and its values, as LangGraph's Agent Server has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dayloom.api.agent_server.step_cache import StepCache
from dayloom.api.agent_server.stream_reader import load_result
from dayloom.api.agent_server.thread_json import run_json
from dayloom.runs.tenants import Tenant
from state.errors import UnknownRun, UnknownThread, Unreadable
from state.message import RunEnd


async def describe_run_end(tenant: Tenant, end: RunEnd) -> dict[str, Any] | None:
    """Return a run that has ended, with its values or its error; None while it goes on, empty when there is none."""
    try:
        run = await tenant.runs.get(end.thread, end.run)
        if not run.status.final:
            return None
        result = await load_result(tenant, StepCache(), run)
    except (UnknownRun, UnknownThread, Unreadable):
        return {}
    ended = datetime.now(UTC).isoformat()
    told = {**run_json(run), "run_started_at": run.asked.at.isoformat(), "run_ended_at": ended}
    if (error := result.get("__error__")) is not None:
        return {**told, "values": None, "error": error}
    return {**told, "values": result}
