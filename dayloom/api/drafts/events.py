"""Route: the events of a run, polled by offset."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.parameters import RunPath, ThreadPath
from dayloom.api.http.responses import problems
from state.events import EventType
from state.run_status import RunStatus

router = APIRouter(tags=["runs"])

From = Annotated[int, Query(alias="from", ge=0, le=2**53, description="The first event to return.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many to return at most.")]


class PolledEvent(BaseModel):
    """One event; indexes are 0, 1, 2 … without holes."""

    index: int
    type: EventType
    data: dict[str, Any]
    at: datetime


class EventPage(BaseModel):
    """A stretch of a run's log: ask again from `next_offset` until the last event ends the run.

    Events before `first_offset` are gone; `dropped` says how many.
    """

    status: RunStatus
    events: list[PolledEvent]
    next_offset: int = Field(examples=[12])
    first_offset: int = Field(examples=[0])
    dropped: int = Field(examples=[0])


@router.get("/threads/{thread_id}/runs/{run_id}/events", responses=problems(404))
async def events(
    thread: ThreadPath, run: RunPath, tenant: CurrentTenant, start: From = 0, limit: Limit = 100
) -> EventPage:
    """Return events of a run from an offset on."""
    page = await tenant.runs.page(thread, run, start, limit)
    found = [
        PolledEvent(index=each.index, type=each.type, data=dict(each.data), at=each.at)
        for batch in page.batches
        for each in batch.events
    ]
    return EventPage(
        status=page.status, events=found, next_offset=page.next, first_offset=page.first, dropped=page.dropped
    )
