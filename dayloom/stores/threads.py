"""Threads on a Redis server: opened by one run at a time, read by anybody."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import TypeAdapter

from dayloom.stores import run_scripts as scripts
from dayloom.stores.audit import Chain, verified
from dayloom.stores.checkpoints import RedisCheckpointer
from dayloom.stores.connection import AsyncRedis
from dayloom.stores.errors import StoreUnavailable
from dayloom.stores.head import Head, checked
from dayloom.stores.keys import Kind, ThreadKeys, owner_key
from dayloom.stores.records import Pages
from dayloom.stores.run_saver import RunSaver
from dayloom.stores.seal import shaped
from dayloom.stores.session import RunSession
from dayloom.stores.shelf import Shelf
from dayloom.stores.step import typed
from dayloom.stores.terms import Terms
from dayloom.stores.trips import Call, Talk, command, pairs, talk
from dayloom.stores.wire import listed, said
from state.common import CommonState
from state.errors import Refused, Stopped, ThreadBusy
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.ports import Accepted, Told
from state.transcript import Entry

REMEMBERED: Final = 64
"""Threads whose newest step stays in memory between two runs of this process."""
_POLL: Final = 0.1
_ENTRIES: Final[TypeAdapter[tuple[Entry, ...]]] = TypeAdapter(tuple[Entry, ...])


class RedisThreads:
    """Keeps the threads of one owner; `by` is who the audit log says has acted."""

    def __init__(self, checkpointer: RedisCheckpointer, *, terms: Terms | None = None, by: str | None = None) -> None:
        self.checkpointer = checkpointer
        self.client: AsyncRedis = checkpointer.client
        self.owner = checkpointer.owner
        self.terms = terms or Terms()
        self.by = by or self.owner
        self._remembered: OrderedDict[str, tuple[Head, Shelf]] = OrderedDict()

    @asynccontextmanager
    async def open(self, thread: ThreadId, run: RunId) -> AsyncGenerator[RunSession]:
        """Hold a thread for one run; raises ThreadBusy, Damaged and StoreUnavailable."""
        pages = self._pages(thread)
        token = f"{run}/{secrets.token_hex(8)}"
        session = RunSession(self.client, pages, run=run, token=token, terms=self.terms, by=self.by)
        session.saver = RunSaver(session, self.checkpointer)
        try:
            await self._opened(session)
            async with _watched(session):
                yield session
        except Refused:
            await _let_go(session)
            self._remember(thread, session)
            raise
        except BaseException:
            await _let_go(session)
            raise
        await _let_go(session)
        self._remember(thread, session)

    async def accept(self, thread: ThreadId, accepted: Accepted) -> bool:
        """Keep a message until its run takes it up; False when this run's message was accepted before."""
        pages = self._pages(thread)
        stored = pages.sealed(Kind.INBOX, accepted.run.encode(), accepted)
        await talk(self.client, _one(command("SADD", owner_key(self.owner, Kind.THREADS), thread)))
        return bool(await said(self.client, pages.keys, scripts.ACCEPT, accepted.run, stored))

    async def state(self, thread: ThreadId) -> CommonState | None:
        """Return the thread as it stands; None when there is none. Raises Damaged and StoreUnavailable."""
        with shaped(thread):
            found = await self.checkpointer.aget_tuple({"configurable": {"thread_id": thread, "checkpoint_ns": ""}})
            return typed(checked(thread, found.checkpoint["channel_values"])) if found else None

    async def told(self, thread: ThreadId) -> tuple[Told, ...]:
        """Return the whole conversation, oldest first; raises Damaged and StoreUnavailable."""
        pages = self._pages(thread)
        [lines] = await talk(self.client, _one(command("LRANGE", pages.keys.of(Kind.TRANSCRIPT), 0, -1)))
        with shaped(thread):
            return tuple(_told(pages.opened(Kind.TRANSCRIPT, b"", each)) for each in lines)

    async def events(self, thread: ThreadId, run: RunId, *, after: int = 0) -> list[tuple[int, Event]]:
        """Return the run's durable events with their numbers, from `after` + 1 on."""
        pages = self._pages(thread)
        start, batches = await talk(self.client, _events(pages.keys, run))
        found: list[tuple[int, Event]] = []
        for name, fields in batches:
            if fields[b"run"] != run.encode():
                continue
            first = int(name.partition(b"-")[0]) - start + 1
            batch = pages.opened(Kind.EVENTS, run.encode(), fields[b"batch"])
            found += [(first + at, Event(type=EventType(kind), data=data)) for at, (kind, data) in enumerate(batch)]
        return [(number, event) for number, event in found if number > after]

    async def run_status(self, thread: ThreadId, run: RunId) -> str | None:
        """Return how a run stands: `running`, or how it ended; None when it is unknown."""
        keys = self._pages(thread).keys
        [found] = await talk(self.client, _one(command("HGET", keys.of(Kind.RUNS), run)))
        return found.decode().partition(":")[2] if found else None

    async def audit(self, thread: ThreadId) -> list[dict[str, Any]]:
        """Return the audit log; raises Damaged when a line of it was changed, moved or removed."""
        keys = self._pages(thread).keys
        trip = [command("LRANGE", keys.of(Kind.AUDIT), 0, -1), command("HGET", keys.of(Kind.HEAD), "audit")]
        lines, newest = await talk(self.client, _one(*trip))
        return verified(thread, lines, Chain.read(newest))

    async def cancel(self, thread: ThreadId) -> bool:
        """Cancel the thread's run or open card; False when there is none, so that its end stands."""
        pages, operation = self._pages(thread), secrets.token_hex(8)
        while True:
            head = pages.keys.of(Kind.HEAD)
            [[newest, run]] = await talk(self.client, _one(command("HMGET", head, "audit", "run")))
            before, name = Chain.read(newest), (run or b"").decode()
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            after, lines = before.extended([{"at": at, "run": name, "by": self.by, "what": "cancel"}])
            ending = [[EventType.RUN_CANCELLED, {}]]
            batch = pages.sealed(Kind.EVENTS, name.encode(), ending)
            words = (operation, batch, 1, bytes(before), bytes(after), *listed(lines))
            answer = (await said(self.client, pages.keys, scripts.CANCEL, *words)).decode()
            if answer != "audit moved on":
                return answer == "applied"

    async def _opened(self, session: RunSession) -> None:
        thread = session.pages.keys.thread
        known = self._remembered.pop(thread, None)
        reply = await self._asked(session, known)
        with shaped(thread):
            session.take(reply, known)
        if session.head is None:
            await talk(self.client, _one(command("SADD", owner_key(self.owner, Kind.THREADS), thread)))

    async def _asked(self, session: RunSession, known: tuple[Head, Shelf] | None) -> Any:
        keys, lease = session.pages.keys, int(self.terms.lease * 1000)
        member = known[0].member if known else b""
        deadline = time.monotonic() + self.terms.patience
        while True:
            reply = await said(self.client, keys, scripts.OPEN, session.token, lease, session.run, member)
            if reply[0] != b"held":
                return reply
            if time.monotonic() >= deadline:
                holder = reply[1].decode().partition("/")[0]
                raise ThreadBusy(f"run {holder} is at work on thread {keys.thread!r}; wait for its end, or cancel it")
            await asyncio.sleep(_POLL)

    def _remember(self, thread: ThreadId, session: RunSession) -> None:
        if session.head is None:
            return
        self._remembered[thread] = (session.head, session.shelf)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)

    def _pages(self, thread: str) -> Pages:
        return Pages(ThreadKeys(self.owner, str(thread)), self.checkpointer.serde)


@asynccontextmanager
async def _watched(session: RunSession) -> AsyncGenerator[None]:
    """Renew the lease meanwhile, and stop the work as soon as the run was cancelled or succeeded by another."""
    working = asyncio.current_task()
    assert working is not None, "a session is opened by a task"
    stopped: list[Stopped] = []

    async def watch() -> None:
        while not session.ended:
            await asyncio.sleep(session.terms.watch)
            try:
                await session.renew()
            except Stopped as why:
                stopped.append(why)
                working.cancel()
                return
            except StoreUnavailable:
                continue

    watcher = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if stopped and working.uncancel() == 0:
            raise stopped[0] from None
        raise
    finally:
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher


async def _let_go(session: RunSession) -> None:
    """Release the thread; when the server does not answer, the lease runs out by itself."""
    with suppress(StoreUnavailable):
        await session.release()


def _one(*trip: Call) -> Talk[list[Any]]:
    replies = yield trip
    return replies


def _events(keys: ThreadKeys, run: RunId) -> Talk[tuple[int, list[Any]]]:
    """Return the number of the run's first event in the thread, and the batches from there on."""
    [found] = yield [command("HGET", keys.of(Kind.RUNS), run)]
    if found is None:
        return 0, []
    first = int(found.partition(b":")[0])
    [batches] = yield [command("XRANGE", keys.of(Kind.EVENTS), str(first), "+")]
    return first, [(name, pairs(fields)) for name, fields in batches]


def _told(line: Any) -> Told:
    at, run, checkpoint, entries = line
    return Told(datetime.fromisoformat(at), RunId(run), checkpoint, _ENTRIES.validate_python(entries))
