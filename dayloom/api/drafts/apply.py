"""Routes: from a draft into the calendar, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.parameters import IdempotencyKey, ThreadPath
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.apply import Outcome

router = APIRouter(tags=["drafts"])


class SeenVersion(BaseModel):
    """The version of the schedule (`schedule.version` of the preview) that the person has looked at."""

    model_config = ConfigDict(extra="forbid")

    state_version: Annotated[int, Field(ge=0, le=2**53, examples=[7])]


@router.post("/threads/{thread_id}/apply", responses=problems(404, 409))
async def apply(thread: ThreadPath, seen: SeenVersion, key: IdempotencyKey, tenant: CurrentTenant) -> Outcome:
    """Write what the draft adds into the calendar: once, all or nothing. What was written is existing from then on."""
    return await tenant.commits.apply(thread, key=key, version=seen.state_version)


@router.post("/threads/{thread_id}/undo", responses=problems(404, 409))
async def undo(thread: ThreadPath, seen: SeenVersion, key: IdempotencyKey, tenant: CurrentTenant) -> Outcome:
    """Take back what this thread wrote last, unless the calendar has changed since."""
    return await tenant.commits.undo(thread, key=key, version=seen.state_version)
