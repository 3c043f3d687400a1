"""The agent's front door: one verb for each thing a chat backend does with it."""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias, cast

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from graph.build import Graph
from state.common import CLOSED, CommonState, Phase
from state.context import Context
from state.errors import NothingToAnswer, RunCancelled, StaleAnswer, UnknownThread
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.interrupt import Answer, AnswerType, Interrupt, InterruptKind
from state.outcome import Outcome, OutcomeStatus
from state.ports import EXPIRED, Accepted, Session, Threads
from state.run_status import RunStatus, last_event, run_status, unfinished
from state.schedule import Schedule
from state.transcript import Entry
from tools import TOOLBOX
from tools.approval import checked_answer

__all__ = ["RECURSION_LIMIT", "Agent", "Prepared", "RunStatus", "Scene", "Turn"]

RECURSION_LIMIT = 5_000
"""Our own budgets end a turn long before LangGraph's counter may."""


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
        return run_status(self.state)


@dataclass(frozen=True)
class Scene:
    """One step of a conversation: when it was committed, by which run, and what it added.

    `state` is the thread as it stands now.
    """

    at: datetime
    run: RunId | None
    entries: tuple[Entry, ...]
    state: CommonState


Prepared: TypeAlias = Callable[[RunId, Accepted | None], Context]
"""Gives what a run may use, knowing what it was asked to do (None when it was begun without being accepted first)."""


class Agent:
    """One compiled graph, any number of threads."""

    def __init__(self, graph: Graph, threads: Threads) -> None:
        self._graph = graph
        self._threads = threads

    async def turn(self, message: str, context: Context, run: RunId, *, schedule: Schedule | None = None) -> Turn:
        """Answer one message.

        While a card is open the message answers it: the reply to a question, a rejection with that reason of a card.
        A run that was cut off is finished first; one that has ended already is not run again, and the thread is
        returned as it stands. `schedule` replaces the thread's schedule. Raises ThreadBusy.
        """
        asked = Accepted(run=run, message=message, schedule=schedule, at=context.clock())
        while True:
            async with self._held(context, run) as session:
                if _comes_first(session, run):
                    await self._next(session, context)
                elif session.stands is not None and session.stands.final:
                    return _as_it_stands(session, context.thread, run)
                else:
                    return await self._begun(session, asked, context)

    async def resume(self, given: Answer, context: Context, run: RunId, *, interrupt_id: str | None = None) -> Turn:
        """Carry on after the person answered the open card or question.

        Raises UnknownThread, NothingToAnswer, StaleAnswer (another card is open, or another answer came first),
        NotAllowed or ThreadBusy; nothing changes then. A run that was cut off after its answer was taken goes on
        instead.
        """
        asked = Accepted(run=run, answer=given, card=interrupt_id, at=context.clock())
        while True:
            async with self._held(context, run) as session:
                if session.state is None:
                    raise UnknownThread(f"there is no thread {context.thread!r}")
                if _comes_first(session, run):
                    shown, taken = session.state.interrupt, session.stored_answer
                    turn = await self._next(session, context)
                    if shown is None or taken is None:
                        continue
                    if taken != checked_answer(TOOLBOX, shown, given):
                        raise StaleAnswer(f"card {shown.id!r} was answered before")
                    return turn
                if session.stands is not None and session.stands.final:
                    return _as_it_stands(session, context.thread, run)
                return await self._begun(session, asked, context)

    async def accept(self, thread: ThreadId, asked: Accepted, *, behind: bool = False) -> bool:
        """Keep a request durably before its run begins; False when it was accepted before.

        `carry_on` carries it out. Raises ThreadBusy, unless it may wait `behind` what is at work, and StaleAnswer.
        """
        return await self._threads.accept(thread, asked, behind=behind)

    async def carry_on(self, thread: ThreadId, prepared: Prepared) -> Turn | None:
        """Finish the run that was cut off, or carry out the first request that waits; None when there is neither.

        `prepared` gives what the run may use. Raises ThreadBusy, and Refused when the request cannot be carried out.
        """
        async with self._threads.open(thread, None) as session:
            if session.due is None:
                return None
            context = prepared(session.run, session.asked)
            with _cancelling(context):
                return await self._next(session, context)

    async def cancel(self, thread: ThreadId, run: RunId | None = None) -> bool:
        """Cancel a run, by default whichever is at work, or the open card; False when its end stands."""
        return await self._threads.stop(thread, run, RunStatus.CANCELLED, "cancelled")

    async def state(self, thread: ThreadId) -> CommonState:
        """Return the thread as it stands; raises UnknownThread, or Damaged when it cannot be read."""
        state = await self._threads.state(thread)
        if state is None:
            raise UnknownThread(f"there is no thread {thread!r}")
        return state

    async def replay(self, thread: ThreadId) -> AsyncIterator[Scene]:
        """Yield the conversation step by step, oldest first; raises UnknownThread."""
        state = await self.state(thread)
        for told in await self._threads.told(thread):
            yield Scene(at=told.at, run=told.run, entries=told.entries, state=state)

    @asynccontextmanager
    async def _held(self, context: Context, run: RunId) -> AsyncGenerator[Session]:
        with _cancelling(context):
            async with self._threads.open(context.thread, run) as session:
                yield session

    async def _next(self, session: Session, context: Context) -> Turn:
        """Carry out what comes first, under its own id; with the answer when one was taken already."""
        run, asked, answer = session.adopt(), session.asked, session.stored_answer
        if asked is not None and not _cut_off(session):
            return await self._begun(session, asked, context)
        given = _resumption(session, answer) if answer is not None and session.waiting else None
        return await self._run(session, given, context, run)

    async def _begun(self, session: Session, asked: Accepted, context: Context) -> Turn:
        """Carry out a request; raises NothingToAnswer, StaleAnswer and NotAllowed, and nothing changes then."""
        card = _open_card(session)
        if asked.answer is not None and session.broken_off == EXPIRED:
            raise StaleAnswer(f"the card of thread {context.thread!r} has expired; say again what you would like")
        if asked.answer is not None and card is None:
            raise NothingToAnswer(f"no card or question is open on thread {context.thread!r}")
        if card is None:
            return await self._run(session, _taken_in(session, asked.message, asked.schedule), context, asked.run)
        if asked.answer is not None and asked.card not in (None, card.id):
            raise StaleAnswer(f"card {asked.card!r} is no longer open; the open one is {card.id!r}")
        answer = checked_answer(TOOLBOX, card, asked.answer or _as_answer(card, asked.message))
        await session.claim(answer)
        return await self._run(session, _resumption(session, answer), context, asked.run)

    async def _run(self, session: Session, given: Any, context: Context, run: RunId) -> Turn:
        def emit(event: Event) -> None:
            session.note(event)
            context.emit(event)

        emit(Event(type=EventType.RUN_STARTED, data={"run_id": run}))
        graph = copy.copy(self._graph)
        graph.checkpointer = session.saver
        calendar = context.calendar.under(session.renew)
        ports = replace(context, emit=emit, previews=session.previews, calendar=calendar)
        await cast(Any, graph).ainvoke(given, _config(context.thread, run), context=ports, durability="sync")
        assert session.state is not None, "a run has committed at least one step"
        context.emit(last_event(session.state))
        return Turn(thread=context.thread, run=run, state=session.state)


def _config(thread: ThreadId, run: RunId) -> RunnableConfig:
    return {
        "configurable": {"thread_id": thread},
        "recursion_limit": RECURSION_LIMIT,
        "metadata": {"run_id": run},
    }


@contextmanager
def _cancelling(context: Context) -> Generator[None]:
    try:
        yield
    except RunCancelled:
        context.emit(Event(type=EventType.RUN_CANCELLED))
        raise


def _comes_first(session: Session, run: RunId) -> bool:
    """Tell whether another run must be finished, or carried out, before this one; or this one was cut off."""
    return _cut_off(session) or session.due not in (None, run)


def _cut_off(session: Session) -> bool:
    """Tell whether a run has begun on this thread and was to go on at once."""
    if not session.begun or session.state is None or session.broken_off or not unfinished(session.state):
        return False
    return not session.waiting or session.stored_answer is not None


def _as_it_stands(session: Session, thread: ThreadId, run: RunId) -> Turn:
    """Return the thread of a run that has ended before; raises RunCancelled when it did nothing."""
    if session.stands is RunStatus.CANCELLED or session.state is None:
        raise RunCancelled(f"run {run!r} of thread {thread!r} was cancelled")
    return Turn(thread=thread, run=run, state=session.state)


def _open_card(session: Session) -> Interrupt | None:
    return session.state.interrupt if session.state and not session.broken_off else None


def _taken_in(session: Session, message: str, schedule: Schedule | None) -> dict[str, Any]:
    given: dict[str, Any] = {"messages": [HumanMessage(message)]}
    if schedule is not None:
        given["schedule"] = schedule
    if session.broken_off:
        closed = AIMessage("", additional_kwargs={CLOSED: session.broken_off})
        cancelled = session.broken_off == RunStatus.CANCELLED
        status = OutcomeStatus.CANCELLED if cancelled else OutcomeStatus.FAILED
        outcome = Outcome(status=status, code=session.broken_off)
        given["messages"] = [closed, *given["messages"]]
        given |= {"phase": Phase.DONE, "interrupt": None, "approved": None, "outcome": outcome}
    return given


def _resumption(session: Session, answer: Answer) -> Command[Any]:
    return Command(resume={waiting: answer.model_dump(mode="json") for waiting in session.waiting})


def _as_answer(asked: Interrupt, message: str) -> Answer:
    kind = AnswerType.RESPOND if asked.kind is InterruptKind.QUESTION else AnswerType.REJECT
    return Answer(type=kind, message=message)
