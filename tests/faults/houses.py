"""The agent under test on a client of its own, as one server process has it, and what a chat backend does with it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from stage import NOW
from turns import finished, finished_by_anybody

from dayloom.calendar_sync.writer import CalendarWriter
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.memory import NoDelegates, NoMemory, NoMessenger
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.owner.previews import RedisPreviews
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys
from dayloom.stores.threads.durations import Durations
from dayloom.stores.threads.store import RedisThreads
from graph.agent import Agent, RunStatus
from graph.build import build
from graph.open_card import fit_to_card
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
        context = self.context(thread, model, **settings)
        asked = Accepted(run=RunId(run), message=text, schedule=schedule, at=context.clock())
        return await self._carried_out(context, asked)

    async def answer(
        self, thread: str, card: str, run: str, model: ChatModel, *, decision: str = "approve", text: str = ""
    ) -> str:
        """Answer a card, or answer it again; returns the run's status."""
        context = self.context(thread, model)
        given = Answer.model_validate({"type": decision, "message": text})
        asked = Accepted(run=RunId(run), answer=given, card=card, at=context.clock())
        if await self.threads.run_status(context.thread, asked.run) is None:
            asked = fit_to_card(context.thread, (await self.agent.state(context.thread)).interrupt, asked)
        return await self._carried_out(context, asked)

    async def cancel(self, thread: str) -> bool:
        """Cancel whichever run is at work, or the open card."""
        return await self.threads.stop(ThreadId(thread), None, RunStatus.CANCELLED, "cancelled")

    async def _carried_out(self, context: Context, asked: Accepted) -> str:
        """Take the request and see it through; a message waits behind what is at work, an answer is refused then."""
        says = asked.answer is None
        try:
            await self.agent.accept(context.thread, asked, behind=says)
            done = await (finished if says else finished_by_anybody)(self.agent, context)
        except RunCancelled:
            return RunStatus.CANCELLED
        if asked.run in done:
            return done[asked.run].status
        return await self.threads.run_status(context.thread, asked.run) or "unknown"

    def context(self, thread: str, model: ChatModel, emit: Emit = unheard, **settings: Any) -> Context:
        """Return what a run may use."""
        return Context(
            thread=ThreadId(thread),
            model=model,
            previews=self.previews,
            calendar=CalendarWriter(RedisCalendar(self.client)),
            memory=NoMemory(),
            messenger=NoMessenger(),
            delegates=NoDelegates(),
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
    return ThreadKeys(LOCAL_OWNER, thread).of(KeyKind.LEASE)
