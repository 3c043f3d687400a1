"""A stage for one turn: a model that answers from a script, previews that are kept, and a clock that stands still."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from langgraph.runtime import Runtime

from dayloom.stores.memory import NoCalendarStore, NoDelegates, NoMemory, NoMessenger
from graph.build import Node
from prompts.prompt import prompt_for
from state.common import CommonState, RunSettings, after
from state.context import Context
from state.errors import DayloomError
from state.events import Emit, Event, EventType
from state.ids import ThreadId
from state.preview import Preview
from state.prompt import ModelReply, Prompt, Question
from state.schedule import PERIODS12, Position, Schedule, Source, Status, Task, Window
from state.tool import ToolCall
from state.usage import Usage

THREAD = ThreadId("thread-1")
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


@dataclass
class ScriptedModel:
    """Answers with what the script says, in order, and keeps every prompt it would have been shown."""

    script: list[Any]
    prompts: list[Prompt] = field(default_factory=list)

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        self.prompts.append(prompt_for(question))
        answer = self.script.pop(0)
        if isinstance(answer, DayloomError):
            raise answer
        text = answer if isinstance(answer, str) else json.dumps(answer)
        emit(Event(type=EventType.MESSAGE_DELTA, data={"text": text[:5]}))
        return ModelReply(text=text, usage=Usage(prompt_tokens=10, completion_tokens=2), model="scripted")

    @property
    def shown(self) -> str:
        """Everything the model was shown last."""
        return "\n".join(f"{message.type}: {message.text}" for message in self.prompts[-1].messages)


@dataclass
class KeptPreviews:
    """Keeps every preview in memory; fails when told to."""

    kept: list[Preview] = field(default_factory=list)
    failing: DayloomError | None = None

    async def put(self, thread: ThreadId, preview: Preview) -> None:
        if self.failing is not None:
            raise self.failing
        self.kept.append(preview)

    async def get(self, thread: ThreadId) -> Preview | None:
        return self.kept[-1] if self.kept else None


@dataclass
class Stage:
    """One run: what it may use, and what came of it."""

    model: ScriptedModel
    previews: KeptPreviews
    events: list[Event]
    context: Context

    @property
    def told(self) -> list[str]:
        """The types of the events so far."""
        return [event.type.value for event in self.events]


def a_stage(*script: Any, now: Sequence[datetime] = (NOW,), **settings: Any) -> Stage:
    """Return a run whose model answers exactly this."""
    events: list[Event] = []
    times = list(now)
    model, previews = ScriptedModel(list(script)), KeptPreviews()
    context = Context(
        thread=THREAD,
        model=model,
        previews=previews,
        calendar=NoCalendarStore(),
        memory=NoMemory(),
        messenger=NoMessenger(),
        delegates=NoDelegates(),
        emit=events.append,
        clock=lambda: times.pop(0) if len(times) > 1 else times[0],
        settings=RunSettings(**settings),
    )
    return Stage(model=model, previews=previews, events=events, context=context)


async def step(node: Node, state: CommonState, stage: Stage) -> CommonState:
    """Return the state as LangGraph would leave it after one node."""
    state = state.model_copy(update={"transcript": ()})
    return after(state, await node(state, Runtime(context=stage.context)))


def a_task(id: int, title: str = "", **fields: Any) -> Task:
    """Return a pending task of two slots."""
    return Task(**{"id": id, "title": title or f"Task {id}", "duration": 2, **fields})


def placed_task(id: int, day: int, slot: int, **fields: Any) -> Task:
    """Return a task the draft has placed."""
    task = a_task(id, **fields)
    at = Position(day=day, slot_start=slot, slot_end=slot + task.duration - 1)
    return task.model_copy(update={"slots": (at,), "status": Status.SUGGESTED})


def an_event(id: int, *at: tuple[int, int, int], title: str = "Lecture") -> Task:
    """Return an event of the calendar at (day, first slot, last slot) …"""
    slots = tuple(Position(day=day, slot_start=first, slot_end=last) for day, first, last in at)
    return Task(
        id=id,
        title=title,
        source=Source.EVENT,
        status=Status.EXISTING,
        locked=True,
        duration=slots[0].length,
        slots=slots,
    )


def a_week(*tasks: Task, version: int = 0, allow_past: bool = True) -> Schedule:
    """Return a week of twelve periods from Monday 23 November 2026 in Berlin, open on whichever day the tests run."""
    return Schedule(
        version=version,
        timezone="Europe/Berlin",
        window=Window(start=MONDAY, days=7, allow_past=allow_past),
        grid=PERIODS12,
        tasks=tasks,
    )


def a_call(name: str, **arguments: Any) -> dict[str, Any]:
    """Return a tool call as a model writes it."""
    return ToolCall(name=name, arguments=arguments).model_dump()


PLACE = a_call("place", task_id=1, day=2, slot_start=3)
