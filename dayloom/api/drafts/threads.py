"""Route: the conversations, as a person finds theirs in a list."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.responses import problems
from dayloom.stores.threads.index import Search, Thread
from dayloom.stores.threads.status import ThreadStatus

router = APIRouter(tags=["threads"])

_TITLE: Final = 120


class ThreadLine(BaseModel):
    """A conversation: its title is what its metadata say, or else how it begins; None while nothing was said.

    It `waits` while a card or a question is open.
    """

    thread_id: str
    title: str | None = Field(examples=["Plan my week, keep Friday evening free"])
    status: ThreadStatus
    waits: bool
    created_at: datetime
    updated_at: datetime
    metadata: dict[str, Any]


class ThreadList(BaseModel):
    """Conversations, the one that changed last first; `total` counts all of them."""

    threads: list[ThreadLine]
    total: int


@router.get("/threads", responses=problems())
async def list_(
    tenant: CurrentTenant,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
    status: ThreadStatus | None = None,
) -> ThreadList:
    """List conversations with title, time and status, without reading any of their states."""
    found = await tenant.index.search(Search(status=status))
    page = found[offset : offset + limit]
    words = await tenant.threads.first_words([line.id for line in page])
    return ThreadList(threads=[_line(*pair) for pair in zip(page, words, strict=True)], total=len(found))


def _line(thread: Thread, said: str | None) -> ThreadLine:
    named = thread.metadata.get("title")
    title = " ".join(str(named or said or "").split())
    return ThreadLine(
        thread_id=thread.id,
        title=(title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…") or None,
        status=thread.status,
        waits=thread.details.waits,
        created_at=thread.created_at,
        updated_at=thread.updated_at,
        metadata=dict(thread.metadata),
    )
