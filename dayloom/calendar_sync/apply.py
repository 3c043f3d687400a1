"""From the draft into the calendar, and back: once, whoever repeats it and wherever a process dies.

Calendar and thread lie in different places, so a commit is two steps: the calendar takes it together with a receipt,
then the thread follows. The receipt says until then that the thread has yet to follow; whoever holds the thread next
for a commit, or repeats the request, finishes it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from dayloom.calendar_sync.drafts import lock_thread
from dayloom.calendar_sync.writer import CalendarWriter, request_digest
from dayloom.stores.owner.calendar import RedisCalendar
from graph.build import Graph
from graph.manual_edit import ManualEdit, commit_edit, state_at_rest
from state.calendar_commit import Act, Receipt, can_follow, with_commit, without_commit
from state.change import Change
from state.common import CommonState
from state.errors import (
    CalendarChanged,
    CardOpen,
    ThreadBusy,
    UnknownThread,
    VersionMismatch,
)
from state.ids import ThreadId
from state.ports import RunLock, Threads
from state.schedule import Value
from state.task_edit import TaskChange
from tools.list_rules import fit_places


class Outcome(Value):
    """What an apply or undo came to: the versions afterwards, and what it wrote or took back of calendar and list."""

    thread_id: ThreadId
    state_version: int
    preview_version: int
    calendar_version: int
    changes: tuple[Change, ...]
    edits: tuple[TaskChange, ...] = ()


@dataclass(frozen=True)
class CalendarCommits:
    """Applies the drafts of one user's threads to the calendar of the user, whose e-mail addresses are `addresses`."""

    threads: Threads
    graph: Graph
    store: RedisCalendar
    addresses: tuple[str, ...] = ()

    @property
    def writer(self) -> CalendarWriter:
        """The calendar's half of it."""
        return CalendarWriter(self.store, self.addresses)

    async def apply(self, thread: ThreadId, *, key: str, version: int | None) -> Outcome:
        """Write what the draft adds into the calendar, all or nothing, and mark it existing on the thread.

        `version` is that of the schedule that was looked at, None for whichever. The same key again returns the same
        answer. Raises VersionMismatch, NothingToApply, CalendarChanged (something lies there now), KeyReused, CardOpen,
        ThreadBusy and UnknownThread; nothing changes then.
        """
        return await self._once(Act.APPLY, thread, key, version)

    async def undo(self, thread: ThreadId, *, key: str, version: int | None) -> Outcome:
        """Take the thread's newest commit back; raises NothingToUndo, CalendarChanged and otherwise as `apply`."""
        return await self._once(Act.UNDO, thread, key, version)

    async def finish_commit(self, thread: ThreadId) -> None:
        """Let a thread at rest follow a commit that was cut off between calendar and thread; does nothing otherwise."""
        if await self.store.find_unfollowed(thread) is None:
            return
        with suppress(ThreadBusy, CardOpen, UnknownThread):
            async with lock_thread(self.threads, thread, Act.APPLY) as lock:
                state_at_rest(lock, thread)
                await self._finish_commit(lock, thread)

    async def _once(self, act: Act, thread: ThreadId, key: str, version: int | None) -> Outcome:
        request = request_digest(act, thread, version)
        if (receipt := await self.writer.receipt(key, request)) and receipt.done:
            return _outcome(receipt)
        try:
            async with lock_thread(self.threads, thread, act) as lock:
                state_at_rest(lock, thread)
                await self._finish_commit(lock, thread)
                # Looked for again: the same request may have been finished while this one waited for the thread.
                if receipt := await self.writer.receipt(key, request):
                    return _outcome(receipt)
                state = state_at_rest(lock, thread)
                _check_version(state, version)
                receipt = await self.writer.write(act, thread, state.schedule, key=key, request=request)
                return _outcome(await self._follow(lock, thread, key, receipt))
        except ThreadBusy:  # perhaps with this very request, which was sent twice
            if (receipt := await self.writer.receipt(key, request)) and receipt.done:
                return _outcome(receipt)
            raise

    async def _finish_commit(self, lock: RunLock, thread: ThreadId) -> None:
        key = await self.store.find_unfollowed(thread)
        receipt = await self.store.receipt(key) if key else None
        if key and receipt and not receipt.done:
            await self._follow(lock, thread, key, receipt)

    async def _follow(self, lock: RunLock, thread: ThreadId, key: str, receipt: Receipt) -> Receipt:
        """Bring the thread where the calendar is, and keep in the receipt what came of it."""
        state, commit = lock.state, receipt.commit
        assert state is not None, "the thread was at rest"
        assert commit is not None, "this receipt is for a commit"
        if receipt.act is not Act.UNDO and not can_follow(state.schedule, commit):
            return await self._give_up(thread, key, receipt)
        follow = without_commit if receipt.act is Act.UNDO else with_commit
        schedule, seen = fit_places(state.desk, follow(state.schedule, commit)), state.preview_version
        if schedule is not state.schedule:
            changed = tuple(Change.model_validate(each) for each in receipt.answer["changes"])
            edit = ManualEdit(receipt.act or Act.APPLY, schedule, changed)
            seen = (await commit_edit(self.graph, lock, thread, edit)).version
        answer = {**receipt.answer, "state_version": schedule.version, "preview_version": seen}
        done = receipt.model_copy(update={"answer": answer, "done": True})
        await self.store.note_followed(key, done, thread)
        return done

    async def _give_up(self, thread: ThreadId, key: str, receipt: Receipt) -> Receipt:
        """Take back what the calendar took, because the draft moved on before the thread could follow."""
        why = "the draft moved on before this could be finished; look at it, then apply again"
        refused = receipt.model_copy(update={"done": True, "refused": why})
        calendar = await self.store.calendar()
        if receipt.commit in calendar.commits:
            await self.store.take_back(f"\2{key}", refused, before=calendar)
            await self.store.note_followed(f"\2{key}", refused, thread)
        await self.store.note_followed(key, refused, thread)
        return refused


def _check_version(state: CommonState, version: int | None) -> None:
    current = state.schedule.version
    if version not in (None, current):
        raise VersionMismatch(f"the schedule has version {current} now, not {version}; look again", current=current)


def _outcome(receipt: Receipt) -> Outcome:
    if receipt.refused:
        raise CalendarChanged(receipt.refused)
    return Outcome.model_validate(receipt.answer)
