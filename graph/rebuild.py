"""What a model was shown in a step that lies back, from the record alone.

A node is a function of the state and its context. Run once more on the state the step began with, at the time and with
the calendar that the step left behind, it asks the same question; there it is stopped.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn, cast

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from graph.build import NODES, Graph
from state.common import CommonState
from state.context import Context
from state.events import Emit, Event
from state.ids import ThreadId
from state.memory import Recalled
from state.ports import CalendarStore, Delegates, Memory, Messenger, PreviewStore, TranscriptStep
from state.prompt import Question
from state.schedule import Schedule
from state.taken_in import TakenIn
from state.transcript import ModelCalled, NodeRan

_NODES: Final = {node.__name__: node for node in NODES}


async def rebuild_questions(
    graph: Graph, thread: ThreadId, steps: Sequence[TranscriptStep]
) -> AsyncGenerator[tuple[ModelCalled, Question]]:
    """Yield each call of a model in these steps with the question it was asked, oldest first.

    Steps whose checkpoints are no longer kept are passed over.
    """
    for step in steps:
        called = next((entry for entry in step.entries if isinstance(entry, ModelCalled)), None)
        ran = next((entry for entry in step.entries if isinstance(entry, NodeRan)), None)
        if called is None or ran is None:
            continue
        before, after = await _around(graph, thread, step.checkpoint)
        if before is not None and after is not None:
            yield called, await _question(_NODES[ran.node], _Record(thread, before, after, called))


async def _around(graph: Graph, thread: ThreadId, checkpoint: str) -> tuple[CommonState | None, CommonState | None]:
    here: RunnableConfig = {"configurable": {"thread_id": thread, "checkpoint_ns": "", "checkpoint_id": checkpoint}}
    found = await graph.aget_state(here)
    if not found.values or found.parent_config is None:
        return None, None
    parent = await graph.aget_state(found.parent_config)
    return _state(parent.values), _state(found.values)


def _state(values: Any) -> CommonState | None:
    return CommonState.model_validate(values) if values else None


async def _question(node: Any, record: _Record) -> Question:
    try:
        await node(record.before.model_copy(update={"transcript": ()}), Runtime(context=record.context))
    except _Asked as asked:
        return asked.question
    raise AssertionError("the node asked a model when it was recorded")


class _Asked(Exception):
    """The node has come to where it asks."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question


@dataclass(frozen=True)
class _Record:
    """A step between two states, as the ports that its node sees."""

    thread: ThreadId
    before: CommonState
    after: CommonState
    called: ModelCalled

    @property
    def context(self) -> Context:
        opens = self.after.turn != self.before.turn
        at = self.after.started_at if opens and self.after.started_at is not None else self.called.begun
        return Context(
            thread=self.thread,
            model=self,
            previews=cast(PreviewStore, None),  # a node asks before it shows or sends anything
            calendar=cast(CalendarStore, self),
            messenger=cast(Messenger, None),
            delegates=cast(Delegates, None),
            memory=cast(Memory, self),
            emit=_ignore,
            clock=_Clock(at),
            settings=self.after.settings,
        )

    async def reply(self, question: Question, emit: Emit) -> NoReturn:
        """Stop the node at its question."""
        raise _Asked(question)

    async def take_in(self, thread: ThreadId, schedule: Schedule, seen: str | None, now: datetime) -> TakenIn | None:
        """Return the calendar and the tasks as the step has taken them in."""
        taken = self.after.calendar != seen or self.after.schedule != schedule
        return TakenIn(self.after.schedule, self.after.calendar) if taken else None

    async def recall(self, words: str, now: datetime) -> tuple[Recalled, ...]:
        """Return what the turn was begun with."""
        return self.after.memory

    async def note_followed(self, thread: ThreadId, schedule: Schedule) -> None:
        """Do nothing: that was noted then."""


@dataclass(frozen=True)
class _Clock:
    at: datetime

    def __call__(self) -> datetime:
        return self.at


def _ignore(event: Event) -> None:
    return None
