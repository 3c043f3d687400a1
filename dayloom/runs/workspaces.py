"""Which threads have work, and which workspace each has locked: known to every process, and mended after a crash."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import quote, unquote

from dayloom.stores.redis.compare_and_set import AtomicHash
from dayloom.stores.redis.connection import AsyncRedis, reaching
from dayloom.stores.redis.keys import ACTIVE, KeyKind, ThreadKeys, owner_key
from dayloom.stores.threads.store import RedisThreads
from state.errors import WorkspaceBusy
from state.ids import RunId, ThreadId

BETWEEN: Final = 5.0
"""Seconds within which a locked workspace gets its run, or nobody is coming."""


class WorkspaceLocks:
    """One user's locks. A lock reads `<thread or workspace> <milliseconds> <run>`: each is told from the next."""

    def __init__(self, client: AsyncRedis, user: str, threads: RedisThreads) -> None:
        self._user = user
        self._threads = threads
        self._active = AtomicHash(client, ACTIVE)
        self._workspaces = AtomicHash(client, owner_key(user, KeyKind.WORKSPACES))

    async def take(self, thread: ThreadId, workspace: str, run: RunId) -> None:
        """Lock a workspace (empty for none) for a run of this thread, and note that the thread has work.

        Raises WorkspaceBusy while a run of another thread is at work in it.
        """
        mark = f"{time.time_ns() // 1_000_000} {quote(run, safe='')}"
        if workspace:
            await self._lock(thread, workspace, mark)
        await self._active.set(_field(self._user, thread), f"{quote(workspace, safe='')} {mark}")

    async def work_note(self, thread: ThreadId) -> str | None:
        """Return the note that the thread has work, as it stands; None when there is none."""
        return await self._active.get(_field(self._user, thread))

    async def release(self, thread: ThreadId, note: str) -> bool:
        """Let workspace and thread go; False when a run has locked it since the note was read."""
        workspace, mark = note.split(" ", 1)
        if not await self._active.compare_and_delete(_field(self._user, thread), note):
            return False
        if workspace:
            await self._workspaces.compare_and_delete(unquote(workspace), f"{quote(thread, safe='')} {mark}")
        return True

    async def _lock(self, thread: ThreadId, workspace: str, mark: str) -> None:
        mine, before = f"{quote(thread, safe='')} {mark}", ""
        while (found := await self._workspaces.compare_and_set(workspace, mine, replacing=before)) != mine:
            holder, at, run = map(unquote, found.split(" "))
            if holder != thread and await self._needed(ThreadId(holder), RunId(run), int(at)):
                raise WorkspaceBusy(
                    f"a run is at work on thread {holder!r} of workspace {workspace!r}; wait for its end, or cancel it"
                )
            before = found

    async def _needed(self, thread: ThreadId, run: RunId, at: int) -> bool:
        """Tell whether a lock still has, or is about to get, its run."""
        if _recent(at) and await self._threads.run_status(thread, run) is None:
            return True
        return (await self._threads.status(thread)).busy


async def unattended(client: AsyncRedis) -> list[tuple[str, ThreadId]]:
    """Return user and thread of every thread, of all users, that may have work while nobody is at it."""
    fields = [field.split("/") for field in await AtomicHash(client, ACTIVE).all()]
    found = [(unquote(user), ThreadId(unquote(thread))) for user, thread in fields]
    with reaching(client):
        async with client.pipeline(transaction=False) as pipe:
            for user, thread in found:
                pipe.exists(ThreadKeys(user, thread).of(KeyKind.LEASE))
            held = await pipe.execute()
    return [each for each, taken in zip(found, held, strict=True) if not taken]


def _field(user: str, thread: ThreadId) -> str:
    return f"{quote(user, safe='')}/{quote(thread, safe='')}"


def _recent(milliseconds: int) -> bool:
    return time.time() - milliseconds / 1000 < BETWEEN
