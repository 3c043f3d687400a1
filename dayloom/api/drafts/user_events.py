"""Routes: the one event stream of a user, polled by number or streamed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from typing import Annotated, Final

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field
from pydantic_core import to_json

from dayloom.api.drafts.events import From, Limit
from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.problem_kind import INVALID, Problem
from dayloom.api.http.responses import STREAMED, problems
from dayloom.api.http.streaming import EVENTS, KeepAliveResponse
from dayloom.runs.tenants import Tenant
from dayloom.stores.owner.user_events import UserEventPage
from dayloom.stores.threads.index import read_change
from state.user_event import UserEvent, UserEventType

router = APIRouter(tags=["events"])

_NUMBER: Final = re.compile(r"-1|\d{1,15}")
_LOOK_AGAIN: Final = 10.0
"""Seconds after which it is looked whether something was missed."""

LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", description="The last event seen; -1 for the oldest")]


class UserEvents(BaseModel):
    """A stretch of a user's events: ask again from `next_offset`.

    Events before `first_offset` are gone; `dropped` says how many of those asked for.
    """

    events: list[UserEvent]
    next_offset: int = Field(examples=[12])
    first_offset: int = Field(examples=[1])
    dropped: int = Field(examples=[0])


@router.get("/events", responses=problems())
async def get(tenant: CurrentTenant, start: From = 0, limit: Limit = 100) -> UserEvents:
    """Return what the user is to know outside any run, from a number on: a changed calendar, drafts it has outdated."""
    page = await tenant.events.page(start, limit)
    return UserEvents(events=list(page.events), next_offset=page.next, first_offset=page.first, dropped=page.dropped)


@router.get("/events/stream", response_class=Response, responses={**problems(), **STREAMED})
async def stream(tenant: CurrentTenant, last: LastEventId = None) -> Response:
    """Stream the user's events as they come, each with its number as id; it goes on behind `Last-Event-ID`.

    Between them comes `thread.changed` without an id, `{"thread_id", "what"}`, whoever has changed it: `what` is `run`
    (one is new, has ended, or stopped at a card), `draft` (there is a newer preview) or `note` (made, renamed,
    deleted). It is not kept; a `thread_id` of null says that some may have been missed.
    """
    if last and not _NUMBER.fullmatch(last):
        raise Problem(INVALID, f"Last-Event-ID: {last!r} is no event of this stream; give the id of one, or -1")
    start = int(last) + 1 if last else (await tenant.events.page(2**53, 1)).next
    return KeepAliveResponse(_frames(tenant, start), media_type=EVENTS, keepalive=b": heartbeat\n\n")


async def _frames(tenant: Tenant, start: int) -> AsyncGenerator[bytes]:
    async with tenant.runs.pubsub.subscribe(tenant.events.channel, tenant.index.channel) as news:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), _LOOK_AGAIN)
            news.clear()
            for frame in _changes(*news.take(tenant.index.channel)):
                yield frame
            page = await tenant.events.page(start)
            for frame in _frames_of(page):
                yield frame
            if page.events:
                start = page.next
                news.set()


def _frames_of(page: UserEventPage) -> list[bytes]:
    gone = [_frame(UserEventType.TRIMMED, {"dropped": page.dropped}, page.first - 1)] if page.dropped else []
    return [*gone, *(_frame(one.type, {**one.data, "at": one.at}, one.number) for one in page.events)]


def _changes(heard: Sequence[bytes], missed: bool) -> list[bytes]:
    """Return what is told of threads; it has no number, because it is not kept."""
    found = [{"thread_id": thread, "what": what} for what, thread in map(read_change, heard)]
    told = [*([{"thread_id": None, "what": None}] if missed else []), *found]
    return [b"event: thread.changed\ndata: %s\n\n" % to_json(each) for each in told]


def _frame(type: UserEventType, data: dict[str, object], number: int) -> bytes:
    return b"event: %s\ndata: %s\nid: %d\n\n" % (type.value.encode(), to_json(data), number)
