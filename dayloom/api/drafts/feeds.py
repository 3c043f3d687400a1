"""Routes: addresses that calendar programs subscribe to, and what these read there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dayloom.api.http.content import ICALENDAR
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.etag import IfNoneMatch, etag, not_modified
from dayloom.api.http.problem_kind import NOT_FOUND, Problem
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.calendar import export_calendar
from dayloom.calendar_sync.draft_calendar import draft_version, export_draft, is_planned
from dayloom.calendars import as_subscription, merge_entries
from dayloom.runs.tenants import Tenant
from dayloom.stores.owner.feeds import FeedKind, RedisFeeds, StoredFeed
from dayloom.stores.threads.index import Search
from state.errors import UnknownThread
from state.ids import ThreadId
from state.preview import Preview

router = APIRouter(tags=["calendar"])

NEWEST: Final = 20
"""Threads among which the newest with a draft is looked for."""
_ID: Final = Path(min_length=1, max_length=64, description="A feed of yours.")


class FeedCreate(BaseModel):
    """What a feed shows: the calendar, or the draft of a thread (of the newest one, when none is named)."""

    model_config = ConfigDict(extra="forbid")

    kind: FeedKind = FeedKind.CALENDAR
    thread_id: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class FeedJson(BaseModel):
    """A feed; its address is told once, when it is made."""

    id: str
    kind: FeedKind
    thread_id: str | None
    created_at: datetime

    @classmethod
    def of(cls, kept: StoredFeed) -> FeedJson:
        """Return what is told of a feed."""
        return cls(id=kept.id, kind=kept.kind, thread_id=kept.thread, created_at=kept.created)


class NewFeed(FeedJson):
    """A feed that was just made, with the path under this server that calendar programs subscribe to."""

    path: str


class FeedList(BaseModel):
    """The feeds of a user, oldest first."""

    feeds: list[FeedJson]


@router.post("/feeds", status_code=201, responses=problems(404, 413))
async def create(tenant: CurrentTenant, backend: CurrentBackend, asked: FeedCreate) -> NewFeed:
    """Make an address under which a calendar program reads the calendar, or a draft as tentative, without a token.

    Whoever knows the address can read; it is told this once, and holds until it is revoked.
    """
    if asked.thread_id:
        await tenant.index.require(ThreadId(asked.thread_id))
    secret, kept = await RedisFeeds(backend.client).create(
        tenant.user, asked.kind, now=datetime.now(UTC), thread=asked.thread_id
    )
    return NewFeed(**FeedJson.of(kept).model_dump(), path=f"/feeds/{secret}.ics")


@router.get("/feeds", responses=problems())
async def list_(tenant: CurrentTenant, backend: CurrentBackend) -> FeedList:
    """List the feeds, without their addresses."""
    return FeedList(feeds=[FeedJson.of(kept) for kept in await RedisFeeds(backend.client).all(tenant.user)])


@router.delete("/feeds/{feed_id}", status_code=204, responses=problems(404))
async def revoke(tenant: CurrentTenant, backend: CurrentBackend, feed_id: Annotated[str, _ID]) -> None:
    """Make a feed unknown at once."""
    if not await RedisFeeds(backend.client).revoke(feed_id, tenant.user):
        raise Problem(NOT_FOUND, "There is no such feed.")


@router.get(
    "/feeds/{secret}.ics",
    response_class=Response,
    responses={
        **problems(404),
        200: {"description": "The calendar, or the draft", "content": {ICALENDAR: {"schema": {"type": "string"}}}},
        304: {"description": "As known"},
    },
)
async def read(
    request: Request, tenant: CurrentTenant, secret: Annotated[str, Path()], if_none_match: IfNoneMatch = None
) -> Response:
    """Return what the feed at this address shows."""
    feed: StoredFeed = request.scope["dayloom.feed"]
    show = _show_calendar if feed.kind is FeedKind.CALENDAR else _show_draft
    version, text = await show(tenant, feed)
    headers = {"ETag": etag(version), "Cache-Control": "private, no-cache"}
    if not_modified(if_none_match, version):
        return Response(status_code=304, headers=headers)
    return Response(await asyncio.to_thread(text), media_type=ICALENDAR, headers=headers)


async def _show_calendar(tenant: Tenant, feed: StoredFeed) -> tuple[str, Callable[[], bytes]]:
    """Return the version of the calendar, and what writes it."""
    calendar = await tenant.calendar.calendar()
    return str(calendar.version), lambda: as_subscription(export_calendar(calendar), "dayloom")


async def _show_draft(tenant: Tenant, feed: StoredFeed) -> tuple[str, Callable[[], bytes]]:
    """Return the version of the draft, and what writes it.

    No draft is an empty calendar, because many programs give a subscription up at a 404.
    """
    thread = ThreadId(feed.thread) if feed.thread else None
    found = await _draft_of(tenant, thread) if thread else await _newest_draft(tenant)
    if found is None:
        return "none", lambda: as_subscription(merge_entries(b"", ()), "dayloom draft")
    return draft_version(*found), lambda: as_subscription(export_draft(*found), "dayloom draft")


async def _draft_of(tenant: Tenant, thread: ThreadId) -> tuple[ThreadId, Preview] | None:
    try:
        return thread, await tenant.drafts.newest(thread)
    except UnknownThread:
        return None


async def _newest_draft(tenant: Tenant) -> tuple[ThreadId, Preview] | None:
    for thread in (await tenant.index.search(Search()))[:NEWEST]:
        found = await _draft_of(tenant, thread.id)
        if found is not None and is_planned(found[1]):
            return found
    return None
