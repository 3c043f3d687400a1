"""One person and a scripted model on a real store, without a socket for the model; any number side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import turns
from stage import NOW, PLACE, THREAD, ScriptedModel, a_call, a_task, a_week, an_event

from dayloom.calendar_sync.writer import CalendarWriter
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.memory import NoDelegates, NoMemory, NoMessenger
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.owner.previews import RedisPreviews
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import KeyKind, owner_key
from dayloom.stores.threads.durations import Durations
from dayloom.stores.threads.store import RedisThreads
from graph.agent import Agent, Turn
from graph.build import build
from state.common import RunSettings
from state.context import Context
from state.events import Event
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.ports import Accepted
from state.run_status import RunStatus
from state.schedule import Schedule

EXECUTE = {"action": "execute", "speak": "On it."}
LOOK = {"action": "continue", "speak": "Looking.", "tool_call": a_call("get_overview")}
CONFIRM = {"action": "confirm", "speak": "Shall I?", "tool_call": PLACE}
OTHER = {"action": "confirm", "speak": "Or this?", "tool_call": a_call("place", task_id=1, day=3, slot_start=3)}
ASK = {"action": "ask_user", "speak": "Which day?"}
DONE = {"action": "done", "goal_check": "placed"}
FINAL = "All placed."
REPLY = {"action": "reply", "speak": "Tuesday."}
WEEK = a_week(an_event(9, (1, 1, 2)), a_task(1, "Essay"), a_task(2, "Report"))


QUIET = Durations(watch=60)
"""No renewals, which would disturb a count of commands."""


@dataclass
class Person:
    """Talks to an agent of its own, as if each had a process of its own."""

    redis: AsyncRedis
    script: list[Any] = field(default_factory=list)
    durations: Durations = QUIET
    thread: ThreadId = THREAD
    settings: RunSettings = field(default_factory=RunSettings)
    by: str | None = None
    events: list[Event] = field(default_factory=list)
    hook: Callable[[Event], None] = lambda event: None
    name: str = "run"
    addresses: tuple[str, ...] = ()
    now: datetime = NOW
    seen: str | None = None

    def __post_init__(self) -> None:
        self.threads = RedisThreads(RedisCheckpointer(self.redis), durations=self.durations, by=self.by)
        self.agent = Agent(build(), self.threads)
        self.model = ScriptedModel(self.script)
        self.previews = RedisPreviews(self.redis)
        self.book = RedisCalendar(self.redis)
        self.runs = count(1)

    @property
    def context(self) -> Context:
        """What a run may use."""
        return Context(
            thread=self.thread,
            model=self.model,
            previews=self.previews,
            calendar=CalendarWriter(self.book, self.addresses, begun=self.seen),
            memory=NoMemory(),
            messenger=NoMessenger(),
            delegates=NoDelegates(),
            emit=self._emit,
            clock=lambda: self.now,
            settings=self.settings,
        )

    async def say(self, text: str, schedule: Schedule | None = None) -> Turn:
        """Send a message."""
        await self._enter()
        return await turns.say(self.agent, text, self.context, self.run(), schedule=schedule)

    async def told(self, run: str) -> list[tuple[int, Event]]:
        """Return what a run has told, with its index."""
        page = await self.threads.page(self.thread, RunId(run))
        assert page is not None
        return [(each.index, each.event) for each in page.events]

    async def accept(self, text: str, run: str) -> bool:
        """Keep a message for later."""
        await self._enter()
        return await self.agent.accept(self.thread, Accepted(run=RunId(run), message=text, at=NOW))

    async def carry_on(self) -> Turn | None:
        """Go on with whatever is due."""
        return await self.agent.carry_on(self.thread, lambda run, asked: self.context)

    async def answer(self, type: str, **fields: Any) -> Turn:
        """Answer the open card."""
        interrupt_id = fields.pop("interrupt_id", None)
        given = Answer.model_validate({"type": type, **fields})
        return await turns.answer(self.agent, given, self.context, self.run(), card=interrupt_id)

    async def cancel(self) -> bool:
        """Cancel whichever run is at work, or the open card."""
        return await self.threads.stop(self.thread, None, RunStatus.CANCELLED, "cancelled")

    async def asked(self) -> Turn:
        """Go to the first card of a conversation."""
        self.model.script[:0] = [EXECUTE, CONFIRM]
        return await self.say("Place my essay", WEEK)

    def run(self) -> RunId:
        """Return the next run id."""
        return RunId(f"{self.name}-{next(self.runs)}")

    async def _enter(self) -> None:
        """Make the thread one of the owner's, as `WorkspaceLocks.take` does before a request is accepted."""
        await self.redis.sadd(owner_key(self.threads.owner, KeyKind.THREADS), self.thread)

    def _emit(self, event: Event) -> None:
        self.events.append(event)
        self.hook(event)
