"""Each method of LangGraph's Python SDK, called once on a server; the table of what came of it is in the docs."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import langgraph_sdk
from api.behaviour import SLOW, TALK
from api.sdk import ASSISTANT, said
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import LangGraphError

PAGE: Final = Path(__file__).parents[2] / "docs" / "agent-server.md"
GROUPS: Final = ("assistants", "threads", "runs", "crons", "store")
WORKS: Final = "works"


@dataclass(frozen=True)
class Scene:
    """A client, the id of the assistant, a thread that was talked on, and its run."""

    client: LangGraphClient
    assistant: str
    thread: str
    run: str


Call = Callable[[Scene], Awaitable[Any]]
INPUT: Final = said(TALK)


async def _drained(parts: AsyncIterator[Any]) -> None:
    async for _ in parts:
        pass


async def _fresh(at: Scene) -> str:
    return str((await at.client.threads.create())["thread_id"])


async def _begun(at: Scene) -> tuple[str, str]:
    thread = await _fresh(at)
    return thread, str((await at.client.runs.create(thread, ASSISTANT, input=INPUT))["run_id"])


async def _delete_cron(at: Scene) -> Any:
    return await at.client.crons.delete(await _cron(at))


async def _update_cron(at: Scene) -> Any:
    return await at.client.crons.update(await _cron(at), enabled=False)


async def _cron(at: Scene) -> str:
    made: Any = await at.client.crons.create(ASSISTANT, schedule="0 18 * * 0", input=INPUT)
    return made["cron_id"]


async def _cancel(at: Scene) -> None:
    thread = await _fresh(at)
    config: Any = SLOW
    run = str((await at.client.runs.create(thread, ASSISTANT, input=INPUT, config=config))["run_id"])
    async with asyncio.timeout(20):
        while (await at.client.runs.get(thread, run))["status"] != "running":  # noqa: ASYNC110 in another process
            await asyncio.sleep(0.05)
    await at.client.runs.cancel(thread, run, wait=True)


async def _cancel_many(at: Scene) -> None:
    thread, run = await _begun(at)
    await at.client.runs.cancel_many(thread_id=thread, run_ids=[run])


async def _delete_run(at: Scene) -> None:
    thread, run = await _begun(at)
    await at.client.runs.join(thread, run)
    await at.client.runs.delete(thread, run)


async def _stream_of_thread(at: Scene) -> None:
    thread = await _fresh(at)
    parts = await at.client.threads.join_stream(thread)
    await at.client.runs.create(thread, ASSISTANT, input=INPUT)
    async with asyncio.timeout(20):
        await anext(aiter(parts))


async def _delete_thread(at: Scene) -> None:
    await at.client.threads.delete(await _fresh(at))


async def _prune(at: Scene) -> None:
    await at.client.threads.prune([await _fresh(at)])


CALLS: Final[dict[str, Call]] = {
    "assistants.count": lambda at: at.client.assistants.count(),
    "assistants.create": lambda at: at.client.assistants.create(ASSISTANT),
    "assistants.delete": lambda at: at.client.assistants.delete("00000000-0000-0000-0000-000000000000"),
    "assistants.get": lambda at: at.client.assistants.get(at.assistant),
    "assistants.get_graph": lambda at: at.client.assistants.get_graph(at.assistant),
    "assistants.get_schemas": lambda at: at.client.assistants.get_schemas(at.assistant),
    "assistants.get_subgraphs": lambda at: at.client.assistants.get_subgraphs(at.assistant),
    "assistants.get_versions": lambda at: at.client.assistants.get_versions(at.assistant),
    "assistants.search": lambda at: at.client.assistants.search(),
    "assistants.set_latest": lambda at: at.client.assistants.set_latest(at.assistant, 1),
    "assistants.update": lambda at: at.client.assistants.update(at.assistant, name=ASSISTANT),
    "threads.copy": lambda at: at.client.threads.copy(at.thread),
    "threads.count": lambda at: at.client.threads.count(),
    "threads.create": lambda at: at.client.threads.create(),
    "threads.delete": _delete_thread,
    "threads.get": lambda at: at.client.threads.get(at.thread),
    "threads.get_history": lambda at: at.client.threads.get_history(at.thread),
    "threads.get_state": lambda at: at.client.threads.get_state(at.thread),
    "threads.join_stream": _stream_of_thread,
    "threads.prune": _prune,
    "threads.search": lambda at: at.client.threads.search(),
    "threads.update": lambda at: at.client.threads.update(at.thread, metadata={"seen": True}),
    "threads.update_state": lambda at: at.client.threads.update_state(at.thread, INPUT),
    "runs.cancel": _cancel,
    "runs.cancel_many": _cancel_many,
    "runs.create": lambda at: at.client.runs.create(None, ASSISTANT, input=INPUT),
    "runs.create_batch": lambda at: at.client.runs.create_batch([{"assistant_id": ASSISTANT, "input": INPUT}]),
    "runs.delete": _delete_run,
    "runs.get": lambda at: at.client.runs.get(at.thread, at.run),
    "runs.join": lambda at: at.client.runs.join(at.thread, at.run),
    "runs.join_stream": lambda at: _drained(at.client.runs.join_stream(at.thread, at.run)),
    "runs.list": lambda at: at.client.runs.list(at.thread),
    "runs.stream": lambda at: _drained(at.client.runs.stream(None, ASSISTANT, input=INPUT)),
    "runs.wait": lambda at: at.client.runs.wait(None, ASSISTANT, input=INPUT),
    "crons.count": lambda at: at.client.crons.count(),
    "crons.create": lambda at: at.client.crons.create(ASSISTANT, schedule="0 18 * * 0", input=INPUT),
    "crons.create_for_thread": lambda at: at.client.crons.create_for_thread(
        at.thread, ASSISTANT, schedule="0 18 * * 0", input=INPUT
    ),
    "crons.delete": _delete_cron,
    "crons.search": lambda at: at.client.crons.search(),
    "crons.update": _update_cron,
    "store.delete_item": lambda at: at.client.store.delete_item(["notes"], "one"),
    "store.get_item": lambda at: at.client.store.get_item(["notes"], "two"),
    "store.list_namespaces": lambda at: at.client.store.list_namespaces(),
    "store.put_item": lambda at: at.client.store.put_item(["notes"], "two", {"text": "hello"}),
    "store.search_items": lambda at: at.client.store.search_items(["notes"]),
}
NOT_CALLED: Final = {"threads.stream": "a client of the v2 protocol; see the newest clients in chat-clients.md"}
WHY: Final = {
    "assistants.create": "there is one assistant, the graph itself",
    "assistants.delete": "there is one assistant, and it stays",
    "assistants.set_latest": "there is one assistant with one version",
    "assistants.update": "there is one assistant, which the settings describe",
    "threads.patch_state": "no server has its route any more; `threads.update` does it",
}
"""Why a method does not do here what it does there; a name that ends in a dot stands for its group."""


def methods() -> set[str]:
    """The methods of the installed SDK."""
    client = langgraph_sdk.get_client(url="http://127.0.0.1:1")
    groups = [(group, getattr(client, group)) for group in GROUPS]
    return {
        f"{group}.{name}"
        for group, each in groups
        for name, _ in inspect.getmembers(each, callable)
        if not name.startswith("_") and name != "http"
    }


async def outcomes(client: LangGraphClient) -> dict[str, str]:
    """Call every method once, one after the other, and return what came of each: `works`, or the status."""
    thread = str((await client.threads.create())["thread_id"])
    run = str((await client.runs.create(thread, ASSISTANT, input=INPUT))["run_id"])
    await client.runs.join(thread, run)
    assistant = str((await client.assistants.search(graph_id=ASSISTANT))[0]["assistant_id"])
    at = Scene(client, assistant, thread, run)
    return {name: await _outcome(call, at) for name, call in CALLS.items()}


async def _outcome(call: Call, at: Scene) -> str:
    try:
        await call(at)
    except TimeoutError:
        return "says nothing"
    except LangGraphError as error:
        return str(getattr(error, "status_code", None) or getattr(error, "status", None) or type(error).__name__)
    return WORKS


def written(of: str = "") -> dict[str, tuple[str, str]]:
    """What the page says of each method: here, and with LangGraph's own server; `of` stands before its names there."""
    rows = re.findall(rf"^\| `{of}([a-z]+\.\w+)` \| ([^|]+) \| ([^|]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    return {name: (here.strip(), there.strip()) for name, here, there in rows}


def why(name: str) -> str:
    """Return why a method differs, nothing where it does not."""
    return WHY.get(name) or WHY.get(f"{name.partition('.')[0]}.", "")


def table(
    here: dict[str, str],
    there: dict[str, str],
    *,
    of: str = "",
    not_called: Mapping[str, str] = NOT_CALLED,
    why: Callable[[str], str] = why,
) -> str:
    """Return the rows of the page, or of another SDK's table there."""
    lines = ["| method | dayloom | `langgraph dev` | |", "| --- | --- | --- | --- |"]
    for name, came in here.items():
        reason = why(name) if came != WORKS else ""
        lines.append(f"| `{of}{name}` | {came} | {there[name]} | {reason} |".replace("|  |", "| |"))
    lines += [f"| `{of}{name}` | not called | not called | {reason} |" for name, reason in not_called.items()]
    return "\n".join(lines)
