"""What calendar and list have of a commit: written or taken back once, with a receipt until the thread follows."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from dayloom.calendar_sync.calendar import ATTEMPTS, export_calendar
from dayloom.calendar_sync.entries import entries_of, find_clashes
from dayloom.calendar_sync.events import changed_entries
from dayloom.calendar_sync.item_changes import item_changes
from dayloom.calendar_sync.new_schedule import never_given, schedule_of, update_schedule
from dayloom.calendars import uids_in
from dayloom.stores.owner.calendar import Calendar, RedisCalendar
from state.calendar_commit import Act, CalendarEntry, Commit, Receipt, calendar_changes, holds, without_commit
from state.change import Change, changes
from state.desk import Placement, with_placements, without_draft
from state.errors import BadInput, CalendarChanged, KeyReused, MovedOn, NothingToApply, NothingToUndo
from state.ids import ThreadId
from state.ports import Hold
from state.schedule import Schedule, Source, Status
from state.taken_in import TakenIn
from state.task_edit import TaskChange, TaskEdit, task_changes
from state.task_item import TaskItem

SEEN: Final = "calendar"
"""What a request for a run is about: the version of calendar and tasks on which it begins a thread."""


async def _always() -> None:
    """Do nothing: whoever writes by hand holds the thread all the while, and nobody has to be told."""


@dataclass(frozen=True)
class CalendarWriter:
    """Writes drafts of one user's threads into the user's calendar: a `state.ports.CalendarStore`.

    Operations of runs have names of their own, which no Idempotency-Key of a request can be. `addresses` are the
    person's own e-mail addresses: what these have declined takes no time. `begun` is the version of calendar and
    tasks with which the run has begun its thread.
    """

    store: RedisCalendar
    addresses: tuple[str, ...] = ()
    hold: Hold = _always
    begun: str | None = None

    def under(self, hold: Hold) -> CalendarWriter:
        """Return it for a run that must still have its thread when something is about to be written."""
        return replace(self, hold=hold)

    def begin_with(self, seen: str | None) -> CalendarWriter:
        """Return it for a run that begins a thread on this version of calendar and tasks."""
        return replace(self, begun=seen)

    async def take_in(self, thread: ThreadId, schedule: Schedule, seen: str | None, now: datetime) -> TakenIn | None:
        """Return the schedule of a thread on the calendar and tasks of now; None when nothing changed."""
        if seen is None and self.begun is not None:
            return TakenIn(schedule, self.begun)
        if seen is None:
            return await self._begin_late(schedule, now) or await self._limited(schedule)
        if await self.store.version_of_both() == seen:
            return None
        return await update_schedule(self.store, thread, schedule, self.addresses)

    async def _begin_late(self, schedule: Schedule, now: datetime) -> TakenIn | None:
        """Return the week of a thread that nobody gave one."""
        if not never_given(schedule):
            return None
        try:
            return await schedule_of(self.store, now, addresses=self.addresses)
        except BadInput as wrong:
            return TakenIn(schedule, "", refused=str(wrong))

    async def _limited(self, schedule: Schedule) -> TakenIn | None:
        """Return a schedule that was given as it is, under what the person has said for good since."""
        limits = await self.store.limits()
        if limits == schedule.usual:
            return None
        return TakenIn(schedule.with_limits(schedule.limits, limits), None)

    async def prepare(self, act: Act, thread: ThreadId, schedule: Schedule, key: str) -> Commit | None:
        """Return what would be written or taken back, or what the operation `key` has written or taken back."""
        if (receipt := await self.store.receipt(_of_run(thread, key))) is not None:
            return receipt.commit
        if act is Act.TASKS:
            return None
        calendar = await self.store.calendar()
        if act is Act.EVENTS:
            known = await asyncio.to_thread(uids_in, export_calendar(calendar))
            return Commit(id=key, thread=thread, uids=tuple(known))
        if act is Act.UNDO:
            return next((commit for commit in reversed(calendar.commits) if commit.thread == thread), None)
        return (await self._draft(thread, schedule, key, calendar))[0] if tuple(schedule.suggested) else None

    async def commit(
        self, act: Act, thread: ThreadId, schedule: Schedule, key: str, edits: Sequence[TaskEdit] = ()
    ) -> None:
        """Write or take back what the thread at this schedule has, once for each key; raises as the port says."""
        own, request = _of_run(thread, key), request_digest(act, thread, schedule.version)
        if await self._unfinished_key(thread) not in (None, own):
            raise CalendarChanged("an earlier change of the calendar is not finished yet; try again in a moment")
        receipt = await self.receipt(own, request)
        receipt = receipt or await self.write(act, thread, schedule, key=own, request=request, edits=edits)
        if receipt.refused:
            raise CalendarChanged(receipt.refused)

    async def note_followed(self, thread: ThreadId, schedule: Schedule) -> None:
        """Note that the thread has followed, if this schedule is where the calendar is."""
        key = await self._unfinished_key(thread)
        if key is None or not key.startswith(_of_run(thread, "")):
            return
        receipt = await self.store.receipt(key)
        if receipt is not None and _follows(schedule, receipt):
            await self.store.note_followed(key, receipt.model_copy(update={"done": True}), thread)

    async def _unfinished_key(self, thread: ThreadId) -> str | None:
        """Return the operation that the thread has yet to follow."""
        key = await self.store.find_unfollowed(thread)
        receipt = await self.store.receipt(key) if key else None
        return key if receipt and not receipt.done else None

    async def receipt(self, key: str, request: str) -> Receipt | None:
        """Return what an operation came to, None when it is new; raises KeyReused."""
        receipt = await self.store.receipt(key)
        if receipt is not None and receipt.request != request:
            raise KeyReused("this Idempotency-Key was used for another request; take a new one")
        return receipt

    async def write(
        self, act: Act, thread: ThreadId, schedule: Schedule, *, key: str, request: str, edits: Sequence[TaskEdit] = ()
    ) -> Receipt:
        """Do it in calendar and list; the receipt says that the thread has yet to follow.

        Raises NothingToApply, NothingToUndo and CalendarChanged; nothing changes then.
        """
        asked = _Asked(thread, schedule, key, request, tuple(edits))
        acts = {Act.APPLY: self._apply, Act.TASKS: self._edit, Act.EVENTS: self._change_events, Act.UNDO: self._undo}
        write = acts[act]
        for _ in range(ATTEMPTS):
            try:
                return await write(asked, *await self.store.calendar_and_tasks())
            except MovedOn:
                continue
        raise CalendarChanged("the calendar is being changed all the time; try again")

    async def _apply(self, asked: _Asked, calendar: Calendar, items: Sequence[TaskItem]) -> Receipt:
        schedule = asked.schedule
        if not tuple(schedule.suggested):
            raise NothingToApply(f"the draft of thread {asked.thread!r} holds nothing that the calendar does not have")
        commit, entries = await self._draft(asked.thread, schedule, asked.key, calendar)
        changed = calendar_changes(changes(without_draft(schedule), schedule), commit, schedule)
        receipt = _open(Act.APPLY, asked.request, commit, calendar, changed=changed)
        await self.hold()
        return await self.store.write(asked.key, receipt, entries, before=calendar)

    async def _edit(self, asked: _Asked, calendar: Calendar, items: Sequence[TaskItem]) -> Receipt:
        """Make the changes in the user's list; what stands only on the thread changes there."""
        if _is_stale(asked.edits, calendar):
            raise CalendarChanged("what you have said for good was changed in the meantime; look at it again")
        changed = item_changes(asked.schedule, asked.edits, items, calendar)
        commit = Commit(id=asked.key, thread=asked.thread, edits=asked.edits, items=changed)
        shown = task_changes(asked.schedule, asked.edits)
        receipt = _open(Act.TASKS, asked.request, commit, calendar, edits=shown)
        await self.hold()
        return await self.store.write(asked.key, receipt, (), before=calendar)

    async def _change_events(self, asked: _Asked, calendar: Calendar, items: Sequence[TaskItem]) -> Receipt:
        """Write the events as they become; what stands only on the thread changes there."""
        events = [edit.event for edit in asked.edits if edit.event]
        entries = await asyncio.to_thread(changed_entries, calendar, events, asked.schedule.timezone)
        uids = tuple(entry.uid for entry in entries)
        before = tuple(entry for entry in calendar.entries if entry.uid in uids)
        commit = Commit(id=asked.key, thread=asked.thread, uids=uids, before=before, edits=asked.edits)
        receipt = _open(Act.EVENTS, asked.request, commit, calendar, edits=task_changes(asked.schedule, asked.edits))
        await self.hold()
        return await self.store.write(asked.key, receipt, entries, before=calendar)

    async def _draft(
        self, thread: ThreadId, schedule: Schedule, key: str, calendar: Calendar
    ) -> tuple[Commit, list[CalendarEntry]]:
        """Return the draft as a commit and its entries; raises CalendarChanged."""
        tasks = tuple(schedule.suggested)
        entries = entries_of(schedule, tasks, thread, calendar)
        uids = tuple(entry.uid for entry in entries)
        there = await asyncio.to_thread(find_clashes, calendar, schedule, tasks, own=uids, addresses=self.addresses)
        if said := [f"{one.event} is now where the draft has {one.title}" for one in there]:
            raise CalendarChanged(f"the calendar has changed: {'; '.join(said)}. Move it in the draft, then apply.")
        before = tuple(entry for entry in calendar.entries if entry.uid in uids)
        return Commit(id=key, thread=thread, tasks=tasks, uids=uids, before=before), entries

    async def _undo(self, asked: _Asked, calendar: Calendar, items: Sequence[TaskItem]) -> Receipt:
        thread, schedule = asked.thread, asked.schedule
        mine = [commit for commit in calendar.commits if commit.thread == thread]
        if not mine and not _has_applied(schedule):
            raise NothingToUndo(f"thread {thread!r} has written nothing into the calendar")
        if not mine or _is_overwritten(mine[-1], calendar, items):
            raise CalendarChanged("the calendar has changed since this thread wrote into it; nothing was taken back")
        if not holds(schedule, mine[-1]):
            raise CalendarChanged("the schedule of this thread is another one since; nothing was taken back")
        after, shown = without_commit(schedule, mine[-1]), task_changes(schedule, mine[-1].undoing)
        changed = _undo_changes(after, mine[-1])
        receipt = _open(Act.UNDO, asked.request, mine[-1], calendar, changed=changed, edits=shown)
        await self.hold()
        return await self.store.take_back(asked.key, receipt, before=calendar)


@dataclass(frozen=True)
class _Asked:
    """What is to be written of a thread, and under which key."""

    thread: ThreadId
    schedule: Schedule
    key: str
    request: str
    edits: tuple[TaskEdit, ...]


def _is_overwritten(commit: Commit, calendar: Calendar, items: Sequence[TaskItem]) -> bool:
    """Tell whether anybody has written into the calendar since, or changed a task of the list that it changed."""
    later = calendar.commits[calendar.commits.index(commit) + 1 :]
    if commit.uids and any(one.uids for one in later):
        return True
    if _is_stale(commit.undoing, calendar):
        return True
    there = {item.id: item for item in items}
    return any(there.get(one.id) != one.after for one in commit.items)


def _is_stale(edits: Sequence[TaskEdit], calendar: Calendar) -> bool:
    """Tell whether what is said for good is not what these edits change any more."""
    said = [edit.limits.before for edit in edits if edit.limits and edit.limits.always]
    return any(each != calendar.limits for each in said)


def request_digest(act: Act, thread: ThreadId, version: int | None) -> str:
    """Return what stands for a request, so that a key is good for one."""
    return hashlib.sha256(json.dumps([act.value, thread, version]).encode()).hexdigest()


def _of_run(thread: ThreadId, key: str) -> str:
    return f"\3{thread}/{key}"


def _follows(schedule: Schedule, receipt: Receipt) -> bool:
    commit = receipt.commit
    if commit is None or receipt.act is not Act.UNDO:
        return commit is None or holds(schedule, commit)
    return without_commit(schedule, commit) is schedule


def _open(
    act: Act,
    request: str,
    commit: Commit,
    calendar: Calendar,
    *,
    changed: tuple[Change, ...] = (),
    edits: tuple[TaskChange, ...] = (),
) -> Receipt:
    answer: dict[str, Any] = {
        "thread_id": commit.thread,
        "calendar_version": calendar.version + 1,
        "changes": [change.model_dump(mode="json") for change in changed],
        "edits": [edit.model_dump(mode="json") for edit in edits],
    }
    return Receipt(request=request, act=act, commit=commit, answer=answer, done=False)


def _has_applied(schedule: Schedule) -> bool:
    return any(task.source is Source.TASK_ITEM and task.status is Status.EXISTING for task in schedule.tasks)


def _undo_changes(draft: Schedule, commit: Commit) -> tuple[Change, ...]:
    gone = tuple(Placement(task_id=task.id, position=None) for task in commit.tasks)
    return calendar_changes(changes(draft, with_placements(draft, gone)), commit, draft)
