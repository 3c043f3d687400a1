"""What a person does to a draft or a conversation by hand: one step of its own, on a thread that is at rest."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from langchain_core.messages import AIMessage, HumanMessage

from graph.build import Graph
from state.calendar_commit import Act
from state.change import Change, changes
from state.common import CLOSED, CommonState, Phase, Update
from state.desk import without_draft
from state.errors import CardOpen, ThreadBusy, UnknownThread
from state.ids import ThreadId
from state.outcome import Outcome, OutcomeStatus
from state.ports import RunLock
from state.preview import Preview, PreviewState
from state.run_status import unfinished
from state.schedule import Schedule
from state.transcript import ByHand, Message, Previewed
from state.turn import merge_updates

_LAST: Final = "deliver"
"""The node after which a thread is at rest."""
_NOTED: Final = "noted, nobody was asked"
"""The line that stands for a loop of words that somebody put there."""


def state_at_rest(lock: RunLock, thread: ThreadId) -> CommonState:
    """Return the thread when nothing is under way on it; raises UnknownThread, CardOpen and ThreadBusy."""
    state = lock.state
    if state is None:
        raise UnknownThread(f"there is no draft on thread {thread!r}")
    if lock.broken_off:
        return state
    if state.interrupt is not None:
        raise CardOpen(f"a {state.interrupt.kind.value} is open on thread {thread!r}; answer it first")
    if unfinished(state) or lock.due is not None:
        raise ThreadBusy(f"a run is at work on thread {thread!r}; wait for its end, or cancel it")
    return state


@dataclass(frozen=True)
class ManualEdit:
    """What the person did: the schedule they made, how it differs, and what they should know of it."""

    act: Act
    schedule: Schedule
    changes: tuple[Change, ...]
    warnings: tuple[str, ...] = ()


async def commit_edit(graph: Graph, lock: RunLock, thread: ThreadId, deed: ManualEdit) -> Preview:
    """Commit what the person did as one step, with its preview, and return that; raises Stopped."""
    state, act, schedule = lock.state, deed.act, deed.schedule
    assert state is not None, "a thread at rest has a state"
    shown = changes(without_draft(schedule), schedule)
    version, told = state.preview_version + 1, deed.warnings
    preview = Preview(version=version, state=PreviewState.FINAL, schedule=schedule, changes=shown, warnings=told)
    await lock.previews.put(thread, preview)
    update: Update = {
        "schedule": schedule,
        "preview_version": preview.version,
        "by_hand": (*state.by_hand, *deed.changes) if act is Act.EDIT else state.by_hand,
        "transcript": (
            ByHand(act=act, changes=deed.changes),
            Previewed(version=preview.version, state=preview.state, changes=shown),
        ),
    }
    if act is Act.EDIT:
        update["last_changes"] = deed.changes
    await _commit(graph, lock, thread, act, update)
    return preview


async def commit_messages(
    graph: Graph, lock: RunLock, thread: ThreadId, said: Sequence[HumanMessage | AIMessage], begin: Update
) -> None:
    """Append words to the conversation as one step; raises Stopped, and what `state_at_rest` raises.

    `begin` is what a thread without a state begins with. Nobody answers these words: their loop is closed with them.
    """
    if lock.state is not None:
        state_at_rest(lock, thread)
    *before, last = said
    if isinstance(last, AIMessage):
        closed = [AIMessage(last.text, id=last.id, additional_kwargs={CLOSED: _NOTED})]
    else:
        closed = [last, AIMessage("", additional_kwargs={CLOSED: _NOTED})]
    roles: dict[type, Literal["person", "agent"]] = {HumanMessage: "person", AIMessage: "agent"}
    told = tuple(Message(role=roles[type(each)], text=each.text) for each in said)
    begun: Update = begin if lock.state is None else {}
    update = merge_updates(begun, {"messages": [*before, *closed], "transcript": told})
    await _commit(graph, lock, thread, Act.MESSAGES, update)


async def _commit(graph: Graph, lock: RunLock, thread: ThreadId, act: Act, update: Update) -> None:
    lock.act = act
    own = copy.copy(graph)
    own.checkpointer = lock.saver
    config = {"configurable": {"thread_id": thread}, "metadata": {"by_hand": act.value}}
    whole = merge_updates(_close_turn(lock), update)
    await cast(Any, own).aupdate_state(config, dict(whole), as_node=_LAST)


def _close_turn(lock: RunLock) -> Update:
    """Return what ends a turn that was broken off, so that the next message begins a new one."""
    if not lock.broken_off:
        return {}
    outcome = Outcome(status=OutcomeStatus.CANCELLED, code=lock.broken_off)
    closed = AIMessage("", additional_kwargs={CLOSED: lock.broken_off})
    return {"messages": [closed], "phase": Phase.DONE, "interrupt": None, "approved": None, "outcome": outcome}
