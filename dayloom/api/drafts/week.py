"""Routes: days to be drawn: those of a thread with its draft, or the person's own with what is in the calendar."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.etag import etag
from dayloom.api.http.parameters import ThreadPath
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.new_schedule import DEFAULT_DAYS, Week, schedule_of
from dayloom.calendar_sync.week_view import WeekView, view_week
from state.preview import PreviewState
from state.schedule import FirstDay, GridName

router = APIRouter(tags=["drafts"])

_MOST_DAYS: Final = 62


@router.get("/threads/{thread_id}/week", responses=problems(404))
async def of_thread(thread: ThreadPath, tenant: CurrentTenant, backend: CurrentBackend, response: Response) -> WeekView:
    """Return the days of a thread with everything on them as it is to be drawn: calendar, draft, what has no place.

    It is the newest preview, with the same ETag; every time is an RFC 3339 one in the thread's time zone.
    """
    preview = await tenant.drafts.newest(thread)
    outdated, state = await asyncio.gather(
        tenant.draft_check.clashes(thread, preview.schedule), tenant.threads.state(thread)
    )
    reasons = {one.task_id: one.reason for one in state.unplaced} if state else {}
    response.headers.update({"ETag": etag(preview.version), "Cache-Control": "private, no-cache"})
    return view_week(preview.schedule, backend.settings.now(), reasons).model_copy(
        update={
            "version": preview.version,
            "state_version": preview.schedule.version,
            "working": preview.state is PreviewState.WORKING,
            "outdated": outdated,
        }
    )


@router.get("/week", responses=problems())
async def own(
    tenant: CurrentTenant,
    backend: CurrentBackend,
    start: FirstDay | None = None,
    days: Annotated[int, Query(ge=1, le=_MOST_DAYS)] = DEFAULT_DAYS,
    grid: GridName = "periods12",
) -> WeekView:
    """Return the person's days as a new thread would begin with them: the calendar, and the tasks without a place."""
    settings = backend.settings
    week = Week(start=start, days=days, grid=grid)
    found = await schedule_of(tenant.calendar, settings.now(), week, settings.address)
    return view_week(found.schedule, settings.now(), {})
