"""Routes: the v2 protocol, which LangChain's newest hooks speak, and a thread's runs as one stream."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from dayloom.api.agent_server.protocol.commands import ProtocolCommand
from dayloom.api.agent_server.protocol.stream import EventStreamRequest, ThreadEvents, run_frames
from dayloom.api.agent_server.run_request import RunRequest
from dayloom.api.agent_server.runs import CurrentStepCache
from dayloom.api.agent_server.sse import HEARTBEAT
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.responses import STREAMED, problems
from dayloom.api.http.streaming import EVENTS, KeepAliveResponse
from state.ids import ThreadId

router = APIRouter(prefix="/threads/{thread_id}", tags=["protocol v2"], responses=problems(404, 409))


@router.post("/commands")
async def command(
    tenant: CurrentTenant, backend: CurrentBackend, thread_id: str, given: ProtocolCommand
) -> dict[str, Any]:
    """Begin a turn or answer a card; the events of the run come with the stream."""
    run = await RunRequest(tenant, backend.settings, ThreadId(thread_id), given.as_run()).start()
    # 0 says that no place in the stream is known: pages then look for the run's first event themselves.
    return {"type": "success", "id": given.id, "result": {"run_id": run.id}, "meta": {"applied_through_seq": 0}}


@router.post("/stream/events", response_class=Response, responses=STREAMED)
async def stream_events(
    tenant: CurrentTenant, steps: CurrentStepCache, thread_id: str, wanted: EventStreamRequest
) -> Response:
    """Stream the events of a thread: of the run that is at work, or else the newest, and of all that come."""
    thread = ThreadId(thread_id)
    await tenant.index.require(thread)
    frames = ThreadEvents(tenant, steps, thread, wanted).frames()
    return KeepAliveResponse(frames, media_type=EVENTS, keepalive=HEARTBEAT)


@router.get("/stream", response_class=Response, responses=STREAMED)
async def join_stream(tenant: CurrentTenant, steps: CurrentStepCache, thread_id: str) -> Response:
    """Stream the runs of a thread that are at work or come, each in the modes it was started with."""
    thread = ThreadId(thread_id)
    await tenant.index.require(thread)
    return KeepAliveResponse(run_frames(tenant, steps, thread), media_type=EVENTS, keepalive=HEARTBEAT)
