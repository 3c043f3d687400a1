"""Routes: the newest draft of a thread, and moving entries in it by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field

from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.etag import IfMatch, IfNoneMatch, etag, not_modified, require_if_match
from dayloom.api.http.parameters import ThreadPath
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.drafts import Drag
from state.preview import Preview

router = APIRouter(tags=["drafts"])


class TaskMove(BaseModel):
    """Where an entry is dragged; day and slot_start both null puts it back among the pending."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"task_id": 3, "day": 2, "slot_start": 5}]}
    )

    task_id: Annotated[int, Field(ge=1, le=1_000_000_000)]
    day: Annotated[int, Field(ge=1, le=366)] | None
    slot_start: Annotated[int, Field(ge=1, le=1440)] | None


Moves = Annotated[list[TaskMove], Body(min_length=1, max_length=1000)]


@router.get(
    "/threads/{thread_id}/preview",
    response_model=Preview,
    responses={**problems(404), 304: {"description": "As known"}},
)
async def get(
    thread: ThreadPath, tenant: CurrentTenant, response: Response, if_none_match: IfNoneMatch = None
) -> Preview | Response:
    """Return the newest draft: `changes` is how it differs from the calendar.

    `outdated` is there when something has come into the calendar where the draft has work: it no longer fits.
    """
    preview = await tenant.drafts.newest(thread)
    outdated = await tenant.draft_check.clashes(thread, preview.schedule)
    headers = {"ETag": etag(preview.version), "Cache-Control": "private, no-cache"}
    if not outdated and not_modified(if_none_match, preview.version):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return preview.model_copy(update={"outdated": outdated})


@router.patch("/threads/{thread_id}/preview", responses=problems(404, 409, 412, 428))
async def patch(
    thread: ThreadPath, moves: Moves, tenant: CurrentTenant, response: Response, if_match: IfMatch = None
) -> Preview:
    """Move entries of the draft, all or none, under the rules that bind the agent too, but for order and own limits.

    Who breaks the order of a group or a limit of their own is told so in `warnings`; from then on that order is kept.

    Refused with 412 when there is a newer draft, with 422 when a rule would be broken (`violations` says which), and
    with 409 while a run is at work or a card is open: the card shows what would change in the draft as it is.
    """
    match = require_if_match(if_match)
    await tenant.commits.finish_commit(thread)
    preview = await tenant.drafts.edit(thread, [Drag(**move.model_dump()) for move in moves], match=match)
    response.headers["ETag"] = etag(preview.version)
    return preview
