"""The stores that are compared: each runs pairs, and says what it has stored."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from bench.pair import APPROVE, HeldPreviews, a_context, a_schedule, bare_graph
from bench.postgres import postgres
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.owner.previews import RedisPreviews
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.threads.durations import Durations
from dayloom.stores.threads.store import RedisThreads
from graph.agent import RECURSION_LIMIT, Agent
from graph.build import Graph, build
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.ports import Accepted


class Store(Protocol):
    """One of the stores, with a thread of its own for each length of history."""

    name: str

    async def talk(self, thread: str, turns: int) -> None:
        """Let a thread grow by so many turns of small talk, two messages each."""
        ...

    async def pair(self, thread: str) -> None:
        """Run one pair."""
        ...

    def resume(self, thread: str) -> AbstractAsyncContextManager[Any]:
        """Find the head of a thread and its pending writes, as a process that has just started."""
        ...

    async def bytes_stored(self, thread: str) -> int:
        """Return the bytes kept about a thread; 0 when nothing is."""
        ...


class Saved:
    """LangGraph as its manual says, on any saver, every step durable."""

    def __init__(self, name: str, saver: BaseCheckpointSaver[Any]) -> None:
        self.name = name
        self.saver = saver
        self._graph = build(saver)
        self._previews = HeldPreviews()

    async def talk(self, thread: str, turns: int) -> None:
        """Let a thread grow."""
        await self._invoke(thread, {**_message("Thanks 0"), "schedule": a_schedule()})
        for turn in range(1, turns):
            await self._invoke(thread, _message(f"Thanks {turn}"))

    async def pair(self, thread: str) -> None:
        """Run one pair."""
        await self._invoke(thread, _message("Place the last one"))
        await self._invoke(thread, Command(resume=APPROVE))

    @asynccontextmanager
    async def resume(self, thread: str) -> AsyncGenerator[Any]:
        """Fetch the newest checkpoint."""
        yield await self.saver.aget_tuple(_config(thread))

    async def bytes_stored(self, thread: str) -> int:
        """Add up what the saver keeps in memory."""
        saver = cast(InMemorySaver, self.saver)
        kept = [saver.storage[thread], {key: each for key, each in saver.writes.items() if key[0] == thread}]
        return _bytes_in([*kept, {key: each for key, each in saver.blobs.items() if key[0] == thread}])

    async def _invoke(self, thread: str, given: Any) -> None:
        context = a_context(thread, self._previews)
        await cast(Any, self._graph).ainvoke(given, _config(thread), context=context, durability="sync")


class Sqlite(Saved):
    """LangGraph on its SQLite saver."""

    async def bytes_stored(self, thread: str) -> int:
        """Add up the rows of the thread."""
        connection = cast(Any, self.saver).conn
        checkpoints = "select coalesce(sum(length(checkpoint) + length(metadata)), 0) from checkpoints"
        writes = "select coalesce(sum(length(value)), 0) from writes"
        sums = [await _first(connection, f"{query} where thread_id = ?", thread) for query in (checkpoints, writes)]
        return sum(sums)


class Postgres(Saved):
    """LangGraph on its Postgres saver."""

    async def bytes_stored(self, thread: str) -> int:
        """Add up the rows of the thread, as compressed as Postgres keeps them."""
        tables = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
        connection = cast(Any, self.saver).conn
        total = 0
        for table in tables:
            query = f"select coalesce(sum(pg_column_size(t.*)), 0) as size from {table} t where thread_id = %s"
            row = await (await connection.execute(query, (thread,))).fetchone()
            total += int(row["size"])
        return total


class Bare:
    """LangGraph without a saver: the whole pair in one run, the state handed back by hand."""

    name = "bare LangGraph"

    def __init__(self) -> None:
        self._graph: Graph = bare_graph()
        self._previews = HeldPreviews()
        self._states: dict[str, dict[str, Any]] = {}

    async def talk(self, thread: str, turns: int) -> None:
        """Let a thread grow."""
        self._states[thread] = {"schedule": a_schedule()}
        for turn in range(turns):
            await self._run(thread, f"Thanks {turn}")

    async def pair(self, thread: str) -> None:
        """Run one pair."""
        await self._run(thread, "Place the last one")

    @asynccontextmanager
    async def resume(self, thread: str) -> AsyncGenerator[Any]:
        """Find nothing: nothing is kept."""
        yield None

    async def bytes_stored(self, thread: str) -> int:
        """Return 0."""
        return 0

    async def _run(self, thread: str, text: str) -> None:
        before = self._states[thread]
        given = {**before, "messages": [*before.get("messages", ()), *_message(text)["messages"]]}
        context = a_context(thread, self._previews)
        config: RunnableConfig = {"recursion_limit": RECURSION_LIMIT}
        after = await cast(Any, self._graph).ainvoke(given, config, context=context)
        self._states[thread] = {name: value for name, value in after.items() if name != "transcript"}


class Dayloom:
    """The agent behind its own front door, on its own store.

    A run looks for a cancel every 0.2 s; here it need not, so that round trips do not depend on the time taken.
    """

    name = "dayloom"

    def __init__(self, client: AsyncRedis, graph: Graph | None = None) -> None:
        self._client = client
        self._previews = RedisPreviews(client)
        self._threads = RedisThreads(RedisCheckpointer(client), durations=Durations(watch=60))
        self._agent = Agent(graph or build(), self._threads)
        self._runs = count()

    async def talk(self, thread: str, turns: int) -> None:
        """Let a thread grow."""
        context = a_context(thread, self._previews)
        await self._carry_out(context, message="Thanks 0", schedule=a_schedule())
        for turn in range(1, turns):
            await self._carry_out(context, message=f"Thanks {turn}")

    async def pair(self, thread: str) -> None:
        """Run one pair."""
        context = a_context(thread, self._previews)
        await self._carry_out(context, message="Place the last one")
        await self._carry_out(context, answer=Answer.model_validate(APPROVE))

    async def _carry_out(self, context: Any, **asked: Any) -> None:
        await self._agent.accept(context.thread, Accepted(run=self._run(), at=context.clock(), **asked))
        await self._agent.carry_on(context.thread, lambda run, asked: context)

    @asynccontextmanager
    async def resume(self, thread: str) -> AsyncGenerator[Any]:
        """Take the thread for a run."""
        threads = RedisThreads(RedisCheckpointer(self._client))
        async with threads.open(ThreadId(thread), self._run()) as session:
            yield session

    @asynccontextmanager
    async def resume_again(self, thread: str) -> AsyncGenerator[Any]:
        """Take the thread for a run, as the process that ran the last one."""
        async with self._threads.open(ThreadId(thread), self._run()) as session:
            yield session

    async def bytes_stored(self, thread: str) -> int:
        """Add up what the server spends on the thread's keys, its own bookkeeping included."""
        keys = [key async for key in self._client.scan_iter(f"*/{thread}}}*", count=10_000)]
        return sum([await self._client.memory_usage(key, samples=0) or 0 for key in keys])

    def _run(self) -> RunId:
        return RunId(f"run-{next(self._runs)}")


@asynccontextmanager
async def open_stores(redis_url: str) -> AsyncGenerator[list[Store]]:
    """Yield every store that can be opened here, dayloom first and bare LangGraph last."""
    async with AsyncExitStack() as stack:
        stores: list[Store] = [Dayloom(await stack.enter_async_context(connect(redis_url)))]
        stores.append(Saved("InMemorySaver", InMemorySaver()))
        stores += await _sqlite(stack)
        stores += await _postgres(stack)
        yield [*stores, Bare()]


async def _sqlite(stack: AsyncExitStack) -> list[Store]:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver  # noqa: PLC0415 only the bench needs it

    folder = stack.enter_context(tempfile.TemporaryDirectory())
    opened = AsyncSqliteSaver.from_conn_string(str(Path(folder) / "bench.db"))
    return [Sqlite("AsyncSqliteSaver", await stack.enter_async_context(opened))]


async def _postgres(stack: AsyncExitStack) -> list[Store]:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver  # noqa: PLC0415 only the bench needs it

    address = stack.enter_context(postgres())
    if address is None:
        return []
    saver = await stack.enter_async_context(AsyncPostgresSaver.from_conn_string(address))
    await saver.setup()
    return [Postgres("AsyncPostgresSaver", saver)]


async def _first(connection: Any, query: str, thread: str) -> int:
    async with connection.execute(query, (thread,)) as cursor:
        [number] = await cursor.fetchone()
    return int(number)


def _bytes_in(value: Any) -> int:
    """Return the bytes of all byte strings in nested containers."""
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_bytes_in, cast(dict[Any, Any], value).values()))
    if isinstance(value, list | tuple):
        return sum(map(_bytes_in, cast(list[Any], value)))
    return 0


def _message(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


def _config(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread}, "recursion_limit": RECURSION_LIMIT}
