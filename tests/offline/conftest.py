"""A person who talks to the offline model: the whole graph, real tools, a real store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import turns
from stage import NOW, THREAD

from dayloom.calendar_sync.writer import CalendarWriter
from dayloom.offline import OfflineModel
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.memory import NoDelegates, NoMemory, NoMessenger
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.owner.previews import RedisPreviews
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.threads.store import RedisThreads
from graph.agent import Agent, Turn
from graph.build import build
from state.common import RunSettings
from state.context import Context
from state.events import Event
from state.ids import RunId
from state.interrupt import Answer
from state.ports import ChatModel
from state.schedule import Schedule
from state.tool import ToolCall


@dataclass
class Person:
    """Somebody at the keyboard, and everything they were shown."""

    redis: AsyncRedis
    schedule: Schedule
    settings: RunSettings
    model: ChatModel = field(default_factory=OfflineModel)
    events: list[Event] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    async def say(self, text: str) -> Turn:
        first = None if self.turns else self.schedule
        return self._kept(await turns.say(self._agent, text, self._context, self._run, schedule=first))

    async def answer(self, type: str, message: str = "") -> Turn:
        given = Answer.model_validate({"type": type, "message": message})
        return self._kept(await turns.answer(self._agent, given, self._context, self._run))

    @property
    def card(self) -> ToolCall:
        """The call of the open card."""
        asked = self.turns[-1].interrupt
        assert asked is not None
        assert asked.call is not None
        return asked.call

    @property
    def heard(self) -> str:
        """The final words of the last turn."""
        outcome = self.turns[-1].state.outcome
        assert outcome is not None
        return outcome.message

    @property
    def corrections(self) -> list[Event]:
        return [event for event in self.events if event.type.value == "correction"]

    @property
    def _agent(self) -> Agent:
        return Agent(build(), RedisThreads(RedisCheckpointer(self.redis)))

    @property
    def _run(self) -> RunId:
        return RunId(f"run-{len(self.turns)}")

    @property
    def _context(self) -> Context:
        return Context(
            thread=THREAD,
            model=self.model,
            previews=RedisPreviews(self.redis),
            calendar=CalendarWriter(RedisCalendar(self.redis)),
            memory=NoMemory(),
            messenger=NoMessenger(),
            delegates=NoDelegates(),
            emit=self.events.append,
            clock=lambda: NOW,
            settings=self.settings,
        )

    def _kept(self, turn: Turn) -> Turn:
        self.turns.append(turn)
        return turn


@pytest.fixture
def person(redis: AsyncRedis) -> Callable[..., Person]:
    """Sit somebody down in front of a schedule; the rest are settings of their runs."""

    def sit_down(schedule: Schedule, model: ChatModel | None = None, **settings: Any) -> Person:
        return Person(redis, schedule, RunSettings(**settings), model or OfflineModel())

    return sit_down
