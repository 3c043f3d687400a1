"""The index of an owner's threads: metadata, dates and status of each, and the search over them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias
from urllib.parse import quote, unquote

from langgraph.types import Interrupt
from pydantic import Field

from dayloom.stores.checkpointer.commands import CopyPoint
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis.codec import Codec, member_of
from dayloom.stores.redis.connection import reaching
from dayloom.stores.redis.envelope import as_damaged
from dayloom.stores.redis.errors import Unreadable
from dayloom.stores.redis.keys import KeyKind, ThreadKeys, owner_key
from dayloom.stores.redis.round_trips import command, pairs, send, send_together, transact
from dayloom.stores.threads import index_lua as scripts
from dayloom.stores.threads.latest import interrupt_ids, validate_values
from dayloom.stores.threads.refusal import unknown_step
from dayloom.stores.threads.status import StatusDetails, ThreadStatus
from dayloom.stores.threads.step_effects import to_state
from state.errors import ThreadExists, UnknownThread
from state.ids import ASSISTANT_ID, GRAPH_ID, ThreadId
from state.run_status import unfinished
from state.schedule import Value

AT_ONCE: Final = 200
"""Threads whose standing is asked for in one trip."""
OF_RUNS: Final = {"graph_id": GRAPH_ID, "assistant_id": ASSISTANT_ID}
"""What the metadata of every thread with a run says, unless somebody noted otherwise: pages list threads by it."""

log = logging.getLogger(__name__)

Clock: TypeAlias = Callable[[], datetime]


class Note(Value):
    """What is kept about a thread beside the thread."""

    metadata: dict[str, Any] = Field(default_factory=dict[str, Any])
    created_at: datetime
    updated_at: datetime


class ThreadChange(StrEnum):
    """What has changed on a thread: its runs (one is new, or has ended), its draft, or what is noted about it."""

    RUN = "run"
    DRAFT = "draft"
    NOTE = "note"


def read_change(message: bytes) -> tuple[ThreadChange, ThreadId]:
    """Return what a message on the channel of an owner's threads tells, and of which thread."""
    what, _, thread = message.decode().partition(" ")
    return ThreadChange(what), ThreadId(unquote(thread))


def _told(what: ThreadChange, thread: ThreadId) -> str:
    """Return the message, with the thread as it is written in the names of its keys."""
    return f"{what} {quote(thread, safe='')}"


@dataclass(frozen=True)
class Thread:
    """One entry of the index; `updated_at` is the newest step, or a later note."""

    id: ThreadId
    metadata: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    details: StatusDetails

    @property
    def status(self) -> ThreadStatus:
        """How the thread stands."""
        return self.details.status


class SortBy(StrEnum):
    """What a search is ordered by."""

    THREAD_ID = "thread_id"
    STATUS = "status"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    STATE_UPDATED_AT = "state_updated_at"


@dataclass(frozen=True)
class Search:
    """Which threads are wanted: metadata is contained in theirs; no `ids` means all."""

    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    ids: Sequence[str] = ()
    status: ThreadStatus | None = None
    sort_by: SortBy = SortBy.UPDATED_AT
    ascending: bool = False


class ThreadIndex:
    """The threads of one owner, those of the command line too; raises StoreUnavailable and Damaged."""

    def __init__(self, checkpointer: RedisCheckpointer, *, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._checkpointer = checkpointer
        self._client = checkpointer.client
        self._owner = checkpointer.owner
        self._clock = clock
        self._book = owner_key(self._owner, KeyKind.BOOK)
        self._threads = owner_key(self._owner, KeyKind.THREADS)

    @property
    def channel(self) -> str:
        """What is published on when something has changed on a thread, for `read_change`."""
        return self._threads

    async def create(self, thread: ThreadId, metadata: Mapping[str, Any], *, or_take: bool = False) -> Thread:
        """Enter a new thread; raises ThreadExists unless a known one may be taken as it is."""
        now = self._clock()
        note = Note(metadata=dict(metadata), created_at=now, updated_at=now)
        words = (thread, self._seal(thread, note), _told(ThreadChange.NOTE, thread))
        reply = await send(self._client, scripts.ENTER([self._book, self._threads], *words))
        if reply[0] == b"entered":
            return _line(thread, note, StatusDetails())
        if not or_take:
            raise ThreadExists(f"there is a thread {thread!r} already; choose another id, or none")
        return await self.get(thread)

    async def get(self, thread: ThreadId) -> Thread:
        """Return one thread; raises UnknownThread."""
        keys = self._codec(thread).keys
        known, stored, standing = await send_together(
            self._client,
            command("SISMEMBER", self._threads, thread),
            command("HGET", self._book, thread),
            scripts.THREAD_STATUS([keys.of(kind) for kind in scripts.THREAD_STATUS_KEYS]),
        )
        if not known:
            raise _unknown(thread)
        return _line(thread, self._read(thread, stored), StatusDetails.read(standing))

    def interrupts(self, line: Thread) -> dict[str, list[Interrupt]]:
        """Return what a thread waits for, by LangGraph's ids of the tasks that asked; raises Damaged."""
        if line.details.broken or line.details.writes is None:
            return {}
        found: dict[str, list[Interrupt]] = {}
        for task, channel, value in self._codec(line.id).open_writes(line.details.member, line.details.writes):
            if channel == "__interrupt__":
                found.setdefault(task, []).extend(value if isinstance(value, Sequence) else [value])
        return found

    async def require(self, thread: ThreadId) -> None:
        """Raise UnknownThread when there is no such thread."""
        if not await send(self._client, command("SISMEMBER", self._threads, thread)):
            raise _unknown(thread)

    async def has_begun(self, thread: ThreadId) -> bool:
        """Tell whether anything was ever committed on a thread; raises UnknownThread when there is no such thread."""
        known, begun = await send_together(
            self._client,
            command("SISMEMBER", self._threads, thread),
            command("EXISTS", self._codec(thread).keys.of(KeyKind.INDEX)),
        )
        if not known:
            raise _unknown(thread)
        return bool(begun)

    async def patch(self, thread: ThreadId, metadata: Mapping[str, Any]) -> Thread:
        """Merge metadata into that of the thread, key by key; raises UnknownThread."""
        while True:
            stored = await self._load(thread)
            now = self._clock()
            note = self._read(thread, stored) or Note(created_at=now, updated_at=now)
            after = note.model_copy(update={"metadata": {**note.metadata, **metadata}, "updated_at": now})
            words = (thread, stored or b"", self._seal(thread, after), _told(ThreadChange.NOTE, thread))
            if await send(self._client, scripts.REPLACE([self._book, self._threads], *words)):
                return await self.get(thread)

    async def delete(self, thread: ThreadId) -> None:
        """Delete everything that is kept about a thread; raises UnknownThread. A run of it can commit nothing more."""
        await self.require(thread)
        await self._checkpointer.adelete_thread(thread)
        await send_together(
            self._client,
            command("HDEL", self._book, thread),
            command("PUBLISH", self.channel, _told(ThreadChange.NOTE, thread)),
        )

    async def copy(self, source: ThreadId, target: ThreadId, checkpoint: str | None = None) -> Thread:
        """Copy a thread with its history, or that up to a step; an open card can be answered in both.

        Raises UnknownThread and UnknownStep.
        """
        note = await self._note(source)
        until = await self._copy_point(source, checkpoint) if checkpoint else None
        await self.create(target, note.metadata if note else {})
        await self._checkpointer.acopy_thread(source, target, until=until)
        return await self.get(target)

    async def _copy_point(self, thread: ThreadId, checkpoint: str) -> CopyPoint:
        config = self._codec(thread).config("", checkpoint)
        with as_damaged(thread):
            found = await self._checkpointer.aget_tuple(config)
            if found is None:
                raise unknown_step(thread, checkpoint)
            state = to_state(validate_values(thread, found.checkpoint["channel_values"]))
        waits = interrupt_ids(found.pending_writes or ())
        card = state.interrupt.id.encode() if state.interrupt and waits else b""
        return CopyPoint(member_of("", checkpoint), card, unfinished(state))

    async def search(self, wanted: Search) -> list[Thread]:
        """Return every thread that is wanted, in order."""
        threads, notes = await self._all()
        found = {ThreadId(each.decode()): notes.get(each) for each in threads}
        noted = {thread: self._readable(thread, stored) for thread, stored in found.items()}
        chosen = [thread for thread, note in noted.items() if _fits(thread, note, wanted)]
        lines = [
            _line(thread, noted[thread], standing)
            for thread, standing in zip(chosen, await self._details(chosen), strict=True)
        ]
        kept = [line for line in lines if wanted.status in (None, line.status) and _holds(line, wanted)]
        return sorted(kept, key=lambda line: (_key(line, wanted.sort_by), line.id), reverse=not wanted.ascending)

    async def status(self, thread: ThreadId) -> StatusDetails:
        """Return how a thread stands, known or not."""
        [standing] = await self._details([thread])
        return standing

    async def _details(self, threads: Sequence[ThreadId]) -> list[StatusDetails]:
        parts = [threads[at : at + AT_ONCE] for at in range(0, len(threads), AT_ONCE)]
        found = await asyncio.gather(*(self._some_details(part) for part in parts))
        return [standing for part in found for standing in part]

    async def _some_details(self, threads: Sequence[ThreadId]) -> list[StatusDetails]:
        """Ask for threads that lie in different slots: one trip, no transaction."""
        with reaching(self._client):
            async with self._client.pipeline(transaction=False) as pipe:
                pipe.execute_command("SCRIPT LOAD", scripts.THREAD_STATUS.source)
                for thread in threads:
                    keys = ThreadKeys(self._owner, thread)
                    pipe.execute_command(
                        *scripts.THREAD_STATUS([keys.of(kind) for kind in scripts.THREAD_STATUS_KEYS]).by_digest
                    )
                _, *replies = await pipe.execute()
        return [StatusDetails.read(reply) for reply in replies]

    async def _note(self, thread: ThreadId) -> Note | None:
        return self._read(thread, await self._load(thread))

    async def _load(self, thread: ThreadId) -> bytes | None:
        known, stored = await transact(
            self._client, command("SISMEMBER", self._threads, thread), command("HGET", self._book, thread)
        )
        if not known:
            raise _unknown(thread)
        return stored

    async def _all(self) -> tuple[list[bytes], dict[bytes, bytes]]:
        read = (command("SMEMBERS", self._threads), command("HGETALL", self._book))
        threads, notes = await transact(self._client, *read)
        return sorted(threads), pairs(notes)

    def _codec(self, thread: ThreadId) -> Codec:
        return Codec(ThreadKeys(self._owner, thread), self._checkpointer.serde)

    def _seal(self, thread: ThreadId, note: Note) -> bytes:
        return self._codec(thread).seal(KeyKind.BOOK, b"", note)

    def _read(self, thread: ThreadId, stored: bytes | None) -> Note | None:
        return Note.model_validate(self._codec(thread).open(KeyKind.BOOK, b"", stored)) if stored else None

    def _readable(self, thread: ThreadId, stored: bytes | None) -> Note | None:
        """Return the note; none when it cannot be read, so that a list of threads does not fail for one of them."""
        try:
            return self._read(thread, stored)
        except Unreadable as damage:
            log.warning("a thread is listed without its note: %s", damage)
            return None


def _line(thread: ThreadId, note: Note | None, details: StatusDetails) -> Thread:
    first = note.created_at if note else details.oldest
    times = [time for time in (note.updated_at if note else None, details.newest, first) if time is not None]
    epoch = datetime.fromtimestamp(0, UTC)
    metadata = {**(OF_RUNS if details.has_run else {}), **(note.metadata if note else {})}
    return Thread(thread, metadata, first or epoch, max(times, default=epoch), details)


def _fits(thread: ThreadId, note: Note | None, wanted: Search) -> bool:
    if wanted.ids and thread not in wanted.ids:
        return False
    return contains({**OF_RUNS, **(note.metadata if note else {})}, wanted.metadata)


def _holds(line: Thread, wanted: Search) -> bool:
    return contains(line.metadata, wanted.metadata)


def contains(whole: Any, part: Any) -> bool:
    """Tell whether one piece of JSON holds another: objects key by key, lists item by item in any order."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(
            name in whole and contains(whole[name], wanted) for name, wanted in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(contains(item, wanted) for item in whole) for wanted in part)
    return bool(whole == part)


def _key(line: Thread, by: SortBy) -> Any:
    match by:
        case SortBy.THREAD_ID:
            return line.id
        case SortBy.STATUS:
            return line.status.value
        case SortBy.CREATED_AT:
            return line.created_at
        case SortBy.STATE_UPDATED_AT:
            return line.details.newest or line.updated_at
        case SortBy.UPDATED_AT:
            return line.updated_at


def _unknown(thread: ThreadId) -> UnknownThread:
    return UnknownThread(f"there is no thread {thread!r}")
