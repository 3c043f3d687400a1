"""The unit of work the store is measured with.

A *pair* is two runs on a thread with a 20 KB schedule: ask -> card, and approve -> six rounds -> deliver. Pairs take
turns placing a task and taking it out again, so the thread looks the same however many went before.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from langgraph.runtime import Runtime

from dayloom.stores.memory import NoCalendarStore, NoDelegates, NoMemory, NoMessenger
from graph.build import NODES, Graph, Node, build
from nodes.confirm import confirm as waiting_confirm
from state.common import Approved, CommonState, Phase, RunSettings, Update
from state.context import Context
from state.events import Emit, Event
from state.ids import ThreadId
from state.ports import ChatModel, PreviewStore
from state.preview import Preview
from state.prompt import ModelReply, Purpose, Question, Usage
from state.schedule import PERIODS12, Position, Schedule, Source, Status, Task, Window

SCHEDULE_BYTES: Final = 20_000
NOW: Final = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
EXECUTE: Final = {"action": "execute"}
LOOK: Final = {
    "action": "continue",
    "speak": "Looking.",
    "tool_call": {"name": "get_task_info", "arguments": {"task_id": 1}},
}
DONE: Final = {"action": "done", "goal_check": "as asked"}
APPROVE: Final = {"type": "approve"}


def a_schedule() -> Schedule:
    """Return a week of about 20 KB: three classes a day, and a list of tasks most of which are placed."""
    tasks = [_class(number) for number in range(1, 22)]
    while len(Schedule(window=_WINDOW, grid=PERIODS12, tasks=tuple(tasks)).model_dump_json()) < SCHEDULE_BYTES - 300:
        tasks.append(_task(len(tasks) + 1))
    return Schedule(timezone="Europe/Berlin", window=_WINDOW, grid=PERIODS12, tasks=tuple(tasks))


_WINDOW: Final = Window(start=date(2026, 11, 23), days=7)


def _class(number: int) -> Task:
    at = Position(day=(number - 1) // 3 + 1, slot_start=(number - 1) % 3 * 2 + 1, slot_end=(number - 1) % 3 * 2 + 2)
    return Task(
        id=number,
        title=f"Lecture {number}, room {100 + number}",
        source=Source.EVENT,
        source_id=f"lecture-{number}@example.org",
        status=Status.EXISTING,
        locked=True,
        duration=2,
        slots=(at,),
    )


def _task(number: int) -> Task:
    return Task(id=number, title=f"Work through chapter {number} of the script", source_id=f"row-{number}", duration=1)


@dataclass
class InstantModel:
    """Answers without a pause by what the state shows: reply to small talk, else the rounds of a pair."""

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Say what comes next."""
        return ModelReply(text=_next(question), usage=Usage(prompt_tokens=10, completion_tokens=2), model="instant")


def _next(question: Question) -> str:
    state = question.state
    if question.purpose is Purpose.DELIVER:
        return "Your week is as you wanted it."
    if state.goal.startswith("Thanks"):
        return json.dumps({"action": "reply", "speak": "You are welcome."})
    if state.phase is Phase.PLANNING:
        return json.dumps(EXECUTE)
    return json.dumps((_proposal(state.schedule), *[LOOK] * 5, DONE)[state.rounds - 1])


def _proposal(schedule: Schedule) -> dict[str, Any]:
    task = schedule.tasks[-1].id
    place = {"name": "place", "arguments": {"task_id": task, "day": 2, "slot_start": 9}}
    unplace = {"name": "unplace", "arguments": {"task_id": task}}
    call = unplace if schedule.by_id[task].slots else place
    return {"action": "confirm", "speak": "Shall I?", "tool_call": call}


@dataclass
class HeldPreviews:
    """Keeps the newest preview of each thread in memory, for stores that have no place for it."""

    newest: dict[ThreadId, Preview] = field(default_factory=dict)

    async def put(self, thread: ThreadId, preview: Preview) -> None:
        """Replace the preview."""
        self.newest[thread] = preview

    async def get(self, thread: ThreadId) -> Preview | None:
        """Return the preview, or None."""
        return self.newest.get(thread)


def a_context(thread: str, previews: PreviewStore, model: ChatModel | None = None) -> Context:
    """Return what a run of the bench may use."""
    return Context(
        thread=ThreadId(thread),
        model=model or InstantModel(),
        previews=previews,
        calendar=NoCalendarStore(),
        memory=NoMemory(),
        messenger=NoMessenger(),
        delegates=NoDelegates(),
        emit=_unheard,
        clock=lambda: NOW,
        settings=RunSettings(),
    )


def _unheard(event: Event) -> None:
    """Nobody listens."""


def bare_graph() -> Graph:
    """Return the same graph without a saver; it cannot wait, so its confirm node says yes by itself."""
    nodes: Sequence[Node] = [confirm if node is waiting_confirm else node for node in NODES]
    return build(nodes=tuple(nodes))


async def confirm(state: CommonState, runtime: Runtime[Context]) -> Update:
    """Approve the open card as the real node does after a person has."""
    asked = state.interrupt
    assert asked is not None
    assert asked.call is not None
    approved = Approved(call=asked.call, call_id=asked.call_id, state_version=asked.state_version, digest=asked.digest)
    return {"interrupt": None, "phase": Phase.EXECUTING, "approved": approved, "answer": "approved"}
