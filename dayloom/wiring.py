"""Builds adapters and puts them together, for one command and for LangGraph's own dev server.

What only long-lived processes need stands above, so that no command starts slower for it: `dayloom.working` does the
runs of all users, `dayloom.serving` adds what the web service takes. Which adapter stands behind a port is decided in
these three only.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Final

from langgraph.config import get_config
from langgraph.runtime import Runtime

from dayloom.calendar_sync.apply import Commits
from dayloom.calendar_sync.ledger import Ledger
from dayloom.llm.mode import Mode
from dayloom.llm.models import Models
from dayloom.settings import OFFLINE, Settings, read_settings
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.memory import MemoryPreviews, NoCalendarStore
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.owner.previews import RedisPreviews
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.embedded import embedded
from dayloom.stores.threads.durations import Durations
from dayloom.stores.threads.store import RedisThreads
from graph.agent import Agent
from graph.build import NODES, Graph, Node, build
from state.common import CommonState, RunSettings, Update
from state.context import Context
from state.events import Emit, Event
from state.ids import RunId, ThreadId
from state.ports import ChatModel, PreviewStore

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Digits and letters that are not taken for one another when read aloud or typed (Crockford's base 32)."""


MOST_STEPS: Final = 20
"""How far back the last run of a thread is looked for."""

_DEV_PREVIEWS: Final = MemoryPreviews()

PATIENCE: Final = 6.0
"""Seconds: a command that follows a killed one waits for its lease to end."""


def durations(settings: Settings) -> Durations:
    """Return how long a hold, a card and a thread last under these settings."""
    return Durations(patience=PATIENCE, card=settings.card_expiry, keep=settings.keep_threads)


def new_thread_id() -> ThreadId:
    """Return an id that fits on a command line, such as `k7m3-9qxp`; 40 random bits."""
    return ThreadId(f"{_random(4)}-{_random(4)}")


def new_run_id() -> RunId:
    """Return an id such as `run-5f2a8c1d9e0b`; 60 random bits."""
    return RunId(f"run-{_random(12)}")


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@dataclass(frozen=True, kw_only=True)
class Wired:
    """Everything put together, as long as the store and the model are open."""

    settings: Settings
    client: AsyncRedis
    checkpointer: RedisCheckpointer
    previews: PreviewStore
    model: ChatModel
    agent: Agent

    @property
    def commits(self) -> Commits:
        """The way from a draft into the calendar, and back."""
        threads = RedisThreads(self.checkpointer, durations=durations(self.settings))
        return Commits(threads, build(), RedisCalendar(self.client))

    def context(self, thread: ThreadId, emit: Emit, settings: RunSettings) -> Context:
        """Return what one run may use."""
        return Context(
            thread=thread,
            model=self.model,
            previews=self.previews,
            calendar=Ledger(RedisCalendar(self.client)),
            emit=emit,
            clock=self.settings.now,
            settings=settings,
        )

    async def last_run(self, thread: ThreadId) -> RunId | None:
        """Return the run that wrote to the thread last; None when there is no such thread.

        What the person did by hand since, a step each, belongs to no run.
        """
        steps = self.checkpointer.alist({"configurable": {"thread_id": thread, "checkpoint_ns": ""}}, limit=MOST_STEPS)
        async for step in steps:
            if run := step.metadata.get("run_id"):
                return RunId(run)
        return None


@asynccontextmanager
async def wired(settings: Settings) -> AsyncGenerator[Wired]:
    """Open the store and the model, and put the agent on top.

    Raises StoreUnavailable when the embedded server cannot start, and BadInput when the model's address or key cannot
    be right. A server somewhere else is not asked anything yet.
    """
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(opened_model(settings))
        client = await stack.enter_async_context(opened_store(settings))
        checkpointer = RedisCheckpointer(client)
        yield Wired(
            settings=settings,
            client=client,
            checkpointer=checkpointer,
            previews=RedisPreviews(client),
            model=model,
            agent=Agent(build(), RedisThreads(checkpointer, durations=durations(settings))),
        )


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncGenerator[AsyncRedis]:
    """Yield a client of the server the settings name, or else of the embedded one."""
    async with AsyncExitStack() as stack:
        url = settings.redis_url
        if url is None:
            url = await stack.enter_async_context(embedded(settings.data_dir, settings.redis_server))
        yield await stack.enter_async_context(connect(url))


@asynccontextmanager
async def opened_model(settings: Settings) -> AsyncGenerator[ChatModel]:
    """Yield the model the settings name, the built-in one or a client of an API."""
    async with opened_models(settings) as models:
        yield models.of()


@asynccontextmanager
async def opened_models(settings: Settings) -> AsyncGenerator[Models]:
    """Yield every model a run may ask for; those of an API share one client."""
    remote = [name for name in settings.models if name != OFFLINE]
    if not remote:
        yield Models()
        return
    from dayloom.llm.chat_completions.model import (  # noqa: PLC0415 half a second that offline use can spare
        OPENAI_URL,
        ChatCompletionsApi,
    )

    async with ChatCompletionsApi(
        base_url=settings.openai_base_url or OPENAI_URL, api_key=settings.openai_api_key.get_secret_value()
    ) as api:
        yield Models(settings.model, [api.model(name) for name in remote])


@asynccontextmanager
async def make_graph() -> AsyncGenerator[Graph]:
    """Yield the graph for LangGraph's own dev server, which brings its checkpointer and passes no context."""
    settings = await asyncio.to_thread(read_settings)
    async with opened_models(settings) as models:
        graph = build(nodes=tuple(_with_ports(node, settings, models) for node in NODES))
        graph.context_schema = None
        yield graph


def _with_ports(node: Node, settings: Settings, models: Models) -> Node:
    """Return the node with a context of its own; events go to the custom stream.

    Of what the caller may configure, only `model` and `mode` are read.
    """

    @wraps(node)
    async def bound(state: CommonState, runtime: Runtime[Any]) -> Update:
        def emit(event: Event) -> None:
            runtime.stream_writer(event.model_dump(mode="json"))

        info = runtime.execution_info
        asked = get_config().get("configurable", {})
        context = Context(
            thread=ThreadId((info and info.thread_id) or "without-thread"),
            model=models.of(asked.get("model"), Mode(asked["mode"]) if "mode" in asked else None),
            previews=_DEV_PREVIEWS,
            calendar=NoCalendarStore(),
            emit=emit,
            clock=settings.now,
            settings=settings.run_settings(),
        )
        return await node(state, runtime.override(context=context))

    return bound


def utc_now() -> datetime:
    """Return the present moment, for what is written into files."""
    return datetime.now(UTC)
