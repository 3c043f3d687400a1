"""The agents under test, each on a client of its own: dayloom's, and the naive one that must fail."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from stage import NOW

from dayloom.stores.checkpoints import RedisCheckpointer
from dayloom.stores.connection import AsyncRedis, connect
from dayloom.stores.previews import RedisPreviews
from graph.agent import Agent, Turn
from graph.build import build
from state.common import RunSettings
from state.context import Context
from state.events import Emit, Event
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.ports import ChatModel, PreviewStore
from state.schedule import Schedule

TIMEOUT = 2.0
"""Seconds a command may take in these tests."""


def unheard(event: Event) -> None:
    """Take an event and do nothing with it."""


@dataclass
class House:
    """An agent and its store, as one server process has them."""

    client: AsyncRedis
    agent: Agent
    previews: PreviewStore

    async def say(
        self, thread: str, text: str, run: str, model: ChatModel, schedule: Schedule | None = None, **settings: Any
    ) -> Turn:
        """Send a message."""
        return await self.agent.turn(text, self.context(thread, model, **settings), RunId(run), schedule=schedule)

    async def answer(
        self, thread: str, card: str | None, decision: str, text: str, run: str, model: ChatModel, **settings: Any
    ) -> Turn:
        """Answer a card, or whichever is open."""
        given = Answer.model_validate({"type": decision, "message": text})
        context = self.context(thread, model, **settings)
        return await self.agent.resume(given, context, RunId(run), interrupt_id=card)

    def context(self, thread: str, model: ChatModel, emit: Emit = unheard, **settings: Any) -> Context:
        """Return what a run may use."""
        return Context(
            thread=ThreadId(thread),
            model=model,
            previews=self.previews,
            emit=emit,
            clock=lambda: NOW,
            settings=RunSettings(**settings),
        )


OpenHouse = Callable[[str], AbstractAsyncContextManager[House]]


@asynccontextmanager
async def dayloom_house(url: str) -> AsyncGenerator[House]:
    """Open dayloom's own agent on the server at `url`."""
    async with connect(url, timeout=TIMEOUT) as client:
        yield House(client, Agent(build(RedisCheckpointer(client))), RedisPreviews(client))
