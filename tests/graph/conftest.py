"""An agent on a real store, talking to a scripted model over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest
import turns
from doubles import ScriptedModelServer
from stage import NOW, THREAD

from dayloom.calendar_sync.writer import CalendarWriter
from dayloom.llm.chat_completions.model import ChatCompletionsApi
from dayloom.llm.limits import Limits
from dayloom.llm.models import Models
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


@dataclass
class Talk:
    """One person talking to the agent: what they say, how they answer, what they and the model saw."""

    server: ScriptedModelServer
    model: ChatModel
    redis: AsyncRedis
    settings: RunSettings
    waits: list[float]
    events: list[Event] = field(default_factory=list)
    runs: Any = field(default_factory=lambda: count(1))

    @property
    def agent(self) -> Agent:
        """A new agent on the same store each time, as after a restart."""
        return Agent(build(), RedisThreads(RedisCheckpointer(self.redis)))

    @property
    def context(self) -> Context:
        """What a run may use."""
        return Context(
            thread=THREAD,
            model=self.model,
            previews=self.previews,
            calendar=CalendarWriter(RedisCalendar(self.redis)),
            memory=NoMemory(),
            messenger=NoMessenger(),
            delegates=NoDelegates(),
            emit=self.events.append,
            clock=lambda: NOW,
            settings=self.settings,
        )

    @property
    def previews(self) -> RedisPreviews:
        """The store of previews."""
        return RedisPreviews(self.redis)

    async def say(self, text: str, schedule: Schedule | None = None) -> Turn:
        """Send a message."""
        return await turns.say(self.agent, text, self.context, self._run(), schedule=schedule)

    async def answer(self, type: str, *, interrupt_id: str | None = None, **fields: Any) -> Turn:
        """Answer the open card."""
        given = Answer.model_validate({"type": type, **fields})
        return await turns.answer(self.agent, given, self.context, self._run(), card=interrupt_id)

    @property
    def shown(self) -> str:
        """What the model was shown in its last request."""
        return self.server.requests[-1].text

    @property
    def told(self) -> list[str]:
        """The types of the events so far."""
        return [event.type.value for event in self.events]

    def _run(self) -> RunId:
        return RunId(f"run-{next(self.runs)}")


TalkTo = Callable[..., Talk]


@pytest.fixture
async def talk(redis: AsyncRedis) -> AsyncIterator[TalkTo]:
    """Begin to talk to a model that answers exactly this; `limits` and `fallbacks` go to it, the rest to the run."""
    servers: list[ScriptedModelServer] = []
    apis: list[ChatCompletionsApi] = []

    def begin(
        *script: Any, fallbacks: tuple[str, ...] = (), limits: dict[str, Any] | None = None, **settings: Any
    ) -> Talk:
        server = ScriptedModelServer(script)
        servers.append(server.__enter__())
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        bounds = replace(Limits(), **(limits or {}))
        api = ChatCompletionsApi(base_url=server.base_url, api_key="sk-canary", limits=bounds)
        apis.append(api)
        remote = [api.model(name) for name in ("first", *fallbacks)]
        model = Models("first", remote, limits=bounds, sleep=sleep).of()
        return Talk(server=server, model=model, redis=redis, settings=RunSettings(**settings), waits=waits)

    yield begin
    for api in apis:
        await api.aclose()
    for server in servers:
        server.__exit__()
