"""The agent's front door: one verb for each thing a chat backend does with it."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias, cast

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from graph.branch import put_back
from graph.build import Graph
from graph.open_card import message_as_answer
from nodes.asking import reopen_card
from nodes.confirm import confirm, take_answer
from nodes.previewing import show_preview
from state.common import CLOSED, CommonState, Phase
from state.context import Context
from state.errors import CardOpen, RunCancelled, StaleAnswer, UnknownThread
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.interrupt import MESSAGE_ID, SAID, Answer, AnswerType, Interrupt, InterruptKind
from state.outcome import Outcome, OutcomeStatus
from state.ports import Accepted, RunLock, Threads
from state.preview import PreviewState
from state.run_status import RunStatus, last_event, run_status, unfinished
from state.transcript import TRACED, Said
from state.turn import merge_updates

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

    `state` is the thread as it stands now, `checkpoint` names the step.
    """

    at: datetime
    run: RunId | None
    entries: tuple[Said, ...]
    state: CommonState
    checkpoint: str = ""


Prepared: TypeAlias = Callable[[RunId, Accepted | None], Context]
"""Gives what a run may use, knowing what it was asked to do (None when it was begun without being accepted first)."""


class Agent:
    """One compiled graph, any number of threads."""

    def __init__(self, graph: Graph, threads: Threads) -> None:
        self._graph = graph
        self._threads = threads

    async def accept(self, thread: ThreadId, asked: Accepted, *, behind: bool = False) -> bool:
        """Keep a request durably before its run begins; False when it was accepted before.

        `carry_on` carries it out. Raises ThreadBusy, unless it may wait `behind` what is at work, and StaleAnswer.
        """
        return await self._threads.accept(thread, asked, behind=behind)

    async def carry_on(self, thread: ThreadId, prepared: Prepared) -> Turn | None:
        """Finish the run that was cut off, or carry out the first request that waits; None when there is neither.

        `prepared` gives what the run may use. Raises ThreadBusy, and Refused when the request cannot be carried out.
        """
        async with self._threads.open(thread, None) as lock:
            if lock.due is None:
                return None
            context = prepared(lock.run, lock.asked)
            with _cancelling(context):
                return await self._next(lock, context)

    async def state(self, thread: ThreadId) -> CommonState:
        """Return the thread as it stands; raises UnknownThread, or Damaged when it cannot be read."""
        state = await self._threads.state(thread)
        if state is None:
            raise UnknownThread(f"there is no thread {thread!r}")
        return state

    async def replay(self, thread: ThreadId) -> AsyncIterator[Scene]:
        """Yield the conversation step by step, oldest first; raises UnknownThread."""
        state = await self.state(thread)
        for told in await self._threads.transcript(thread):
            entries = told.entries
            if said := tuple(each for each in entries if not isinstance(each, TRACED)):
                yield Scene(at=told.at, run=told.run, entries=said, state=state, checkpoint=told.checkpoint)

    async def _next(self, lock: RunLock, context: Context) -> Turn:
        """Carry out what comes first, under its own id; with the answer when one was taken already."""
        run, asked, answer = lock.adopt(), lock.asked, lock.stored_answer
        if asked is not None and not _cut_off(lock):
            return await self._begin(lock, asked, context)
        given = _resumption(lock, answer, asked) if answer is not None and lock.waiting else None
        return await self._run(lock, given, context, run)

    async def _begin(self, lock: RunLock, asked: Accepted, context: Context) -> Turn:
        """Carry out a request; raises StaleAnswer when its card is not open any more, and nothing changes then.

        A run of one call answers no card: it raises CardOpen.
        """
        if asked.checkpoint is not None:
            return await self._run(lock, asked, context, asked.run)
        card = _open_card(lock)
        if card is not None and asked.answer is None and asked.settings.single_call:
            raise CardOpen(f"a {card.kind.value} is open on thread {context.thread!r}; answer it first")
        answer = asked.answer or (message_as_answer(context.thread, card, asked) if card else None)
        if answer is None:
            return await self._run(lock, _input(lock, asked), context, asked.run)
        await lock.claim(answer, asked.card)
        return await self._run(lock, _resumption(lock, answer, asked), context, asked.run)

    async def _run(self, lock: RunLock, given: Any, context: Context, run: RunId) -> Turn:
        def emit(event: Event) -> str | None:
            message = lock.note(event)
            context.emit(event)
            return message and f"{run}-{message}"

        emit(Event(type=EventType.RUN_STARTED, data={"run_id": run}))
        graph = copy.copy(self._graph)
        graph.checkpointer = lock.saver
        calendar = context.calendar.under(lock.renew)
        messenger = context.messenger.under(lock.renew)
        ports = replace(context, emit=emit, previews=lock.previews, calendar=calendar, messenger=messenger)
        if isinstance(given, Accepted):
            given = await _go_back(graph, lock, given, ports)
        await cast(Any, graph).ainvoke(given, _config(context.thread, run), context=ports, durability="sync")
        assert lock.state is not None, "a run has committed at least one step"
        context.emit(last_event(lock.state))
        return Turn(thread=context.thread, run=run, state=lock.state)


def _config(thread: ThreadId, run: RunId) -> RunnableConfig:
    return {
        "configurable": {"thread_id": thread},
        "recursion_limit": RECURSION_LIMIT,
        "metadata": {"run_id": run},
    }


async def _go_back(graph: Graph, lock: RunLock, asked: Accepted, context: Context) -> dict[str, Any] | None:
    """Put the thread back to an older step, and return the input with which it goes on; None for none.

    What is said at a card answers it. With nothing said, or a yes, which is good only for a card that is shown now, the
    card is opened once more, with an id of its own.
    """
    assert asked.checkpoint is not None, "the request names the step"
    other = partial(put_back, settings=context.settings, now=context.clock())
    point = await lock.go_back(asked.checkpoint, other, anew=not asked.message)
    state = lock.state
    assert state is not None, "it went back to a step"
    if state.schedule.tasks:
        await show_preview(state, context, PreviewState.FINAL)
    card = point.interrupt if point else None
    if card is None:
        return _input(lock, asked) if asked.message else None
    words = (asked.message, _message_id(lock, asked))
    if (answer := _answer_without_approval(context.thread, card, asked)) is not None:
        update, node = take_answer(state, context, card, answer, words), confirm.__name__
    else:
        update, node = reopen_card(state, context, card), card.asker
        if asked.message:
            update = merge_updates({"messages": [HumanMessage(words[0], id=words[1])]}, update)
    await cast(Any, graph).aupdate_state(_config(context.thread, asked.run), dict(update), as_node=node)
    return None


def _answer_without_approval(thread: ThreadId, card: Interrupt, asked: Accepted) -> Answer | None:
    """Return what a message says to a card of an older step: nothing that approves it, and a question declines it."""
    if not asked.message:
        return None
    try:
        answer = message_as_answer(thread, card, asked)
    except StaleAnswer:
        return None
    if answer.type is AnswerType.RESPOND and card.kind is not InterruptKind.QUESTION:
        return Answer(type=AnswerType.REJECT, message=asked.message)
    return answer


@contextmanager
def _cancelling(context: Context) -> Generator[None]:
    try:
        yield
    except RunCancelled:
        context.emit(Event(type=EventType.RUN_CANCELLED))
        raise


def _cut_off(lock: RunLock) -> bool:
    """Tell whether a run has begun on this thread and was to go on at once."""
    if not lock.begun or lock.state is None or lock.broken_off or not unfinished(lock.state):
        return False
    return not lock.waiting or lock.stored_answer is not None


def _open_card(lock: RunLock) -> Interrupt | None:
    return lock.state.interrupt if lock.state and not lock.broken_off else None


def _input(lock: RunLock, asked: Accepted) -> dict[str, Any]:
    message = HumanMessage(asked.message, id=_message_id(lock, asked))
    given: dict[str, Any] = {"messages": [message], "task": asked.task}
    if asked.schedule is not None:
        given["schedule"] = asked.schedule
        if lock.state is not None and lock.state.calendar is not None:
            given["calendar"] = None
    left = RunStatus.CANCELLED if asked.checkpoint and lock.state and unfinished(lock.state) else None
    if why := lock.broken_off or left:
        closed = AIMessage("", additional_kwargs={CLOSED: why})
        status = OutcomeStatus.CANCELLED if why == RunStatus.CANCELLED else OutcomeStatus.FAILED
        outcome = Outcome(status=status, code=why)
        given["messages"] = [closed, *given["messages"]]
        given |= {"phase": Phase.DONE, "interrupt": None, "approved": None, "delegated": (), "outcome": outcome}
    return given


def _resumption(lock: RunLock, answer: Answer, asked: Accepted | None) -> Command[Any]:
    given = answer.model_dump(mode="json")
    if asked is not None:
        given |= {SAID: asked.message, MESSAGE_ID: _message_id(lock, asked)}
    return Command(resume=dict.fromkeys(lock.waiting, given))


def _message_id(lock: RunLock, asked: Accepted) -> str | None:
    """Return the id the person's page gave the message; none when that would replace another message."""
    known = {message.id for message in lock.state.messages} if lock.state else set[str | None]()
    return None if asked.message_id in known else asked.message_id
