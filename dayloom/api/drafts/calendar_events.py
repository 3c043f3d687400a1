"""Routes: events of the user's calendar, looked at and changed by hand."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from dayloom.api.http.backend import Backend
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import EventPath, OptionalIdempotencyKey
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.events import MOST_DAYS, EventBook, EventRequest, EventsChanged, EventSeen
from dayloom.runs.tenants import Tenant
from state.schedule import FirstDay

router = APIRouter(tags=["calendar"])

_Text = Annotated[str, Field(max_length=200)]
_When = Annotated[str, Field(max_length=40, examples=["2026-11-27T12:00"])]
_People = Annotated[list[_Text], Field(max_length=30, examples=[["Anna Lee <anna@example.org>"]])]


class EventFields(BaseModel):
    """How long an event lasts, where it is, and who takes part; `end` of whole days is the last day."""

    model_config = ConfigDict(extra="forbid")

    end: _When | None = None
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] | None = None
    location: _Text | None = None
    category: _Text | None = None
    attendees: _People | None = None


class NewCalendarEvent(EventFields):
    """An event: `start` without a time is a whole day, and an hour is usual else.

    It comes again `every` so many days, weeks, months or years, on the day of `until` at most. `calendar` names one of
    several.
    """

    title: Annotated[str, Field(min_length=1, max_length=500, examples=["Lunch with Anna"])]
    start: _When
    repeats: Literal["daily", "weekly", "monthly", "yearly"] | None = None
    every: Annotated[int, Field(ge=1, le=99)] | None = None
    until: _When | None = None
    calendar: _Text | None = None


class ChangedCalendarEvent(EventFields):
    """What changes; of a series, `on` names the one that is meant by its date or start, and `series` means all."""

    on: _When | None = None
    series: bool = False
    title: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    start: _When | None = None
    whole_day: bool | None = None


class EventList(BaseModel):
    """Events in the order of time."""

    events: list[EventSeen]


@router.get("/calendar/events", responses=problems())
async def get(
    tenant: CurrentTenant,
    backend: CurrentBackend,
    start: FirstDay | None = None,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 7,
) -> EventList:
    """Return what happens on some days, from today unless `start` says else."""
    first = start or backend.settings.now().date()
    return EventList(events=await _book(tenant, backend).events(first, days))


@router.post("/calendar/events", status_code=201, responses=problems(409))
async def add(
    given: NewCalendarEvent, tenant: CurrentTenant, backend: CurrentBackend, key: OptionalIdempotencyKey = None
) -> EventsChanged:
    """Put an event into the calendar; threads take it in at their next turn. Nobody is told of it."""
    return await _change(tenant, backend, "add_event", given.model_dump(exclude_none=True), key=key)


@router.patch("/calendar/events/{uid:path}", responses=problems(404, 409))
async def patch(
    uid: EventPath,
    given: ChangedCalendarEvent,
    tenant: CurrentTenant,
    backend: CurrentBackend,
    key: OptionalIdempotencyKey = None,
) -> EventsChanged:
    """Change an event, of a series one or all of it; what nobody changes stays as it is in the file."""
    return await _change(tenant, backend, "move_event", given.model_dump(exclude_none=True), uid=uid, key=key)


@router.delete("/calendar/events/{uid:path}", responses=problems(404, 409))
async def cancel(
    uid: EventPath,
    tenant: CurrentTenant,
    backend: CurrentBackend,
    *,
    on: _When | None = None,
    series: bool = False,
    key: OptionalIdempotencyKey = None,
) -> EventsChanged:
    """Cancel an event, of a series one (`on` its date or start) or all of it (`series=true`)."""
    meant = {"on": on, "series": series} if on else {"series": series}
    return await _change(tenant, backend, "cancel_event", meant, uid=uid, key=key)


async def _change(
    tenant: Tenant,
    backend: Backend,
    tool: Literal["add_event", "move_event", "cancel_event"],
    fields: dict[str, Any],
    *,
    uid: str | None = None,
    key: str | None,
) -> EventsChanged:
    asked = EventRequest(tool, fields, backend.settings.now().date(), uid)
    return await _book(tenant, backend).change(asked, key)


def _book(tenant: Tenant, backend: Backend) -> EventBook:
    return EventBook(tenant.calendar, backend.settings.timezone, backend.settings.address)
