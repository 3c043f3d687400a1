"""Route: the trace of a run."""

from __future__ import annotations

from fastapi import APIRouter

from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import RunPath, ThreadPath
from dayloom.api.http.responses import problems
from dayloom.traces.read import read_trace, traced
from dayloom.traces.trace import Trace

router = APIRouter(tags=["runs"])


@router.get("/threads/{thread_id}/runs/{run_id}/trace", responses=problems(404))
async def trace(thread: ThreadPath, run: RunPath, tenant: CurrentTenant, backend: CurrentBackend) -> Trace:
    """Tell what a run did, as far as it has come: calls of models and tools with times, tokens and costs."""
    found = await tenant.runs.get(thread, run)
    return await read_trace(tenant.threads, traced(thread, found.asked, found.status), backend.prices)
