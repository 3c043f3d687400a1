"""The draft in a person's own hands: looking at it, moving entries in it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dayloom.stores.owner.previews import RedisPreviews
from graph.build import Graph
from graph.manual_edit import ManualEdit, commit_edit, state_at_rest
from prompts.limit_words import say_broken
from prompts.wording import WORDS
from state.calendar_commit import Act
from state.change import Change, changes
from state.common import CommonState
from state.desk import OrderScope, without_draft
from state.errors import BadInput, Correctable, MatchFailed, RuleBroken, UnknownThread
from state.ids import RunId, ThreadId
from state.limits import Limits
from state.order import inversions
from state.ports import RunLock, Threads
from state.preview import Preview, PreviewState
from state.schedule import Schedule, Value
from state.tool import Objective, ToolCall
from state.violation import Violation
from state.when import Locale
from tools import TOOLBOX
from tools.dispatch import Checked, Performed, check, perform_safely
from tools.limits import outside_limits
from tools.load import load_objective
from tools.own_limits import broken_limits, lift_limits, with_limits_of
from tools.rules import limits as limits_broken
from tools.rules import other_window, violations


class Drag(Value):
    """Where an entry of the draft is dragged; day and slot_start both None puts it back among the pending."""

    task_id: int
    day: int | None
    slot_start: int | None


class TriedEdit(Value):
    """What moving entries would come to: what differs then, or which rules are in the way.

    `warnings` say which order and which own limits it would break, `late` which tasks would miss their deadline by it,
    `load` how even the days would be. It is about the preview of this `version`.
    """

    version: int
    fits: bool
    changes: tuple[Change, ...]
    violations: tuple[Violation, ...]
    warnings: tuple[str, ...]
    late: tuple[int, ...]
    load: Objective | None


@asynccontextmanager
async def lock_thread(threads: Threads, thread: ThreadId, act: Act) -> AsyncGenerator[RunLock]:
    """Hold a thread that exists; raises UnknownThread, and ThreadBusy while a run is at work on it."""
    if await threads.state(thread) is None:
        raise UnknownThread(f"there is no draft on thread {thread!r}")
    async with threads.open(thread, RunId(f"{act.value}-{secrets.token_hex(6)}")) as lock:
        yield lock


@dataclass(frozen=True)
class Drafts:
    """The drafts of one user's threads."""

    threads: Threads
    graph: Graph
    previews: RedisPreviews

    async def newest(self, thread: ThreadId) -> Preview:
        """Return the newest preview; before any was published, the schedule as it stands. Raises UnknownThread."""
        if (preview := await self.previews.get(thread)) is not None:
            return preview
        state = await self.threads.state(thread)
        if state is None:
            raise UnknownThread(f"there is no draft on thread {thread!r}")
        return _preview(state)

    async def edit(self, thread: ThreadId, drags: Sequence[Drag], *, match: Collection[int] | None) -> Preview:
        """Move entries, all or none, and return the new preview.

        `match` holds the version of the preview that was looked at, None for whichever. Raises MatchFailed, RuleBroken
        with every rule at fault (or a defect in the tool that moves), BadInput, CardOpen (the open card shows another
        schedule), ThreadBusy, UnknownThread.
        """
        call = _call(drags)
        async with lock_thread(self.threads, thread, Act.EDIT) as lock:
            state = _state_as_seen(lock, thread, match)
            performed = _dragged(state, call)
            if broken := performed.report.violations:
                raise _rule_broken(broken)
            return await self._commit(lock, thread, state, performed.desk.schedule)

    async def try_edit(self, thread: ThreadId, drags: Sequence[Drag]) -> TriedEdit:
        """Return what moving entries would come to, and keep nothing; raises BadInput and UnknownThread."""
        call, state = _call(drags), await self.threads.state(thread)
        if state is None:
            raise UnknownThread(f"there is no draft on thread {thread!r}")
        performed = await asyncio.to_thread(_dragged, state, call)
        before, after = state.schedule, with_limits_of(state.schedule, performed.desk.schedule)
        broken = performed.report.violations
        return TriedEdit(
            version=state.preview_version,
            fits=not broken,
            violations=broken,
            changes=() if broken else changes(before, after),
            warnings=() if broken else tuple(_warnings(state, after)),
            late=() if broken else tuple(sorted(_late(after) - _late(before))),
            load=None if broken else load_objective(before, after),
        )

    async def replace(self, thread: ThreadId, schedule: Schedule) -> Preview:
        """Place the entries as another schedule of the same frame and tasks has them, all or none.

        Raises RuleBroken with every rule at fault, CardOpen, ThreadBusy and UnknownThread.
        """
        async with lock_thread(self.threads, thread, Act.EDIT) as lock:
            state = state_at_rest(lock, thread)
            before, after = _days_open(state.schedule), _days_open(schedule)
            after = after.model_copy(update={"version": before.version + 1})
            open_ = lift_limits(before), lift_limits(after)
            broken = (
                *other_window(before, after),
                *violations(*open_, scope=state.desk.order_scope, allow_reorder=True),
            )
            if broken:
                raise _rule_broken(broken)
            return await self._commit(lock, thread, state, after)

    async def set_limits(self, thread: ThreadId, limits: Limits, *, match: Collection[int] | None) -> Preview:
        """Let other limits hold in this draft only; what lies outside of them stays, and the preview names it.

        Raises MatchFailed, CardOpen, ThreadBusy and UnknownThread.
        """
        async with lock_thread(self.threads, thread, Act.EDIT) as lock:
            state = _state_as_seen(lock, thread, match)
            before = state.schedule
            after = before.with_limits(limits, before.usual)
            if after is before:
                return _preview(state)
            after = after.model_copy(update={"version": before.version + 1})
            told = tuple(_say_outside(before, after, state.locale))
            return await commit_edit(self.graph, lock, thread, ManualEdit(Act.EDIT, after, (), told))

    async def _commit(self, lock: RunLock, thread: ThreadId, state: CommonState, after: Schedule) -> Preview:
        """Commit what a person did; they may break the order of a group and their own limits, and are told so."""
        before, after = state.schedule, with_limits_of(state.schedule, after)
        if not (changed := changes(before, after)):
            return _preview(state)
        edit = ManualEdit(Act.EDIT, after, changed, tuple(_warnings(state, after)))
        return await commit_edit(self.graph, lock, thread, edit)


def _dragged(state: CommonState, call: Checked) -> Performed:
    """Return what comes of a move by hand: any day is open for it, and the person's own limits do not bind."""
    open_ = lift_limits(_days_open(state.schedule))
    return perform_safely(call, state.desk.model_copy(update={"schedule": open_, "allow_reorder": True}))


def _late(schedule: Schedule) -> set[int]:
    placed = ((task, task.deadline, task.position) for task in schedule.tasks)
    return {
        task.id
        for task, deadline, at in placed
        if deadline and at and deadline.timestamp() < schedule.span_of(at)[1].timestamp()
    }


def _state_as_seen(lock: RunLock, thread: ThreadId, match: Collection[int] | None) -> CommonState:
    """Return the thread at rest, as somebody has seen it; raises MatchFailed, and what `state_at_rest` raises."""
    state = state_at_rest(lock, thread)
    if match is not None and state.preview_version not in match:
        raise MatchFailed(
            f"the preview has version {state.preview_version} now; fetch it and try again",
            current=state.preview_version,
        )
    return state


def _say_outside(before: Schedule, after: Schedule, locale: Locale) -> Iterator[str]:
    """Yield which work of the draft lies outside of the limits that hold now, and did not before."""
    known = frozenset(outside_limits(before))
    for task in (after.by_id[id_] for id_ in outside_limits(after) if id_ not in known):
        wrong = next(wrong for at in task.slots for wrong in limits_broken(after, task, at))
        yield say_broken(wrong, after, locale)


def _warnings(state: CommonState, after: Schedule) -> Iterator[str]:
    """Yield what of their own move the person should know: the order and the limits it breaks."""
    before, desk, told = state.schedule, state.desk, WORDS[state.locale].order_broken
    broken = frozenset() if desk.allow_reorder else _new_inversions(before, after, desk.order_scope)
    for first, second in sorted(broken):
        yield told.format(first=after.by_id[first].title, second=after.by_id[second].title)
    for wrong in broken_limits(before, after):
        yield say_broken(wrong, after, state.locale)


def _days_open(schedule: Schedule) -> Schedule:
    """Return the schedule as a person may use it, who may put work on days that are past and over long pauses."""
    window = schedule.window.model_copy(update={"allow_past": True, "not_before": None, "span_pauses": True})
    return schedule.model_copy(update={"window": window})


def _new_inversions(before: Schedule, after: Schedule, scope: OrderScope) -> frozenset[tuple[int, int]]:
    return inversions(after, scope) - inversions(before, scope)


def _rule_broken(broken: Sequence[Violation]) -> RuleBroken:
    listed = [wrong.model_dump(mode="json") for wrong in broken]
    return RuleBroken(" ".join(wrong.message for wrong in broken), violations=listed)


def _preview(state: CommonState) -> Preview:
    shown = changes(without_draft(state.schedule), state.schedule)
    return Preview(version=state.preview_version, state=PreviewState.FINAL, schedule=state.schedule, changes=shown)


def _call(drags: Sequence[Drag]) -> Checked:
    try:
        return check(TOOLBOX, ToolCall(name="batch_move", arguments={"items": [each.model_dump() for each in drags]}))
    except Correctable as wrong:
        raise BadInput(wrong.complaint.replace("batch_move.items", "edits")) from wrong
