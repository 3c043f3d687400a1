"""One list of behaviours, kept true of LangGraph's own dev server and of ours.

Where ours is meant to differ, the row says so and holds both. Each server plays the whole list at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import langgraph_sdk
import pytest
from api import behaviours_runs, behaviours_streams, behaviours_threads, javascript, sdk_table
from api.behaviour import TALK, Behaviour, Side
from dev_server import CannotStart, DevServer
from doubles import Fault, ScriptedModelServer
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import LangGraphError
from serving import Serving

LIST: list[Behaviour] = [
    *behaviours_threads.ROWS.rows,
    *behaviours_runs.ROWS.rows,
    *behaviours_streams.ROWS.rows,
]
AT_ONCE = 6


@pytest.fixture(scope="module")
def silent_model() -> Iterator[str]:
    """The address of a model that never answers, which a run may ask for as `slow`."""
    with ScriptedModelServer(lambda _: Fault("hang")) as server:
        yield server.base_url


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, silent_model: str) -> Iterator[DevServer]:
    """LangGraph's dev server with our graph in it."""
    folder = tmp_path_factory.mktemp("reference") / "checkout"
    server = DevServer(folder, DAYLOOM_FALLBACK_MODELS="slow", OPENAI_BASE_URL=silent_model, OPENAI_API_KEY="key")
    try:
        server.__enter__()
    except CannotStart as error:
        pytest.skip(f"langgraph dev does not start here: {error}")
    yield server
    server.__exit__()


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, store_url: str, silent_model: str) -> Iterator[Serving]:
    """A service with a user for each row of the list, so that no row waits for the workspace of another."""
    with Serving(
        tmp_path_factory.mktemp("ours"),
        redis_url=store_url,
        DAYLOOM_FALLBACK_MODELS="slow",
        OPENAI_BASE_URL=silent_model,
        OPENAI_API_KEY="key",
        DAYLOOM_API_TOKENS=",".join(f"user-{at}:{_token(at)}" for at in range(len(LIST))),
    ) as server:
        yield server


def _token(at: int) -> str:
    return f"token-of-row-{at}"


async def played(url: str) -> dict[str, Any]:
    """Return what every row of the list shows on this server."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(at: int, row: Behaviour) -> Any:
        headers = {"x-api-key": _token(at)}
        async with turns, httpx.AsyncClient(base_url=url, headers=headers, timeout=60, trust_env=False) as http:
            try:
                return await row.play(Side(http))
            except (LookupError, TypeError, ValueError, httpx.HTTPError) as error:
                return repr(error)

    seen = await asyncio.gather(*[one(at, row) for at, row in enumerate(LIST)])
    return {row.name: value for row, value in zip(LIST, seen, strict=True)}


def surprises(seen: dict[str, Any], expected: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what was seen, and what was expected, where they differ."""
    return {name: (seen[name], expected[name]) for name in seen if seen[name] != expected[name]}


async def test_the_list_is_true_of_the_reference(reference: DevServer) -> None:
    seen = await played(reference.url)

    assert surprises(seen, {row.name: row.there for row in LIST}) == {}


async def test_ours_behaves_alike_but_where_the_list_says_otherwise(ours: Serving) -> None:
    seen = await played(ours.url)

    assert surprises(seen, {row.name: row.ours for row in LIST}) == {}


async def test_the_dev_server_serves_our_graph(reference: DevServer) -> None:
    client = langgraph_sdk.get_client(url=reference.url)
    thread = await client.threads.create()
    given = {"messages": [{"role": "user", "content": TALK}]}

    values = await client.runs.wait(thread["thread_id"], "dayloom", input=given)

    assert values["outcome"]["status"] == "completed"
    assert values["messages"][-1]["type"] == "ai"


async def _told_by_store(client: LangGraphClient) -> list[Any]:
    """Return what the store of a server tells its own SDK, but for the times."""
    store, told = client.store, list[Any]()
    for number, namespace in enumerate([["s", "a"], ["s", "a", "x"], ["s", "b"]]):
        await store.put_item(namespace, "one", {"n": number, "text": "tea in the mornings"}, ttl=60)
        await store.put_item(namespace, "two", {"n": number + 10}, index=False)
    await store.delete_item(["s", "b"], "two")
    await store.delete_item(["s", "b"], "never there")
    for key in ("one", "three"):
        told.append(await store.get_item(["s", "a"], key, refresh_ttl=False))
    for asked in ({}, {"filter": {"n": {"$gte": 1, "$lt": 11}}}, {"filter": {"n": 0}}, {"limit": 2}, {"offset": 4}):
        found = (await store.search_items(["s"], **asked))["items"]
        told.append(len(found) if "limit" in asked or "offset" in asked else _unordered(found))
    for listed in ({}, {"prefix": ["s", "*"]}, {"suffix": ["x"]}, {"max_depth": 1}, {"limit": 1, "offset": 1}):
        told.append(await store.list_namespaces(**{"prefix": ["s"], **listed}))
    with pytest.raises(LangGraphError):  # 422 here as for any value, 400 there
        await store.put_item([], "one", {})
    return [_without_times(each) for each in told]


def _unordered(found: list[Any]) -> list[Any]:
    return sorted(found, key=lambda item: (item["namespace"], item["key"]))


def _without_times(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    kept = [
        {name: each[name] for name in each if not name.endswith("_at")} if isinstance(each, dict) else each
        for each in items
    ]
    return kept if isinstance(value, list) else kept[0]


async def test_the_store_answers_its_sdk_as_the_reference_does(ours: Serving, reference: DevServer) -> None:
    here = await _told_by_store(langgraph_sdk.get_client(url=ours.url, api_key=_token(0)))
    there = await _told_by_store(langgraph_sdk.get_client(url=reference.url))

    assert here == there


def test_every_difference_has_its_reason() -> None:
    assert [row.name for row in LIST if (row.there != row.ours) != bool(row.why)] == []


def test_every_method_of_the_sdk_is_called_or_left_out_with_a_reason() -> None:
    assert sdk_table.methods() == sdk_table.CALLS.keys() | sdk_table.NOT_CALLED.keys()


async def test_the_page_tells_what_each_method_of_the_sdk_does_here_and_there(
    ours: Serving, reference: DevServer
) -> None:
    here = await sdk_table.outcomes(langgraph_sdk.get_client(url=ours.url, api_key=_token(0)))
    there = await sdk_table.outcomes(langgraph_sdk.get_client(url=reference.url))

    told = sdk_table.written()
    found = {name: (here[name], there[name]) for name in sdk_table.CALLS}
    assert {name: told.get(name) for name in found} == found, sdk_table.table(here, there)
    assert [name for name in found if here[name] != there[name] and not sdk_table.why(name)] == []


def test_the_page_tells_what_each_method_of_the_javascript_sdk_does_here_and_there(
    ours: Serving, reference: DevServer, pytestconfig: pytest.Config
) -> None:
    folder = javascript.package_folder(pytestconfig.cache.mkdir("javascript-sdk"))
    methods, here = javascript.outcomes(ours.url, _token(0), folder)
    _, there = javascript.outcomes(reference.url, "", folder)

    def why(name: str) -> str:
        return sdk_table.why(javascript.python_name(name))

    found = {name: (here[name], there[name]) for name in here}
    assert methods == here.keys() | javascript.NOT_CALLED.keys()
    told = {name: row for name, row in sdk_table.written("client.").items() if name in found}
    assert told == found, sdk_table.table(here, there, of="client.", not_called=javascript.NOT_CALLED, why=why)
    assert [name for name in found if here[name] != there[name] and not why(name)] == []
