"""Wiring: a loop over the nodes and the routing table."""

# LangGraph ships its types in the source.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Final, Protocol, cast

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.store.base import BaseStore

from graph.routes import FIRST, ROUTES
from nodes.confirm import confirm
from nodes.deliver import deliver
from nodes.execute import execute
from nodes.order_guard import order_guard
from nodes.plan import plan
from state.common import CommonState, Update
from state.context import Context
from state.transcript import NodeRan
from state.turn import merge_updates


class Node(Protocol):
    """A pure async function from state to update; its name is the node's name."""

    __name__: str

    async def __call__(self, state: CommonState, runtime: Runtime[Context]) -> Update:
        """Return the changed fields."""
        ...


Graph = CompiledStateGraph[CommonState, Context, Any, Any]

NODES: Final[tuple[Node, ...]] = (plan, execute, confirm, order_guard, deliver)


def build(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    store: BaseStore | None = None,
    *,
    nodes: tuple[Node, ...] = NODES,
) -> Graph:
    """Return the compiled graph, whose nodes find the long-term memory in `Runtime.store`; run it with durability
    `sync`.
    """
    graph = StateGraph(CommonState, context_schema=Context)
    for node in nodes:
        name = node.__name__
        graph.add_node(name, cast(Any, _recorded(node)))  # pyright: ignore[reportUnknownMemberType]  (loosely typed by LangGraph)
        graph.add_conditional_edges(name, _route_from(name), sorted(set(ROUTES[name].values())))
    graph.add_edge(START, FIRST)
    compiled = graph.compile(checkpointer=checkpointer, store=store, name="dayloom")  # pyright: ignore[reportUnknownMemberType]  (as above)
    return cast(Graph, compiled)


def _recorded(node: Node) -> Node:
    """Return the node with a line of the transcript that says when it was at work, and for how long."""

    @wraps(node)
    async def recorded(state: CommonState, runtime: Runtime[Context]) -> Update:
        context = cast(Any, runtime.context)
        if not isinstance(context, Context):  # nodes that bring a context of their own, which nobody sees here
            return await node(state, runtime)
        begun = context.clock()
        update = await node(state, runtime)
        ran = NodeRan(node=node.__name__, begun=begun, seconds=context.seconds_since(begun))
        return merge_updates(update, {"transcript": (ran,)})

    return recorded


def _route_from(name: str) -> Callable[[CommonState], Awaitable[str]]:
    async def route(state: CommonState) -> str:  # LangGraph hands a plain function to a thread
        return ROUTES[name][state.phase]

    return route
