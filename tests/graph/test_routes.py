"""The routing table is total, and the pictures are drawn from it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from langgraph.graph import END
from langgraph.runtime import Runtime
from langgraph.store.memory import InMemoryStore

from graph.build import NODES, build
from graph.diagram import mermaid
from graph.docs import pages
from graph.routes import REASONS, ROUTES
from state.common import CommonState, Phase, Update


def test_the_table_has_a_row_for_every_node() -> None:
    assert {node.__name__ for node in NODES} == ROUTES.keys()


def test_every_route_leads_to_a_node_or_the_end() -> None:
    followers = {follower for row in ROUTES.values() for follower in row.values()}

    assert followers == ROUTES.keys() | {END}


def test_every_route_has_a_reason() -> None:
    assert REASONS.keys() == {(node, phase) for node, row in ROUTES.items() for phase in row}


def test_the_graph_has_exactly_the_edges_of_the_table() -> None:
    drawn = build().get_graph()
    edges = {(edge.source, edge.target) for edge in drawn.edges}
    tabled = {(node, follower) for node, row in ROUTES.items() for follower in row.values()}

    assert edges == tabled | {("__start__", "plan")}


@pytest.mark.parametrize("node", ROUTES)
def test_the_picture_shows_every_node(node: str) -> None:
    assert f"    {node} --> " in mermaid()


@pytest.mark.parametrize(("path", "text"), [(path.name, text) for path, text in pages().items()])
def test_what_is_generated_is_up_to_date(path: str, text: str) -> None:
    assert next(page for page in pages() if page.name == path).read_text("utf-8") == text


async def test_every_node_finds_the_long_term_memory_that_the_graph_was_compiled_with() -> None:
    found: dict[str, object] = {}

    def watch(name: str, then: Phase) -> Any:
        async def node(state: CommonState, runtime: Runtime[Any]) -> Update:
            found[name] = runtime.store
            return {"phase": then}

        node.__name__ = name
        return node

    way = {"plan": "execute", "execute": "confirm", "confirm": "order_guard", "order_guard": "deliver", "deliver": END}
    nodes = tuple(
        watch(name, next(phase for phase, node in ROUTES[name].items() if node == then)) for name, then in way.items()
    )
    store = InMemoryStore()
    await cast(Any, build(store=store, nodes=nodes)).ainvoke({"messages": []}, context=object())

    assert found == dict.fromkeys(ROUTES, store)
