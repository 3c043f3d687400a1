"""What a child process does: apply a draft, or take it back, through a proxy that may strike it down."""

from __future__ import annotations

import asyncio

from dayloom.runs.commits import Commits
from dayloom.stores.calendar_book import CalendarBook
from dayloom.stores.checkpoints import RedisCheckpointer
from dayloom.stores.connection import AsyncRedis, connect
from dayloom.stores.terms import Terms
from dayloom.stores.threads import RedisThreads
from graph.build import build
from state.ids import ThreadId


def commits_on(client: AsyncRedis) -> Commits:
    """Return what applies drafts of the local user."""
    threads = RedisThreads(RedisCheckpointer(client), terms=Terms(watch=60))
    return Commits(threads, build(), CalendarBook(client))


def commit(*, url: str, thread: str, key: str, act: str, version: int) -> None:
    """Apply or undo once."""
    asyncio.run(_commit(url, ThreadId(thread), key, act, version))


async def _commit(url: str, thread: ThreadId, key: str, act: str, version: int) -> None:
    async with connect(url) as client:
        commits = commits_on(client)
        await (commits.apply if act == "apply" else commits.undo)(thread, key=key, version=version)
