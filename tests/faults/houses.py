"""The agent under test on a client of its own, as one server process has it, and what a chat backend does with it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from stage import NOW

from dayloom.calendar_sync.ledger import Ledger
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.owner.previews import RedisPreviews
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.keys import LOCAL_OWNER, Kind, ThreadKeys
from dayloom.stores.threads.durations import Durations
from dayloom.stores.threads.store import RedisThreads
from graph.agent import Agent, RunStatus
from graph.build import build
from state.common import RunSettings
from state.context import Context
from state.errors import RunCancelled
from state.events import Emit, Event
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.ports import Accepted, ChatModel, PreviewStore
from state.schedule import Schedule

TIMEOUT = 2.0
"""Seconds a command may take in these tests."""
DURATIONS = Durations(watch=60)
"""A run that looks at its lease only when it commits, so that every command has its number."""


def unheard(event: Event) -> None:
    """Take an event and do nothing with it."""


@dataclass
class House:
    """An agent and its store."""

    client: AsyncRedis
    agent: Agent
    previews: PreviewStore
    threads: Any

    async def say(
        self, thread: str, text: str, run: str, model: ChatModel, *, schedule: Schedule | None = None, **settings: Any
    ) -> str:
        """Send a message, or send it again: the run id says that it is the same one. Returns the run's status."""
        context, id_ = self.context(thread, model, **settings), RunId(run)
        try:
            asked = Accepted(run=id_, message=text, schedule=schedule, at=context.clock())
            if await self.agent.accept(context.thread, asked, behind=True):
                return (await self.agent.turn(text, context, id_, schedule=schedule)).status
            while await self.agent.carry_on(context.thread, lambda run, asked: context) is not None:
                pass
        except RunCancelled:
            return RunStatus.CANCELLED
        return await self.threads.run_status(context.thread, id_) or "unknown"

    async def answer(
        self, thread: str, card: str, run: str, model: ChatModel, *, decision: str = "approve", text: str = ""
    ) -> str:
        """Answer a card; returns the run's status."""
        given = Answer.model_validate({"type": decision, "message": text})
        context = self.context(thread, model)
        try:
            return (await self.agent.resume(given, context, RunId(run), interrupt_id=card)).status
        except RunCancelled:
            return RunStatus.CANCELLED

    def context(self, thread: str, model: ChatModel, emit: Emit = unheard, **settings: Any) -> Context:
        """Return what a run may use."""
        return Context(
            thread=ThreadId(thread),
            model=model,
            previews=self.previews,
            calendar=Ledger(RedisCalendar(self.client)),
            emit=emit,
            clock=lambda: NOW,
            settings=RunSettings(**settings),
        )


OpenHouse = Callable[[str], AbstractAsyncContextManager[House]]


@asynccontextmanager
async def dayloom_house(url: str, *, within: float = TIMEOUT) -> AsyncGenerator[House]:
    """Open dayloom's own agent on the server at `url`; a command may take `within` seconds."""
    async with connect(url, timeout=within) as client:
        threads = RedisThreads(RedisCheckpointer(client), durations=DURATIONS)
        yield House(client, Agent(build(), threads), RedisPreviews(client), threads)


def lease_key(thread: str) -> str:
    """Return the key whose expiry lets the next run have the thread."""
    return ThreadKeys(LOCAL_OWNER, thread).of(Kind.LEASE)
