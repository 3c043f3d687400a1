"""One user's runs: started by a request, and from then on independent of it."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from dayloom.messages.run_end import RunEnds
from dayloom.runs.observer import Export, Observer, export_nothing
from dayloom.runs.processor import PausingModel, Processor
from dayloom.runs.queue import Nudge, Queue
from dayloom.runs.run import PARENT, MultitaskStrategy, Run, is_child
from dayloom.runs.workspaces import WorkspaceLock, WorkspaceLocks, read_wait
from dayloom.stores.owner.due import Due, DueKind, wake_at, wake_by
from dayloom.stores.redis.pubsub import PubSub
from dayloom.stores.redis.round_trips import Command
from dayloom.stores.threads.event_log import AT_ONCE, Page
from dayloom.stores.threads.postponed import Postponed, PostponedRuns
from dayloom.stores.threads.store import RedisThreads
from graph.agent import Agent
from graph.open_card import fit_to_card
from state.context import Context
from state.errors import (
    CardOpen,
    DayloomError,
    NothingToAnswer,
    Refused,
    StaleAnswer,
    Stopped,
    Superseded,
    ThreadBusy,
    Unavailable,
    UnknownRun,
    WorkspaceBusy,
)
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.ports import Accepted
from state.run_status import RunStatus
from tools.answer_words import reads_as_decision

WORK: Final = "work"
"""The name of the nudge that goes on with a thread; it is given `user` and `thread`."""
LOOK: Final = 5.0
"""Seconds after which somebody who waits looks for himself."""
_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)
_LOG: Final = logging.getLogger(__name__)

Contexts = Callable[[ThreadId, RunId, Accepted | None, Sequence[Any]], Context]
"""Gives what a run may use, knowing what it was asked to do and the replies to what was read ahead."""


@dataclass(frozen=True, kw_only=True)
class Runs:
    """Starts, shows, cancels and carries out the runs of one user.

    `exclusive` lets one run at a time work in a workspace; `deadline` is in seconds, for runs that name none.
    `finish_commit` completes a commit to the calendar that was cut off before its thread followed. `read_ahead` is sent
    along with the look for work, for the contexts. What a run has done is given to `export` when it has ended, and with
    it what its child runs have.
    """

    user: str
    agent: Agent
    threads: RedisThreads
    queue: Queue
    pubsub: PubSub
    workspaces: WorkspaceLocks
    contexts: Contexts
    finish_commit: Callable[[ThreadId], Awaitable[None]]
    observer: Observer
    processor: Processor
    deadline: float
    ends: RunEnds
    exclusive: bool = True
    read_ahead: tuple[Command, ...] = ()
    export: Export = export_nothing

    @property
    def postponed(self) -> PostponedRuns:
        """Those that are to begin later."""
        return PostponedRuns(self.threads.checkpointer)

    async def start(
        self, thread: ThreadId, asked: Accepted, strategy: MultitaskStrategy = MultitaskStrategy.REJECT
    ) -> Run:
        """Take a request durably and hand it over; a run id that was taken before returns that run as it stands.

        Any strategy but `reject` lets it wait for its workspace. Raises ThreadBusy, WorkspaceBusy, NothingToAnswer,
        StaleAnswer, NotAllowed and StoreUnavailable; nothing changes then.
        """
        await self.ends.watch(thread, asked)
        try:
            asked = await self._fit_to_card(thread, asked)
            # The note that there is work comes first: who dies in between leaves a note too many, and never a request
            # that nobody looks for.
            await self._enter_workspace(thread, asked, waits=strategy is not MultitaskStrategy.REJECT)
            taken = await self._accept(thread, asked, strategy)
        except (WorkspaceBusy, StaleAnswer, NothingToAnswer):
            if (known := await self._find(thread, asked.run)) is not None:
                return known
            raise
        if not taken:
            return await self.get(thread, asked.run)
        await self.queue.enqueue(self._nudge(thread))
        return Run(thread, asked.run, RunStatus.PENDING, asked)

    async def start_later(
        self, thread: ThreadId, asked: Accepted, strategy: MultitaskStrategy, begins: datetime
    ) -> Run:
        """Take a request durably whose run begins at a later moment; raises ThreadBusy as `start` does now.

        What comes meanwhile does not wait for it, and it waits for nothing but its time.
        """
        if (known := await self._find(thread, asked.run)) is not None:
            return known
        if strategy is MultitaskStrategy.REJECT:
            if (await self.threads.status(thread)).busy:
                raise ThreadBusy(f"a run is at work on thread {thread!r}; wait for its end, or cancel it")
            strategy = MultitaskStrategy.ENQUEUE
        await self.ends.watch(thread, asked, begins)
        due = Due(self.user, DueKind.THREAD, thread)
        await wake_by(self.threads.client, due, begins)
        await self.postponed.put(thread, Postponed(asked=asked, strategy=strategy.value, due=begins))
        await wake_by(self.threads.client, due, begins)
        return Run(thread, asked.run, RunStatus.PENDING, asked)

    async def start_due(self, thread: ThreadId, now: datetime) -> None:
        """Start the runs of a thread whose time has come, and see to it that the thread is looked at for the next."""
        waiting = await self.postponed.all(thread)
        for each in waiting:
            if each.due <= now:
                await self._start_postponed(thread, each)
        following = min((each.due for each in waiting if each.due > now), default=None)
        await wake_at(self.threads.client, Due(self.user, DueKind.THREAD, thread), following)

    async def get(self, thread: ThreadId, run: RunId) -> Run:
        """Return a run; raises UnknownRun."""
        found = await self._find(thread, run)
        if found is None:
            raise UnknownRun(f"there is no run {run!r} on thread {thread!r}")
        return found

    async def list(
        self, thread: ThreadId, *, statuses: Collection[RunStatus] = tuple(RunStatus), limit: int = 10, offset: int = 0
    ) -> Sequence[Run]:
        """Return the runs of a thread that stand so, newest first."""
        known = [
            Run(thread, asked.run, stands, asked, events)
            for asked, stands, events in await self.threads.requests(thread)
        ]
        ids = {run.id for run in known}
        later = [each.asked for each in await self.postponed.all(thread) if each.asked.run not in ids]
        known += [Run(thread, asked.run, RunStatus.PENDING, asked) for asked in later]
        oldest_first = sorted(known, key=lambda run: run.asked.at)
        found = [run for run in reversed(oldest_first) if run.status in statuses]
        return found[offset : offset + limit]

    async def cancel(self, thread: ThreadId, run: RunId, *, rollback: bool = False) -> Run:
        """Cancel a run and return it as it stands then; one that has ended is unchanged.

        `rollback` forgets what it did to the conversation. Raises UnknownRun.
        """
        await self.get(thread, run)
        if (later := await self.postponed.get(thread, run)) is not None:
            await self._take_in(thread, later)
        stopped = await self.threads.stop(thread, run, RunStatus.CANCELLED, "cancelled")
        found = await self.get(thread, run)
        if rollback and stopped:
            await self.threads.forget(thread, run, undo=True)
        return found

    async def delete(self, thread: ThreadId, run: RunId) -> None:
        """Forget a run that has ended, not what it did; raises UnknownRun and ThreadBusy."""
        await self.get(thread, run)
        if not await self.threads.forget(thread, run):
            raise ThreadBusy(f"run {run!r} is at work on thread {thread!r}; cancel it first")

    async def page(self, thread: ThreadId, run: RunId, start: int, limit: int) -> Page:
        """Return events of a run from an index on; raises UnknownRun."""
        return (await self._page(thread, run, start)).cut(limit)

    async def events(self, run: Run) -> Sequence[Event]:
        """Return what is kept of the event log of a run."""
        page, found = await self._page(run.thread, run.id, 0), list[Event]()
        while page.batches:
            found += [recorded.event for recorded in page.events]
            page = await self._page(run.thread, run.id, page.next, page.cursor)
        return found

    async def follow(self, thread: ThreadId, run: RunId, start: int = 0) -> AsyncGenerator[Page]:
        """Yield the event log of a run from an index on, page by page as it grows; the last page has its final status.

        Raises UnknownRun.
        """
        async with self.pubsub.subscribe(self.threads.channel(thread, run)) as ring:
            cursor = ""
            while True:
                await _wait_for(ring)
                ring.clear()
                page = await self._page(thread, run, start, cursor)
                if page.batches or page.ended:
                    yield page
                    start, cursor = page.next, page.cursor
                if page.ended:
                    return
                if page.batches and (len(page.batches) == AT_ONCE or page.status.final):
                    ring.set()

    async def follow_thread(self, thread: ThreadId) -> AsyncGenerator[Run]:
        """Yield the oldest run that is at work, or else the newest, and all that come after it; does not end by itself.

        Raises UnknownThread.
        """
        last: Run | None = None
        async with self.pubsub.subscribe(self.threads.thread_channel(thread)) as ring:
            while True:
                await _wait_for(ring)
                ring.clear()
                for run in await self._runs_after(thread, last):
                    yield run
                    last = run

    async def _runs_after(self, thread: ThreadId, last: Run | None) -> Sequence[Run]:
        runs = (await self.list(thread, limit=sys.maxsize))[::-1]
        if last is not None:
            return [run for run in runs if run.asked.at > last.asked.at]
        at_work = next((place for place, run in enumerate(runs) if not run.status.final), -1)
        return runs[at_work:]

    async def join(self, thread: ThreadId, run: RunId) -> Run:
        """Return a run once it has ended; raises UnknownRun."""
        async with self.pubsub.subscribe(self.threads.last_channel(thread, run)) as ring:
            while True:
                await _wait_for(ring)
                ring.clear()
                found = await self.get(thread, run)
                if found.status.final:
                    return found

    async def work(self, thread: ThreadId) -> Sequence[Accepted]:
        """Go on with a thread until nothing waits there, and return what was carried out.

        Raises StoreUnavailable, and is to be repeated then.
        """
        done: list[Accepted] = []
        while True:
            # Read before the look that may find nothing: what comes after that look is noted anew, and kept.
            note, ahead = await self.workspaces.work_note(thread, *(() if done else self.read_ahead))
            if note is not None and (wanted := read_wait(note)):
                if not await self._enter_after_waiting(thread, *wanted):
                    return done
                continue
            if await self._carry_on(thread, done, ahead):
                continue
            if await self.threads.held(thread):
                return done
            if note is None or await self.workspaces.release(thread, note):
                await self._hand_over_workspace(note)
                return done

    async def revive(self, thread: ThreadId) -> None:
        """Hand over a thread that may have work."""
        await self.queue.enqueue(self._nudge(thread))

    async def _enter_workspace(self, thread: ThreadId, asked: Accepted, *, waits: bool) -> None:
        """Lock the workspace of a request, or note that its thread waits for it; raises WorkspaceBusy."""
        workspace = str(asked.about.get("workspace") or "default") if self.exclusive else ""
        try:
            lock = await self.workspaces.take(thread, workspace, asked.run, enters=True)
        except WorkspaceBusy:
            if not waits or await self._find(thread, asked.run) is not None:
                raise
            await self.workspaces.wait(thread, workspace, asked.run)
            return
        await self._settle_in(lock)

    async def _enter_after_waiting(self, thread: ThreadId, workspace: str, run: RunId) -> bool:
        """Lock the workspace that a thread waits for; False while it is taken: who lets it go hands the thread over."""
        try:
            await self._settle_in(await self.workspaces.take(thread, workspace, run))
        except WorkspaceBusy:
            return False
        return True

    async def _settle_in(self, lock: WorkspaceLock) -> None:
        if lock.commit is not None:
            await self.finish_commit(lock.thread)
        await self.workspaces.note_work(lock)

    async def _hand_over_workspace(self, note: str | None) -> None:
        for thread in await self.workspaces.waiting(note) if note else ():
            await self.revive(thread)

    async def _carry_on(self, thread: ThreadId, done: list[Accepted], ahead: Sequence[Any]) -> bool:
        """Carry out what comes next, and note it as done; False when there is nothing, or somebody else is at it."""
        now: list[RunId] = []
        carried_out = await self._carry_out(thread, done, now, ahead)
        for run in () if is_child(thread) else now:
            await self.export(self.threads, thread, run)
        return carried_out

    async def _carry_out(self, thread: ThreadId, done: list[Accepted], now: list[RunId], ahead: Sequence[Any]) -> bool:
        def prepared(run: RunId, asked: Accepted | None) -> Context:
            now.append(run)
            done.extend([asked] if asked else [])
            # From here on: what a request waited for its turn does not count.
            limit.reschedule(asyncio.get_running_loop().time() + self._time_allowed(asked))
            context = self.contexts(thread, run, asked, ahead)
            return replace(context, model=PausingModel(context.model, turn))

        limit = asyncio.timeout(None)
        if is_child(thread):
            await self._stop_orphans(thread)
        try:
            async with limit, self.processor.turn() as turn:
                return await self.agent.carry_on(thread, prepared) is not None
        except (ThreadBusy, Superseded):
            return False
        except Stopped:
            return True
        except Unavailable:
            raise
        except TimeoutError:
            return await self._give_up(thread, now, RunStatus.TIMEOUT, "deadline")
        except DayloomError as wrong:
            return await self._give_up(thread, now, RunStatus.ERROR, _code(wrong))
        except Exception as defect:
            at = traceback.extract_tb(defect.__traceback__)[-1]
            _LOG.error("run %s failed: %s at %s:%s", now[-1:], type(defect).__name__, at.filename, at.lineno)
            return await self._give_up(thread, now, RunStatus.ERROR, "internal")
        finally:
            for run in now:
                self.observer.on_leave(thread, run)

    async def _stop_orphans(self, thread: ThreadId) -> None:
        """Stop the child runs of a thread whose parent has ended."""
        for asked, stands, _ in await self.threads.requests(thread):
            if stands.final or not (parent := asked.about.get(PARENT)):
                continue
            over = await self.threads.run_status(ThreadId(parent[0]), RunId(parent[1]))
            if over is None or over.final:
                await self.cancel(thread, asked.run)

    async def _give_up(self, thread: ThreadId, runs: Sequence[RunId], status: RunStatus, why: str) -> bool:
        """End a run that cannot be carried out, so that it is not tried for ever."""
        if not runs or not await self.threads.stop(thread, runs[-1], status, why):
            return False
        self.observer.on_event(thread, runs[-1], Event(type=EventType.RUN_FAILED, data={"code": why}))
        return True

    def _time_allowed(self, asked: Accepted | None) -> float:
        budget = asked.settings.max_seconds if asked else None
        return self.deadline if budget is None else min(budget * 2, self.deadline)

    async def _fit_to_card(self, thread: ThreadId, asked: Accepted) -> Accepted:
        """Return the request with the card it answers; raises NothingToAnswer, StaleAnswer, NotAllowed and CardOpen."""
        single = asked.settings.single_call and asked.answer is None
        if asked.answer is None and not single and not reads_as_decision(asked.message):
            return asked
        card, names = await self.threads.open_card(thread)
        if not single:
            return fit_to_card(thread, card, asked, names)
        if card is not None:
            raise CardOpen(f"a {card.kind.value} is open on thread {thread!r}; answer it first")
        return asked

    async def _accept(self, thread: ThreadId, asked: Accepted, strategy: MultitaskStrategy) -> bool:
        # An answer is to the card that is open now; behind other work there will be another one, or none.
        behind = strategy is MultitaskStrategy.ENQUEUE and asked.answer is None
        try:
            return await self.agent.accept(thread, asked, behind=behind)
        except ThreadBusy:
            if strategy is MultitaskStrategy.REJECT or asked.answer is not None:
                raise
        for run in await self._unfinished_runs(thread):
            await self.cancel(thread, run, rollback=strategy is MultitaskStrategy.ROLLBACK)
        return await self.agent.accept(thread, asked, behind=True)

    async def _unfinished_runs(self, thread: ThreadId) -> list[RunId]:
        return [asked.run for asked, stands, _ in await self.threads.requests(thread) if not stands.final]

    async def _find(self, thread: ThreadId, run: RunId) -> Run | None:
        found = await self.threads.request(thread, run)
        if found is None:
            later = await self.postponed.get(thread, run)
            return Run(thread, run, RunStatus.PENDING, later.asked) if later else None
        asked, status, events = found
        return Run(thread, run, status, asked or Accepted(run=run, at=_LONG_AGO), events)

    async def _page(self, thread: ThreadId, run: RunId, start: int, cursor: str = "") -> Page:
        page = await self.threads.page(thread, run, start=start, cursor=cursor)
        if page is None and await self.postponed.get(thread, run) is not None:
            return Page(RunStatus.PENDING, (), start, 0, 0, "")
        if page is None:
            raise UnknownRun(f"there is no run {run!r} on thread {thread!r}")
        return page

    async def _start_postponed(self, thread: ThreadId, later: Postponed) -> None:
        try:
            await self.start(thread, later.asked, MultitaskStrategy(later.strategy))
            await self.postponed.drop(thread, later.asked.run)
        except Refused as why:
            await self._take_in(thread, later)
            await self.threads.stop(thread, later.asked.run, RunStatus.ERROR, _code(why))

    async def _take_in(self, thread: ThreadId, later: Postponed) -> None:
        """Let a run that was to begin later be one of the thread's, so that its end can be on record."""
        await self.agent.accept(thread, later.asked, behind=True)
        await self.postponed.drop(thread, later.asked.run)

    def _nudge(self, thread: ThreadId) -> Nudge:
        return Nudge(id=f"{self.user}/{thread}", name=WORK, given={"user": self.user, "thread": thread})


async def _wait_for(ring: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK):
            await ring.wait()
    except TimeoutError:
        return


def _code(wrong: DayloomError) -> str:
    """Return `stale_answer` for StaleAnswer."""
    name = type(wrong).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
