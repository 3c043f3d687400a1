"""Routes: the newest draft of a thread, and moving entries in it by hand."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.etag import IfMatch, IfNoneMatch, etag, not_modified, require_if_match
from dayloom.api.http.parameters import ThreadPath
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.drafts import Drag, TriedEdit
from dayloom.runs.tenants import Tenant
from state.desk import Desk
from state.errors import UnknownTask
from state.ids import ThreadId
from state.preview import Preview
from tools.planners.explain import Explained, explain_place
from tools.planners.risk import Risk, find_risks

router = APIRouter(tags=["drafts"])


class TaskMove(BaseModel):
    """Where an entry is dragged; day and slot_start both null puts it back among the pending."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"task_id": 3, "day": 2, "slot_start": 5}]}
    )

    task_id: Annotated[int, Field(ge=1, le=1_000_000_000)]
    day: Annotated[int, Field(ge=1, le=366)] | None
    slot_start: Annotated[int, Field(ge=1, le=1440)] | None


class Risks(BaseModel):
    """Deadlines that are not safe: how each stands, whether that is proven, and what would help."""

    risks: list[Risk]


EntryPath = Annotated[int, Path(alias="task_id", ge=1, le=1_000_000_000, description="An entry of the draft.")]
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


@router.post("/threads/{thread_id}/preview/try", responses=problems(404))
async def try_(thread: ThreadPath, moves: Moves, tenant: CurrentTenant) -> TriedEdit:
    """Tell what moving entries would come to, as PATCH would do it, and keep nothing.

    What would be refused is named in `violations`; nothing is checked but the draft as it stands.
    """
    return await tenant.drafts.try_edit(thread, [Drag(**move.model_dump()) for move in moves])


@router.get("/threads/{thread_id}/preview/tasks/{task_id}", responses=problems(404))
async def explain(thread: ThreadPath, task_id: EntryPath, tenant: CurrentTenant) -> Explained:
    """Say why an entry lies where it does or has no place, and where else it could lie, as the tool `explain` does."""
    desk = await _desk(tenant, thread)
    task = desk.schedule.by_id.get(task_id)
    if task is None:
        raise UnknownTask(f"there is no entry {task_id} on thread {thread!r}")
    return await asyncio.to_thread(explain_place, desk, task, desk.locale)


@router.get("/threads/{thread_id}/preview/risks", responses=problems(404))
async def at_risk(thread: ThreadPath, tenant: CurrentTenant) -> Risks:
    """List the deadlines that are not safe in the draft as it stands, the worst first, as the tool `at_risk` does."""
    desk = await _desk(tenant, thread)
    return Risks(risks=await asyncio.to_thread(find_risks, desk))


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


async def _desk(tenant: Tenant, thread: ThreadId) -> Desk:
    """Return what the tools of a thread would work on: the newest draft, with what its person has allowed."""
    preview = await tenant.drafts.newest(thread)
    state = await tenant.threads.state(thread)
    desk = state.desk if state else Desk(schedule=preview.schedule)
    return desk.model_copy(update={"schedule": preview.schedule})
