"""Routes: threads, as LangGraph's Agent Server has them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Body, Header, Response
from pydantic import BaseModel, Field

from dayloom.api.agent_server.dependencies import CurrentStepCache
from dayloom.api.agent_server.run_body import JsonObject, NewId, Unsupported
from dayloom.api.agent_server.step_cache import StepCache
from dayloom.api.agent_server.thread_json import ThreadField, ThreadJson, having_values, thread_json
from dayloom.api.agent_server.thread_paths import Alias, Path
from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.json_response import JsonResponse
from dayloom.api.http.responses import problems
from dayloom.runs.tenants import Tenant
from dayloom.stores.threads.index import Search, SortBy, Thread
from dayloom.stores.threads.status import ThreadStatus
from state.ids import ThreadId
from state.schedule import Schedule

router = APIRouter(prefix="/threads", tags=["threads"], responses=problems(404, 409))


class ThreadCreate(BaseModel):
    """A thread to be made."""

    thread_id: NewId | None = None
    metadata: JsonObject = {}
    if_exists: Literal["raise", "do_nothing"] = "raise"
    ttl: Unsupported = None
    supersteps: Unsupported = None


class ThreadPatch(BaseModel):
    """What to note about a thread."""

    metadata: JsonObject = {}
    ttl: Unsupported = None


class ThreadCount(BaseModel):
    """Which threads are to be counted."""

    metadata: JsonObject = {}
    status: ThreadStatus | None = None
    values: JsonObject = {}

    async def find(self, tenant: Tenant, steps: StepCache, wanted: Search) -> list[Thread]:
        """Return the threads that are wanted, in order; the state is read only when its values count."""
        found = await tenant.index.search(replace(wanted, metadata=self.metadata, status=self.status))
        return await having_values(tenant, steps, found, self.values) if self.values else found


class ThreadSearch(ThreadCount):
    """Which threads are wanted, in which order, and how much of each."""

    ids: list[str] = []
    limit: Annotated[int, Field(ge=1, le=1000)] = 10
    offset: Annotated[int, Field(ge=0)] = 0
    sort_by: SortBy = SortBy.UPDATED_AT
    sort_order: Literal["asc", "desc"] = "desc"
    select: list[ThreadField] | None = None
    extract: Annotated[dict[Alias, Path], Field(max_length=10)] = {}


class ThreadPrune(BaseModel):
    """Threads to be thinned out or deleted."""

    thread_ids: list[str]
    strategy: Literal["delete", "keep_latest"] = "delete"


@router.post("", response_model=ThreadJson)
async def create(
    tenant: CurrentTenant, steps: CurrentStepCache, given: Annotated[ThreadCreate, Body(default_factory=ThreadCreate)]
) -> Response:
    """Make a thread."""
    thread = ThreadId(given.thread_id or str(uuid4()))
    line = await tenant.index.create(thread, given.metadata, or_take=given.if_exists == "do_nothing")
    return JsonResponse(await thread_json(tenant, steps, line))


@router.post("/search", response_model=list[ThreadJson])
async def search(
    tenant: CurrentTenant,
    steps: CurrentStepCache,
    wanted: Annotated[ThreadSearch, Body(default_factory=ThreadSearch)],
) -> Response:
    """List the threads that are wanted."""
    order = Search(ids=wanted.ids, sort_by=wanted.sort_by, ascending=wanted.sort_order == "asc")
    found = await wanted.find(tenant, steps, order)
    page = found[wanted.offset : (end := wanted.offset + wanted.limit)]
    headers = {"X-Pagination-Total": str(len(found))}
    if end < len(found):
        headers["X-Pagination-Next"] = str(end)
    shown = await asyncio.gather(*(thread_json(tenant, steps, line, wanted.select, wanted.extract) for line in page))
    return JsonResponse(shown, headers=headers)


@router.post("/count")
async def count(
    tenant: CurrentTenant, steps: CurrentStepCache, wanted: Annotated[ThreadCount, Body(default_factory=ThreadCount)]
) -> int:
    """Count the threads that are wanted."""
    return len(await wanted.find(tenant, steps, Search()))


@router.post("/prune")
async def prune(tenant: CurrentTenant, given: ThreadPrune) -> dict[str, int]:
    """Delete threads, or all their steps but the newest."""
    for each in given.thread_ids:
        await tenant.index.require(ThreadId(each))
    for each in given.thread_ids:
        if given.strategy == "delete":
            await tenant.delete_thread(ThreadId(each))
        else:
            await tenant.checkpointer.aprune([each])
    return {"pruned_count": len(given.thread_ids)}


@router.get("/{thread_id}", response_model=ThreadJson)
async def get(tenant: CurrentTenant, steps: CurrentStepCache, thread_id: str) -> Response:
    """Return a thread; `dayloom_outdated` is there when its draft no longer fits the calendar."""
    thread = ThreadId(thread_id)
    found = await tenant.index.get(thread)
    shown = await thread_json(tenant, steps, found)

    async def load_draft() -> Schedule | None:
        preview = await tenant.previews.get(thread)
        return preview.schedule if preview else None

    step = found.details.checkpoint
    clashes = await tenant.draft_check.clashes_at(thread, step, load_draft) if step else ()
    outdated = {"dayloom_outdated": [clash.model_dump() for clash in clashes]} if clashes else {}
    return JsonResponse({**shown, **outdated})


@router.patch("/{thread_id}", response_model=ThreadJson, responses={204: {"description": "Done, as preferred"}})
async def patch(
    tenant: CurrentTenant,
    steps: CurrentStepCache,
    thread_id: str,
    change: ThreadPatch,
    prefer: Annotated[str | None, Header()] = None,
) -> Response:
    """Merge metadata into a thread's."""
    line = await tenant.index.patch(ThreadId(thread_id), change.metadata)
    if prefer == "return=minimal":
        return Response(status_code=204)
    return JsonResponse(await thread_json(tenant, steps, line))


@router.delete("/{thread_id}", status_code=204)
async def delete(tenant: CurrentTenant, thread_id: str) -> None:
    """Delete a thread and everything of it; a run at work is cancelled."""
    await tenant.delete_thread(ThreadId(thread_id))


@router.post("/{thread_id}/copy", response_model=ThreadJson)
async def copy(
    tenant: CurrentTenant, steps: CurrentStepCache, thread_id: str, checkpoint_id: str | None = None
) -> Response:
    """Copy a thread with its history, or that up to a step; the card it waits at can be answered in the copy too."""
    line = await tenant.index.copy(ThreadId(thread_id), ThreadId(str(uuid4())), checkpoint_id)
    return JsonResponse(await thread_json(tenant, steps, line))
