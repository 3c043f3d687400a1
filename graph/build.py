"""Wiring: a loop over the nodes and the routing table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from graph.routes import FIRST, ROUTES
from nodes.confirm import confirm
from nodes.deliver import deliver
from nodes.execute import execute
from nodes.order_guard import order_guard
from nodes.plan import plan
from state.common import CommonState, Update
from state.context import Context

Node = Callable[[CommonState, Runtime[Context]], Awaitable[Update]]
Graph = CompiledStateGraph[CommonState, Context, Any, Any]

NODES: Final[tuple[Node, ...]] = (plan, execute, confirm, order_guard, deliver)


def build(checkpointer: BaseCheckpointSaver[Any] | None = None, *, nodes: tuple[Node, ...] = NODES) -> Graph:
    """Return the compiled graph; run it with durability `sync`."""
    graph = StateGraph(CommonState, context_schema=Context)
    for node in nodes:
        name = node.__name__
        graph.add_node(name, node)
        graph.add_conditional_edges(name, _route_from(name), sorted(set(ROUTES[name].values())))
    graph.add_edge(START, FIRST)
    return graph.compile(checkpointer=checkpointer, name="dayloom")


def _route_from(name: str) -> Callable[[CommonState], str]:
    def route(state: CommonState) -> str:
        return ROUTES[name][state.phase]

    return route
