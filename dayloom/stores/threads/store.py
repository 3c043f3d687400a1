"""Threads on a Redis server: opened by one run at a time, read by anybody."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final, cast

from anyio import CancelScope
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple, get_checkpoint_id
from pydantic import TypeAdapter, ValidationError

from dayloom.stores.checkpointer import commands
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis.codec import Codec, member_of
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.envelope import as_damaged
from dayloom.stores.redis.errors import Damaged, StoreUnavailable, Unreadable
from dayloom.stores.redis.keys import KeyKind, ThreadKeys, owner_key
from dayloom.stores.redis.round_trips import Argument, command, pairs, run_script, send, send_together, transact
from dayloom.stores.threads import lua as scripts
from dayloom.stores.threads.audit import Chain, verify
from dayloom.stores.threads.cancel import cancel_run
from dayloom.stores.threads.durations import Durations
from dayloom.stores.threads.event_log import AT_ONCE, Page, page, parse_run_status
from dayloom.stores.threads.index_lua import THREAD_STATUS, THREAD_STATUS_KEYS
from dayloom.stores.threads.latest import LatestCheckpoint, interrupt_ids, validate_values
from dayloom.stores.threads.run_lock import RedisRunLock
from dayloom.stores.threads.run_saver import RunSaver
from dayloom.stores.threads.staging import Staged, batch
from dayloom.stores.threads.status import StatusDetails
from dayloom.stores.threads.step_effects import to_state
from dayloom.stores.threads.value_cache import ValueCache
from graph.open_card import not_open
from state.common import CommonState
from state.errors import Refused, Stopped, ThreadBusy, UnknownRun
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.interrupt import Interrupt
from state.ports import Accepted, TranscriptStep
from state.run_status import RunStatus
from state.transcript import Feedback, Message, Told

REMEMBERED: Final = 64
"""Threads whose newest step stays in memory between two runs of this process."""
MAX_STEPS: Final = 256
"""Steps committed by this process that stay in memory for those who follow them."""
MAX_REQUESTS: Final = 1024
"""Requests that stay read: a page that polls the runs of a thread asks for the same ones again and again."""
_POLL: Final = 0.1
_FIRST_STEPS: Final = 3
"""Among so many of the first steps of a thread its person has said something, or nothing at all."""
_NO_CARD: Final[dict[str, Argument]] = {"card": "", "member": b"", "asker": ""}
log = logging.getLogger(__name__)
_ENTRIES: Final[TypeAdapter[tuple[Told, ...]]] = TypeAdapter(tuple[Told, ...])


class RedisThreads:
    """Keeps the threads of one owner; `by` is who the audit log says has acted."""

    def __init__(
        self, checkpointer: RedisCheckpointer, *, durations: Durations | None = None, by: str | None = None
    ) -> None:
        self.checkpointer = checkpointer
        self.client: AsyncRedis = checkpointer.client
        self.owner = checkpointer.owner
        self.durations = durations or Durations()
        self.by = by or self.owner
        self._remembered: OrderedDict[str, tuple[LatestCheckpoint, ValueCache]] = OrderedDict()
        self._requests: OrderedDict[tuple[str, bytes, bytes], Accepted] = OrderedDict()
        self._committed: OrderedDict[tuple[str, bytes], LatestCheckpoint] = OrderedDict()

    @asynccontextmanager
    async def open(self, thread: ThreadId, run: RunId | None) -> AsyncGenerator[RedisRunLock]:
        """Hold a thread for one run, by default the one that is due.

        Raises ThreadBusy, Damaged and StoreUnavailable.
        """
        codec = self._codec(thread)
        named = run or RunId("")
        token = f"{named}/{secrets.token_hex(8)}"
        lock = RedisRunLock(self.client, codec, run=named, token=token, durations=self.durations, by=self.by)
        lock.saver = RunSaver(lock, self.checkpointer)
        lock.on_commit = self._keep_step
        try:
            await self._take_lock(lock)
            async with _watch_lease(lock):
                yield lock
        except Refused:
            await _release(lock)
            self._remember(thread, lock)
            raise
        except BaseException:
            await _release(lock)
            raise
        await _release(lock)
        self._remember(thread, lock)

    async def accept(self, thread: ThreadId, accepted: Accepted, *, behind: bool = False) -> bool:
        """Keep a request until its run takes it up; False when it was accepted before.

        The thread is one of the owner's already (`WorkspaceLocks.take`). Raises ThreadBusy unless it may wait `behind`
        what is at work, and StaleAnswer when the card is not open.
        """
        codec, run = self._codec(thread), accepted.run
        slim = accepted.model_copy(update={"schedule": None})
        staged = Staged()
        staged.note(Event(type=EventType.RUN_CREATED, data={"run_id": run}))
        answer, *why = await run_script(
            self.client,
            codec.keys,
            scripts.ACCEPT,
            run=run,
            request=codec.seal(KeyKind.INBOX, run.encode(), accepted),
            slim=codec.seal(KeyKind.REQUESTS, run.encode(), slim),
            card="" if accepted.answer is None else accepted.card or "*",
            behind=int(behind),
            telling=batch(codec, run, staged.take(), self.durations.events, first=0),
        )
        if answer == b"busy":
            raise ThreadBusy(f"run {why[0].decode()} is at work on thread {thread!r}; wait for its end, or cancel it")
        if answer == b"stale":
            if why[0] not in scripts.CARD_STATUSES:
                raise Damaged(f"Thread {thread}: what is kept about its card is not what was written.")
            raise not_open(thread, accepted.card, why[0].decode())
        return answer == b"taken"

    async def state(self, thread: ThreadId) -> CommonState | None:
        """Return the thread as it stands; None when there is none. Raises Damaged and StoreUnavailable."""
        found = await self._step(thread)
        return found[1] if found else None

    async def state_at(self, thread: ThreadId, checkpoint: str) -> CommonState | None:
        """Return the thread as a step has left it; None when the step is not there. Raises as `state`."""
        found = await self._step(thread, checkpoint)
        return found[1] if found else None

    async def open_card(self, thread: ThreadId) -> tuple[Interrupt | None, tuple[str, ...]]:
        """Return the card that was opened last and not answered, and what LangGraph calls it; raises as `state`."""
        found, state = await self._step(thread) or (None, None)
        return (state.interrupt if state else None), interrupt_ids((found and found.pending_writes) or ())

    async def _step(self, thread: ThreadId, checkpoint: str = "") -> tuple[CheckpointTuple, CommonState] | None:
        """Return a step, the newest unless one is named."""
        at = {"checkpoint_id": checkpoint} if checkpoint else {}
        with as_damaged(thread):
            found = await self.checkpointer.aget_tuple(
                {"configurable": {"thread_id": thread, "checkpoint_ns": "", **at}}
            )
            if found is None:
                return None
            state = to_state(validate_values(thread, found.checkpoint["channel_values"]))
        return found, state

    def committed(self, thread: ThreadId, checkpoint: str) -> LatestCheckpoint | None:
        """Return a step, without what it waits for, if this process has committed it of late."""
        return self._committed.get((thread, member_of("", checkpoint)))

    async def transcript(self, thread: ThreadId) -> tuple[TranscriptStep, ...]:
        """Return the whole conversation, oldest first; raises Damaged and StoreUnavailable."""
        codec = self._codec(thread)
        lines = await send(self.client, command("LRANGE", codec.keys.of(KeyKind.TRANSCRIPT), 0, -1))
        with as_damaged(thread):
            told = tuple(_read_line(codec.open(KeyKind.TRANSCRIPT, b"", each)) for each in lines)
        if not all(_in_order(earlier, later) for earlier, later in pairwise(told)):
            raise Damaged(f"Thread {thread}: the lines of its transcript are not in the order they were written in.")
        return told

    async def first_words(self, threads: Sequence[ThreadId]) -> list[str | None]:
        """Return what the person said first on each thread, in one trip; None where nothing was, or cannot be read."""
        codecs = [self._codec(thread) for thread in threads]
        begun = [command("LRANGE", codec.keys.of(KeyKind.TRANSCRIPT), 0, _FIRST_STEPS - 1) for codec in codecs]
        found = await send_together(self.client, *begun) if begun else []
        return [_first_words(codec, lines) for codec, lines in zip(codecs, found, strict=True)]

    async def append(self, thread: ThreadId, run: RunId, said: Feedback, behind: Sequence[TranscriptStep]) -> bool:
        """Add what was said of a run to the transcript, whoever is at work; `behind` is the transcript as it was read.

        False when it has grown since. Raises UnknownRun.
        """
        codec, step = self._codec(thread), behind[-1].checkpoint if behind else ""
        line = codec.seal(KeyKind.TRANSCRIPT, b"", [datetime.now(UTC).isoformat(), run, step, (said,)])
        answer = await run_script(self.client, codec.keys, scripts.APPEND, run=run, line=line, length=len(behind))
        if answer == b"unknown":
            raise UnknownRun(f"there is no run {run!r} on thread {thread!r}")
        return answer == b"applied"

    async def page(
        self, thread: ThreadId, run: RunId, *, start: int = 0, cursor: str = "", batches: int = AT_ONCE
    ) -> Page | None:
        """Return a part of a run's log, from an index or behind a cursor on; None when there is no such run."""
        codec = self._codec(thread)
        wanted = {"run": run, "cursor": cursor, "start": start, "limit": batches}
        found = await send(self.client, scripts.READ.on(codec.keys, wanted))
        return page(codec, run, cursor, start, found)

    async def status(self, thread: ThreadId) -> StatusDetails:
        """Return how a thread stands, known or not."""
        keys = self._codec(thread).keys
        return StatusDetails.read(
            await send(self.client, THREAD_STATUS([keys.of(kind) for kind in THREAD_STATUS_KEYS]))
        )

    async def requests(self, thread: ThreadId) -> list[tuple[Accepted, RunStatus, int]]:
        """Return what was asked of a thread and how it stands, oldest first, with the number of events at its end."""
        codec = self._codec(thread)
        trip = [command("HGETALL", codec.keys.of(kind)) for kind in (KeyKind.REQUESTS, KeyKind.RUNS)]
        asked, runs = map(pairs, await transact(self.client, *trip))
        with as_damaged(thread):
            found = [
                (self._read_request(codec, run, stored), *parse_run_status(runs[run], thread))
                for run, stored in asked.items()
                if run in runs
            ]
        return sorted(found, key=lambda each: each[0].at)

    async def request(self, thread: ThreadId, run: RunId) -> tuple[Accepted | None, RunStatus, int] | None:
        """Return what one run was asked to do and how it stands; None when there is no such run."""
        codec = self._codec(thread)
        trip = [command("HGET", codec.keys.of(kind), run) for kind in (KeyKind.REQUESTS, KeyKind.RUNS)]
        stored, stands = await transact(self.client, *trip)
        if stands is None:
            return None
        with as_damaged(thread):
            asked = self._read_request(codec, run.encode(), stored) if stored else None
        return asked, *parse_run_status(stands, thread)

    def _read_request(self, codec: Codec, run: bytes, stored: bytes) -> Accepted:
        """Return a request, reading it once as long as its stored form stays the same."""
        at = codec.keys.thread, run, stored
        known = self._requests.get(at)
        if known is None:
            known = self._requests[at] = Accepted.model_validate(codec.open(KeyKind.REQUESTS, run, stored))
            if len(self._requests) > MAX_REQUESTS:
                self._requests.popitem(last=False)
        return known

    async def forget(self, thread: ThreadId, run: RunId, *, undo: bool = False) -> bool:
        """Forget a run that has ended; False when it is at work. `undo` takes back what it did to the conversation.

        The card that it closed, by an answer or by going on from an older step, is open again then.
        """
        codec = self._codec(thread)
        lines: list[bytes] = []
        card = _NO_CARD
        if undo:
            told = await send(self.client, command("LRANGE", codec.keys.of(KeyKind.TRANSCRIPT), 0, -1))
            with as_damaged(thread):
                lines = [line for line in told if codec.open(KeyKind.TRANSCRIPT, b"", line)[1] == run]
            await commands.erase(self.client, codec, commands.without_runs([run]))
            lines = lines or [b""]
            card = await self._card_left(thread)
        return bool(await run_script(self.client, codec.keys, scripts.FORGET, run=run, lines=lines, **card))

    async def _card_left(self, thread: ThreadId) -> dict[str, Argument]:
        """Return what the newest step waits at, as the script FORGET takes it."""
        found, state = await self._step(thread) or (None, None)
        asked = state.interrupt if state else None
        if found is None or asked is None or not interrupt_ids(found.pending_writes or ()):
            return _NO_CARD
        member = member_of("", get_checkpoint_id(found.config) or "")
        return {"card": asked.id, "member": member, "asker": found.metadata.get("run_id", "")}

    async def held(self, thread: ThreadId) -> bool:
        """Tell whether somebody is at work on a thread."""
        return bool(await send(self.client, command("EXISTS", self._codec(thread).keys.of(KeyKind.LEASE))))

    def channel(self, thread: ThreadId, run: RunId) -> str:
        """Return where it is announced that a run has told something."""
        return self._codec(thread).keys.log(run)

    def thread_channel(self, thread: ThreadId) -> str:
        """Return where it is announced that a run has told its first event."""
        return self._codec(thread).keys.of(KeyKind.EVENTS)

    def last_channel(self, thread: ThreadId, run: RunId) -> str:
        """Return where it is announced that a run has ended."""
        return f"{self.channel(thread, run)}:end"

    async def run_status(self, thread: ThreadId, run: RunId) -> RunStatus | None:
        """Return how a run stands; None when it is unknown."""
        found = await self.request(thread, run)
        return found[1] if found else None

    async def audit(self, thread: ThreadId) -> list[dict[str, Any]]:
        """Return the audit log; raises Damaged when a line of it was changed, moved or removed."""
        keys = self._codec(thread).keys
        trip = [command("LRANGE", keys.of(KeyKind.AUDIT), 0, -1), command("HGET", keys.of(KeyKind.HEAD), "audit")]
        lines, newest = await transact(self.client, *trip)
        return verify(thread, lines, Chain.read(newest, thread))

    async def stop(self, thread: ThreadId, run: RunId | None, status: RunStatus, why: str) -> bool:
        """End a run, by default whichever is at work, or the open card; False when there is none: its end stands."""
        return await cancel_run(
            self.client, self._codec(thread), run, status, why, by=self.by, durations=self.durations
        )

    async def _take_lock(self, lock: RedisRunLock) -> None:
        thread = lock.codec.keys.thread
        known = self._remembered.pop(thread, None)
        reply = await self._wait_for_lock(lock, known)
        if reply[0] == b"idle":
            lock.ended = True
            if known is not None:
                self._remembered[thread] = known
            return
        with as_damaged(thread):
            lock.take(scripts.Opened(*reply[1:]), known)
        if lock.elsewhere:
            place = {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}
            found = await self.checkpointer.aget_tuple(cast(RunnableConfig, place))
            assert found is not None, "the index names it"
            lock.take_from(found)
        if lock.latest is None and lock.asked is None:  # it was entered before its request otherwise
            await send(self.client, command("SADD", owner_key(self.owner, KeyKind.THREADS), thread))

    async def _wait_for_lock(self, lock: RedisRunLock, known: tuple[LatestCheckpoint, ValueCache] | None) -> Any:
        keys, lease = lock.codec.keys, int(self.durations.lease * 1000)
        member = known[0].member if known else b""
        deadline = time.monotonic() + self.durations.patience
        while True:
            reply = await run_script(
                self.client, keys, scripts.OPEN, token=lock.token, lease=lease, run=lock.run, known=member
            )
            if reply[0] != b"held":
                return reply
            if time.monotonic() >= deadline:
                holder = reply[1].decode().partition("/")[0]
                raise ThreadBusy(f"run {holder} is at work on thread {keys.thread!r}; wait for its end, or cancel it")
            await asyncio.sleep(_POLL)

    def _keep_step(self, step: LatestCheckpoint, thread: str) -> None:
        self._committed[thread, step.member] = step
        while len(self._committed) > MAX_STEPS:
            self._committed.popitem(last=False)

    def _remember(self, thread: ThreadId, lock: RedisRunLock) -> None:
        if lock.latest is None or lock.went_back is not None:
            return
        self._remembered[thread] = (lock.latest, lock.cache)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)

    def _codec(self, thread: str) -> Codec:
        return Codec(ThreadKeys(self.owner, str(thread)), self.checkpointer.serde)


@asynccontextmanager
async def _watch_lease(lock: RedisRunLock) -> AsyncGenerator[None]:
    """Renew the lease meanwhile, and stop the work as soon as the run was cancelled or succeeded by another."""
    working = asyncio.current_task()
    assert working is not None, "a lock is held by a task"
    stopped: list[Stopped] = []

    async def watch() -> None:
        while not lock.ended:
            await asyncio.sleep(lock.durations.watch)
            try:
                await lock.renew()
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
        # Not `await watcher` with its end suppressed: that would swallow a Ctrl-C which comes at this very moment.
        await asyncio.wait([watcher])
        if not watcher.cancelled():
            watcher.result()


async def _release(lock: RedisRunLock) -> None:
    """Release the thread; when the server does not answer, the lease runs out by itself."""
    # A worker that is told to end cancels through anyio, whose cancelled scopes cancel every further wait as well.
    with suppress(StoreUnavailable), CancelScope(shield=True):
        await lock.release()


def _in_order(earlier: TranscriptStep, later: TranscriptStep) -> bool:
    """Tell whether a line may follow another: each step comes later, what no step has made stands beside one."""
    beside = all(isinstance(entry, Feedback) for entry in later.entries)
    return later.checkpoint >= earlier.checkpoint if beside else later.checkpoint > earlier.checkpoint


def _first_words(codec: Codec, lines: Sequence[bytes]) -> str | None:
    try:
        steps = [_read_line(codec.open(KeyKind.TRANSCRIPT, b"", line)) for line in lines]
    except (Unreadable, ValidationError) as damage:
        log.warning("a thread is listed without its first words: %s", damage)
        return None
    said = (entry for step in steps for entry in step.entries if isinstance(entry, Message))
    return next((entry.text for entry in said if entry.role == "person"), None)


def _read_line(line: Any) -> TranscriptStep:
    at, run, checkpoint, entries = line
    return TranscriptStep(
        datetime.fromisoformat(at), RunId(run) if run else None, checkpoint, _ENTRIES.validate_python(entries)
    )
