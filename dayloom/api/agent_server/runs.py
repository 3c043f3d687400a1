"""Routes: runs on a thread, as LangGraph's Agent Server has them."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, TypeAdapter, ValidationError

from dayloom.api.agent_server.dependencies import CurrentStepCache
from dayloom.api.agent_server.run_body import RunCreate
from dayloom.api.agent_server.run_request import RunRequest
from dayloom.api.agent_server.run_response import RunResponse
from dayloom.api.agent_server.sse import parse_cursor
from dayloom.api.agent_server.stream_event import Cursor
from dayloom.api.agent_server.stream_mode import StreamMode
from dayloom.api.agent_server.thread_json import RunField, run_json, sdk_status
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import OptionalIdempotencyKey
from dayloom.api.http.problem_kind import INVALID, NOT_FOUND, Problem
from dayloom.api.http.responses import STREAMED, problems
from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant
from dayloom.stores.threads.index import Search
from dayloom.stores.threads.status import ThreadStatus
from state.ids import RunId, ThreadId
from state.run_status import RunStatus

router = APIRouter(tags=["runs"], responses=problems(404, 409))

ACCEPTED: Final[dict[int | str, dict[str, Any]]] = {202: {"description": "Will be cancelled"}}
ALL: Final = 1000
"""So many runs of a thread are looked through at most."""
_MODES: TypeAdapter[list[StreamMode]] = TypeAdapter(list[StreamMode])

LastEventId = Annotated[str | None, Header(alias="Last-Event-ID")]


async def start_run(
    tenant: CurrentTenant, backend: CurrentBackend, thread_id: str, given: RunCreate, key: OptionalIdempotencyKey = None
) -> Run:
    """Start the run that a request asks for."""
    return await RunRequest(tenant, backend.settings, ThreadId(thread_id), given, key).start()


async def find_run(tenant: CurrentTenant, thread_id: str, run_id: str) -> Run:
    """Return the run that a request names."""
    return await tenant.runs.get(ThreadId(thread_id), RunId(run_id))


async def read_last_event_id(last: LastEventId = None) -> Cursor | None:
    """Return the place in a stream where its reader was; None when it was nowhere yet."""
    after = parse_cursor(last) if last else None
    if last and after is None:
        raise Problem(INVALID, f"Last-Event-ID: {last!r} is no place in this stream; give the id of a frame, or -1")
    return after


ResumeAfter = Annotated[Cursor | None, Depends(read_last_event_id)]
StartedRun = Annotated[Run, Depends(start_run)]
RequestedRun = Annotated[Run, Depends(find_run)]


@router.post("/threads/{thread_id}/runs")
async def create(tenant: CurrentTenant, steps: CurrentStepCache, run: StartedRun) -> Response:
    """Start a run and return it."""
    return RunResponse(tenant, steps, run).as_json()


@router.post("/threads/{thread_id}/runs/stream", response_class=Response, responses=STREAMED)
async def create_stream(tenant: CurrentTenant, steps: CurrentStepCache, given: RunCreate, run: StartedRun) -> Response:
    """Start a run and stream it."""
    return RunResponse(tenant, steps, run, given.on_disconnect == "cancel").as_stream(given.stream_mode)


@router.post("/threads/{thread_id}/runs/wait")
async def create_wait(tenant: CurrentTenant, steps: CurrentStepCache, given: RunCreate, run: StartedRun) -> Response:
    """Start a run and return what it comes to."""
    return RunResponse(tenant, steps, run, given.on_disconnect == "cancel").as_result()


@router.get("/threads/{thread_id}/runs")
async def list_runs(
    tenant: CurrentTenant,
    thread_id: str,
    *,
    limit: Annotated[int, Query(ge=1, le=ALL)] = 10,
    offset: Annotated[int, Query(ge=0)] = 0,
    status: Literal["pending", "running", "success", "interrupted", "error", "timeout"] | None = None,
    select: Annotated[list[RunField] | None, Query()] = None,
) -> list[dict[str, Any]]:
    """List the runs of a thread, newest first."""
    thread = ThreadId(thread_id)
    await tenant.index.require(thread)
    statuses = [each for each in RunStatus if status in (None, sdk_status(each))]
    found = await tenant.runs.list(thread, statuses=statuses, limit=limit, offset=offset)
    return [run_json(run, select or ()) for run in found]


@router.get("/threads/{thread_id}/runs/{run_id}")
async def get(run: RequestedRun) -> dict[str, Any]:
    """Return a run."""
    return run_json(run)


@router.delete("/threads/{thread_id}/runs/{run_id}", status_code=204)
async def delete(tenant: CurrentTenant, run: RequestedRun) -> None:
    """Delete a run."""
    await tenant.runs.delete(run.thread, run.id)


@router.get("/threads/{thread_id}/runs/{run_id}/join")
async def join(
    tenant: CurrentTenant, steps: CurrentStepCache, run: RequestedRun, cancel_on_disconnect: bool = False
) -> Response:
    """Return what a run comes to."""
    return RunResponse(tenant, steps, run, cancel_on_disconnect).as_result()


@router.get("/threads/{thread_id}/runs/{run_id}/stream", response_class=Response, responses=STREAMED)
async def join_stream(
    tenant: CurrentTenant,
    steps: CurrentStepCache,
    run: RequestedRun,
    after: ResumeAfter,
    *,
    cancel_on_disconnect: bool = False,
    stream_mode: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """Stream a run, from the frame after the last one that was seen; without one, what comes next."""
    return RunResponse(tenant, steps, run, cancel_on_disconnect).as_stream(_modes(stream_mode, run), after)


@router.post("/threads/{thread_id}/runs/{run_id}/cancel", responses=ACCEPTED)
async def cancel(
    tenant: CurrentTenant,
    steps: CurrentStepCache,
    run: RequestedRun,
    wait: bool = False,
    action: Literal["interrupt", "rollback"] = "interrupt",
) -> Response:
    """Cancel a run, or the card it waits at; one that has ended is not there to be cancelled, and stays as it is."""
    if run.status.final and run.status is not RunStatus.INTERRUPTED:
        raise Problem(NOT_FOUND, f"run {run.id!r} has ended ({run.status}); there is nothing to cancel")
    after = await tenant.runs.cancel(run.thread, run.id, rollback=action == "rollback")
    return (
        RunResponse(tenant, steps, after).as_result() if wait and action == "interrupt" else Response(status_code=202)
    )


class RunsCancel(BaseModel):
    """Runs to be cancelled: some of one thread, or all that stand so."""

    thread_id: str | None = None
    run_ids: list[str] = []
    status: Literal["pending", "running", "all"] | None = None


@router.post("/runs/cancel", status_code=204)
async def cancel_many(
    tenant: CurrentTenant, wanted: RunsCancel, action: Literal["interrupt", "rollback"] = "interrupt"
) -> None:
    """Cancel several runs."""
    for run in await _select(tenant, wanted):
        await tenant.runs.cancel(run.thread, run.id, rollback=action == "rollback")


async def _select(tenant: Tenant, wanted: RunsCancel) -> list[Run]:
    if wanted.status is None:
        if wanted.thread_id is None or not wanted.run_ids:
            raise Problem(INVALID, "give status, or thread_id and run_ids")
        return [await tenant.runs.get(ThreadId(wanted.thread_id), RunId(each)) for each in wanted.run_ids]
    if wanted.thread_id is not None or wanted.run_ids:
        raise Problem(INVALID, "status: cannot be combined with thread_id and run_ids")
    found = [
        run
        for line in await tenant.index.search(Search(status=ThreadStatus.BUSY))
        for run in await tenant.runs.list(line.id, limit=ALL)
    ]
    return [run for run in found if not run.status.final and wanted.status in ("all", run.status.value)]


def _modes(given: list[str] | None, run: Run) -> list[StreamMode]:
    """Return the modes of a stream: as asked (one by one, or as a JSON list), or as the run was started with."""
    try:
        words = [word for each in given or () if each for word in (json.loads(each) if each[0] == "[" else [each])]
        if not words:
            return [StreamMode(mode) for mode in run.asked.about.get("stream_mode", ["values"])]
        return _MODES.validate_python(words)
    except (ValidationError, ValueError, TypeError):
        raise Problem(INVALID, f"stream_mode: there are {', '.join(StreamMode)}") from None
