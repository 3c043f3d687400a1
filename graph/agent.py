"""The agent's front door: one verb for each thing a chat backend does with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, StateSnapshot
from pydantic import ValidationError

from graph.build import Graph
from state.common import CommonState
from state.context import Context
from state.errors import Damaged, NothingToAnswer, StaleAnswer, UnknownThread
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.interrupt import Answer, AnswerType, Interrupt, InterruptKind
from state.outcome import OutcomeStatus
from state.schedule import Schedule
from state.transcript import Entry
from tools import TOOLBOX
from tools.approval import checked_answer

RECURSION_LIMIT = 5_000
"""Our own budgets end a turn long before LangGraph's counter may."""


class RunStatus(StrEnum):
    """How a run stands when it hands control back."""

    SUCCESS = "success"
    INTERRUPTED = "interrupted"
    ERROR = "error"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Turn:
    """What one run came to: an ending, or an open card."""

    thread: ThreadId
    run: RunId
    state: CommonState

    @property
    def interrupt(self) -> Interrupt | None:
        """The card or question that waits for the person."""
        return self.state.interrupt

    @property
    def status(self) -> RunStatus:
        """How the run stands."""
        if self.interrupt is not None:
            return RunStatus.INTERRUPTED
        outcome = self.state.outcome
        failed = outcome is None or outcome.status is OutcomeStatus.FAILED
        return RunStatus.ERROR if failed else RunStatus.SUCCESS


@dataclass(frozen=True)
class Scene:
    """One step of a conversation: when it was committed, by which run, and what it added."""

    at: datetime
    run: RunId | None
    entries: tuple[Entry, ...]
    state: CommonState


class Agent:
    """One compiled graph, any number of threads."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def turn(self, message: str, context: Context, run: RunId, *, schedule: Schedule | None = None) -> Turn:
        """Answer one message.

        While a card is open the message answers it: the reply to a question, a rejection with that reason of a card.
        A run that was cut off is finished first. `schedule` replaces the thread's schedule.
        """
        snapshot = await self._snapshot(context.thread)
        if snapshot is not None and _cut_off(snapshot):
            await self._run(None, context, _run_of(snapshot))
            snapshot = await self._snapshot(context.thread)
        if snapshot is not None and (asked := _state(snapshot).interrupt) is not None:
            return await self._answered(snapshot, asked, _as_answer(asked, message), context, run)
        given: dict[str, Any] = {"messages": [{"role": "user", "content": message}]}
        if schedule is not None:
            given["schedule"] = schedule
        return await self._run(given, context, run)

    async def resume(self, given: Answer, context: Context, run: RunId, *, interrupt_id: str | None = None) -> Turn:
        """Carry on after the person answered the open card or question.

        Raises UnknownThread, NothingToAnswer, StaleAnswer (another card is open) or NotAllowed; nothing changes then. A
        run that was cut off after its answer was taken goes on instead.
        """
        snapshot = await self._snapshot(context.thread)
        if snapshot is None:
            raise UnknownThread(f"there is no thread {context.thread!r}")
        if _cut_off(snapshot):
            return await self._run(None, context, run)
        asked = _state(snapshot).interrupt
        if asked is None:
            raise NothingToAnswer(f"no card or question is open on thread {context.thread!r}")
        if interrupt_id is not None and interrupt_id != asked.id:
            raise StaleAnswer(f"card {interrupt_id!r} is no longer open; the open one is {asked.id!r}")
        return await self._answered(snapshot, asked, given, context, run)

    async def carry_on(self, context: Context, run: RunId) -> Turn | None:
        """Finish a run that was cut off, from its last committed step; None when there is none."""
        if not _cut_off(await self._snapshot(context.thread)):
            return None
        return await self._run(None, context, run)

    async def state(self, thread: ThreadId) -> CommonState:
        """Return the thread as it stands; raises UnknownThread, or Damaged when it cannot be read."""
        snapshot = await self._snapshot(thread)
        if snapshot is None:
            raise UnknownThread(f"there is no thread {thread!r}")
        return _state(snapshot)

    async def replay(self, thread: ThreadId) -> AsyncIterator[Scene]:
        """Yield the conversation step by step, oldest first; raises UnknownThread."""
        history = [snapshot async for snapshot in self._graph.aget_state_history(_config(thread))]
        if not history:
            raise UnknownThread(f"there is no thread {thread!r}")
        for snapshot in reversed(history):
            state = _state(snapshot)
            if state.transcript:
                run = (snapshot.metadata or {}).get("run_id")
                at = datetime.fromisoformat(snapshot.created_at or "")
                yield Scene(at=at, run=RunId(run) if run else None, entries=state.transcript, state=state)

    async def _answered(
        self, snapshot: StateSnapshot, asked: Interrupt, given: Answer, context: Context, run: RunId
    ) -> Turn:
        answer = checked_answer(TOOLBOX, asked, given)
        waiting = {pending.id: answer.model_dump(mode="json") for pending in snapshot.interrupts}
        return await self._run(Command(resume=waiting), context, run)

    async def _run(self, given: Any, context: Context, run: RunId) -> Turn:
        context.emit(Event(type=EventType.RUN_STARTED, data={"run_id": run}))
        config = _config(context.thread, run)
        invoke = cast(Any, self._graph).ainvoke
        await invoke(given, config, context=context, durability="sync")
        turn = Turn(thread=context.thread, run=run, state=await self.state(context.thread))
        context.emit(_last_event(turn))
        return turn

    async def _snapshot(self, thread: ThreadId) -> StateSnapshot | None:
        snapshot = await self._graph.aget_state(_config(thread))
        return snapshot if snapshot.created_at is not None else None


def _config(thread: ThreadId, run: RunId | None = None) -> RunnableConfig:
    config: RunnableConfig = {"configurable": {"thread_id": thread}, "recursion_limit": RECURSION_LIMIT}
    if run is not None:
        config["metadata"] = {"run_id": run}
    return config


def _state(snapshot: StateSnapshot) -> CommonState:
    try:
        return CommonState.model_validate(cast(Any, snapshot.values))
    except ValidationError as error:
        where = "; ".join(".".join(map(str, e["loc"])) for e in error.errors()[:3])
        raise Damaged(f"the stored state of this thread cannot be read ({where}); it is kept as it is") from error


def _cut_off(snapshot: StateSnapshot | None) -> bool:
    return snapshot is not None and bool(snapshot.next) and not snapshot.interrupts


def _run_of(snapshot: StateSnapshot) -> RunId:
    """Return the run that was cut off: it is finished under its own id.

    LangGraph takes input that comes under the run id of the newest checkpoint for a resumption, and drops it.
    """
    return RunId(str((snapshot.metadata or {}).get("run_id")))


def _as_answer(asked: Interrupt, message: str) -> Answer:
    kind = AnswerType.RESPOND if asked.kind is InterruptKind.QUESTION else AnswerType.REJECT
    return Answer(type=kind, message=message)


def _last_event(turn: Turn) -> Event:
    if turn.status is RunStatus.INTERRUPTED:
        return Event(type=EventType.RUN_INTERRUPTED)
    outcome = turn.state.outcome.model_dump(mode="json") if turn.state.outcome else None
    kind = EventType.RUN_FAILED if turn.status is RunStatus.ERROR else EventType.RUN_COMPLETED
    return Event(type=kind, data={"outcome": outcome})
