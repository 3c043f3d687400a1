"""Routes: runs without a thread of their own; the thread they get is deleted when they have ended, unless kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Body, Depends, Request, Response

from dayloom.api.agent_server.ephemeral_threads import MARK, EphemeralThreads
from dayloom.api.agent_server.run_body import RunCreate
from dayloom.api.agent_server.run_request import RunRequest
from dayloom.api.agent_server.run_response import RunResponse
from dayloom.api.agent_server.runs import CurrentStepCache
from dayloom.api.agent_server.thread_json import run_json
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import OptionalIdempotencyKey
from dayloom.api.http.problem_kind import INVALID, Problem
from dayloom.api.http.responses import STREAMED, problems
from state.ids import ThreadId

router = APIRouter(prefix="/runs", tags=["stateless runs"], responses=problems(404, 409))

MOST_AT_ONCE: Final = 100
_KEYS = UUID("0d0a8f8e-9f0c-5a55-8d6b-7c6f9d1f6b51")


async def get_ephemeral_threads(request: Request) -> EphemeralThreads:
    """Return the keeper of threads that live for one run."""
    return request.app.state.ephemeral_threads


CurrentEphemeralThreads = Annotated[EphemeralThreads, Depends(get_ephemeral_threads)]


async def start_run(
    tenant: CurrentTenant,
    backend: CurrentBackend,
    steps: CurrentStepCache,
    ephemeral: CurrentEphemeralThreads,
    given: RunCreate,
    *,
    key: OptionalIdempotencyKey = None,
) -> RunResponse:
    """Start the run that a request asks for, on a thread of its own."""
    if given.command is not None and given.command.answers:
        raise Problem(INVALID, "command: only a run on a thread can be resumed")
    ephemeral.sweep(tenant)
    passing = given.on_completion == "delete"
    thread = ThreadId(str(uuid4() if key is None else uuid5(_KEYS, f"{tenant.user}\0{key}")))
    await tenant.index.create(thread, MARK if passing else {}, or_take=True)
    asked = given.model_copy(update={"feedback_keys": None}) if passing else given  # nothing is left to be judged
    run = await RunRequest(tenant, backend.settings, thread, asked, key).start()
    return RunResponse(tenant, steps, run, given.on_disconnect == "cancel", ephemeral if passing else None)


StartedRun = Annotated[RunResponse, Depends(start_run)]


@router.post("")
async def create(started: StartedRun) -> Response:
    """Start a run and return it."""
    if started.ephemeral is not None:
        started.ephemeral.delete_after(started.tenant, started.run)
    return replace(started, stateless=True).as_json()


@router.post("/batch")
async def create_batch(
    tenant: CurrentTenant,
    backend: CurrentBackend,
    steps: CurrentStepCache,
    ephemeral: CurrentEphemeralThreads,
    given: Annotated[list[RunCreate], Body(min_length=1, max_length=MOST_AT_ONCE)],
) -> list[dict[str, Any]]:
    """Start several runs, each on a thread of its own, and return them."""
    started = [await start_run(tenant, backend, steps, ephemeral, one) for one in given]
    for one in started:
        if one.ephemeral is not None:
            one.ephemeral.delete_after(tenant, one.run)
    return [run_json(one.run) for one in started]


@router.post("/stream", response_class=Response, responses=STREAMED)
async def create_stream(given: RunCreate, started: StartedRun) -> Response:
    """Start a run and stream it."""
    return replace(started, stateless=True).as_stream(given.stream_mode)


@router.post("/wait")
async def create_wait(started: StartedRun) -> Response:
    """Start a run and return what it comes to."""
    return started.as_result()
