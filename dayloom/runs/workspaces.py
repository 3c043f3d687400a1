"""Which threads have work, and which workspace each has locked: known to every process, and mended after a crash."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from dayloom.stores.owner import workspace_lua as scripts
from dayloom.stores.redis.connection import AsyncRedis, reaching
from dayloom.stores.redis.keys import ACTIVE, KeyKind, OwnerKeys, ThreadKeys
from dayloom.stores.redis.round_trips import Command, command, pairs, send, send_repeatedly, send_together
from dayloom.stores.threads.store import RedisThreads
from state.errors import WorkspaceBusy
from state.ids import RunId, ThreadId

BETWEEN: Final = 5.0
"""Seconds within which a locked workspace gets its run, or nobody is coming."""


_WAITS: Final = " waits"
"""The end of the note on a thread whose work begins when its workspace is free."""


@dataclass(frozen=True)
class WorkspaceLock:
    """A workspace locked for a run that is about to be accepted.

    `commit` is the commit to the calendar that the thread has yet to follow, None when there is none.
    """

    thread: ThreadId
    note: str
    commit: str | None


class WorkspaceLocks:
    """One user's locks. A lock reads `<thread or workspace> <milliseconds> <run>`: each is told from the next."""

    def __init__(self, client: AsyncRedis, user: str, threads: RedisThreads) -> None:
        self._client = client
        self._keys = OwnerKeys(user)
        self._threads = threads

    async def take(self, thread: ThreadId, workspace: str, run: RunId, *, enters: bool = False) -> WorkspaceLock:
        """Lock a workspace (empty for none) for a run of this thread, which with `enters` is one of the user's then.

        Raises WorkspaceBusy while a run of another thread is at work in it.
        """
        mark = f"{time.time_ns() // 1_000_000} {quote(run, safe='')}"
        lock, before = f"{quote(thread, safe='')} {mark}", ""
        while True:
            # Only the lock that was looked at is replaced; one that came meanwhile is looked at in turn.
            words = {"thread": thread, "workspace": workspace, "lock": lock, "replacing": before, "enters": int(enters)}
            kind, found = await send_repeatedly(self._client, scripts.LOCK.on(self._keys, words))
            if kind == b"taken":
                return WorkspaceLock(thread, f"{quote(workspace, safe='')} {mark}", found and found.decode())
            before = found.decode()
            holder, at, run_there = map(unquote, before.split(" "))
            if holder != thread and await self._needed(ThreadId(holder), RunId(run_there), int(at)):
                raise WorkspaceBusy(
                    f"a run is at work on thread {holder!r} of workspace {workspace!r}; wait for its end, or cancel it"
                )

    async def note_work(self, lock: WorkspaceLock) -> None:
        """Note that the thread has work, so that whoever is alive finds it there."""
        await send(self._client, command("HSET", ACTIVE, self._field(lock.thread), lock.note))

    async def wait(self, thread: ThreadId, workspace: str, run: RunId) -> None:
        """Note that the thread has work once a workspace is free, for whoever lets that go."""
        note = f"{quote(workspace, safe='')} {time.time_ns() // 1_000_000} {quote(run, safe='')}{_WAITS}"
        await send(self._client, command("HSET", ACTIVE, self._field(thread), note))
        owned = self._keys.of
        await send(self._client, command("SADD", owned(KeyKind.THREADS), thread))
        await send(self._client, command("HSET", owned(KeyKind.WORKSPACES), f"\0{thread}", workspace))

    async def waiting(self, note: str) -> list[ThreadId]:
        """Return the threads that wait for the workspace of a note."""
        workspace = unquote(note.partition(" ")[0])
        found = await send(self._client, command("HGETALL", self._keys.of(KeyKind.WORKSPACES))) if workspace else []
        waits = {name.decode(): wanted.decode() for name, wanted in pairs(found).items()}
        return [ThreadId(name[1:]) for name, wanted in waits.items() if name[0] == "\0" and wanted == workspace]

    async def work_note(self, thread: ThreadId, *beside: Command) -> tuple[str | None, list[Any]]:
        """Return the note that the thread has work, None when there is none, and the replies to commands sent along."""
        found, *replies = await send_together(self._client, command("HGET", ACTIVE, self._field(thread)), *beside)
        return (found.decode() if found else None), replies

    async def release(self, thread: ThreadId, note: str) -> bool:
        """Let workspace and thread go; False when a run has locked it since the note was read.

        What was locked for a run that is about to be accepted stays: who looks in between finds no work yet. The note
        goes last: while it is there, whoever dies here is followed by another who tries again.
        """
        workspace, mark = note.split(" ", 1)
        at, run = mark.split(" ")
        if _recent(int(at)) and await self._threads.run_status(thread, RunId(unquote(run))) is None:
            return True
        if workspace:
            lock = f"{quote(thread, safe='')} {mark}"
            await send(self._client, scripts.UNLOCK([self._keys.of(KeyKind.WORKSPACES)], unquote(workspace), lock))
        return bool(await send(self._client, scripts.UNLOCK([ACTIVE], self._field(thread), note)))

    def _field(self, thread: ThreadId) -> str:
        return f"{quote(self._keys.owner, safe='')}/{quote(thread, safe='')}"

    async def _needed(self, thread: ThreadId, run: RunId, at: int) -> bool:
        """Tell whether a lock still has, or is about to get, its run."""
        if _recent(at) and await self._threads.run_status(thread, run) is None:
            return True
        # A thread that itself waits for another workspace keeps none: two threads would wait for each other.
        waits = command("HEXISTS", self._keys.of(KeyKind.WORKSPACES), f"\0{thread}")
        if await send(self._client, waits) and not await self._threads.held(thread):
            return False
        return (await self._threads.status(thread)).busy


def read_wait(note: str) -> tuple[str, RunId] | None:
    """Return the workspace that a noted thread waits for, and its run; None when it waits for none."""
    if not note.endswith(_WAITS):
        return None
    workspace, _, run, _ = note.split(" ")
    return unquote(workspace), RunId(unquote(run))


async def unattended_threads(client: AsyncRedis) -> list[tuple[str, ThreadId]]:
    """Return user and thread of every thread, of all users, that may have work while nobody is at it."""
    notes = pairs(await send(client, command("HGETALL", ACTIVE)))
    fields = [field.decode().split("/") for field in notes]
    found = [(unquote(user), ThreadId(unquote(thread))) for user, thread in fields]
    with reaching(client):
        async with client.pipeline(transaction=False) as pipe:
            for user, thread in found:
                pipe.exists(ThreadKeys(user, thread).of(KeyKind.LEASE))
            held = await pipe.execute()
    return [each for each, taken in zip(found, held, strict=True) if not taken]


def _recent(milliseconds: int) -> bool:
    return time.time() - milliseconds / 1000 < BETWEEN
