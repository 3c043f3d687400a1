"""Routes: runs without a thread of their own; the thread they get is deleted when they have ended, unless kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Depends, Request, Response

from dayloom.api.agent_server.assistant import GRAPH_ID
from dayloom.api.agent_server.ephemeral_threads import MARK, Passing
from dayloom.api.agent_server.run_body import RunGiven
from dayloom.api.agent_server.run_request import Request as Asking
from dayloom.api.agent_server.run_response import Answers
from dayloom.api.agent_server.runs import Remembered
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import OptionalIdempotencyKey
from dayloom.api.http.problem_kind import INVALID, Problem
from dayloom.api.http.responses import STREAMED, problems
from dayloom.runs.run import Run
from state.ids import ThreadId

router = APIRouter(prefix="/runs", tags=["stateless runs"], responses=problems(404, 409))

_KEYS = UUID("0d0a8f8e-9f0c-5a55-8d6b-7c6f9d1f6b51")


async def passing(request: Request) -> Passing:
    """Return who deletes threads that are no longer needed."""
    return request.app.state.passing


Passes = Annotated[Passing, Depends(passing)]


async def started(
    tenant: CurrentTenant, backend: CurrentBackend, passes: Passes, given: RunGiven, key: OptionalIdempotencyKey = None
) -> Run:
    """Start the run that a request asks for, on a thread of its own."""
    if given.command is not None and given.command.resume is not None:
        raise Problem(INVALID, "command.resume: only a run on a thread can be resumed")
    passes.look(tenant)
    thread = ThreadId(str(uuid4() if key is None else uuid5(_KEYS, f"{tenant.user}\0{key}")))
    mark = MARK if given.on_completion == "delete" else {}
    await tenant.book.create(thread, {"graph_id": GRAPH_ID, **mark}, or_take=True)
    return await Asking(tenant, backend.settings, thread, given, key).start()


Started = Annotated[Run, Depends(started)]


@router.post("")
async def create(
    tenant: CurrentTenant, remembered: Remembered, passes: Passes, given: RunGiven, run: Started
) -> Response:
    """Start a run and return it."""
    if given.on_completion == "delete":
        passes.forget(tenant, run)
    return Answers(tenant, remembered, run, alone=True).itself()


@router.post("/stream", response_class=Response, responses=STREAMED)
async def create_stream(
    tenant: CurrentTenant, remembered: Remembered, passes: Passes, given: RunGiven, run: Started
) -> Response:
    """Start a run and stream it."""
    answers = replace(_handed_out(tenant, remembered, passes, given, run), alone=True)
    return answers.stream(given.stream_mode)


@router.post("/wait")
async def create_wait(
    tenant: CurrentTenant, remembered: Remembered, passes: Passes, given: RunGiven, run: Started
) -> Response:
    """Start a run and return what it comes to."""
    return _handed_out(tenant, remembered, passes, given, run).result()


def _handed_out(tenant: CurrentTenant, remembered: Remembered, passes: Passing, given: RunGiven, run: Run) -> Answers:
    answers = Answers(tenant, remembered, run, given.on_disconnect == "cancel")
    return replace(answers, passing=passes) if given.on_completion == "delete" else answers
