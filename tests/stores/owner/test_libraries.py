"""What others have written for LangGraph's stores runs on ours: its tool node, and LangMem where that is installed."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

import pytest
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import InjectedStore, ToolNode
from langgraph.store.base import BaseStore

from dayloom.stores.owner.items import RedisStore
from dayloom.stores.redis.connection import AsyncRedis

TEA: Final = "Ann drinks green tea in the mornings"


@tool
async def note(text: str, store: Annotated[BaseStore, InjectedStore()]) -> str:
    """Keep a note."""
    await store.aput(("notes",), text, {"text": text})
    return "kept"


@tool
def find(question: str, store: Annotated[BaseStore, InjectedStore()]) -> str:
    """Find a note, from another thread than that of the event loop."""
    return store.search(("notes",), query=question)[0].value["text"]


async def test_the_tools_of_langgraphs_tool_node_find_the_store_of_the_graph(redis: AsyncRedis) -> None:
    graph: Any = StateGraph(MessagesState)
    graph.add_node("tools", ToolNode([note, find]))
    graph.add_edge(START, "tools")
    compiled = graph.compile(store=RedisStore(redis))

    async def call(name: str, **args: Any) -> str:
        asked = AIMessage("", tool_calls=[{"name": name, "args": args, "id": name}])
        return (await compiled.ainvoke({"messages": [asked]}))["messages"][-1].content

    assert [await call("note", text=TEA), await call("note", text="Bob runs")] == ["kept", "kept"]
    assert await call("find", question="What does she drink?") == TEA


async def test_langmem_keeps_finds_changes_and_forgets_what_its_tools_are_told(redis: AsyncRedis) -> None:
    langmem: Any = pytest.importorskip("langmem", reason="LangMem is no dependency: it brings clients for models along")
    store, namespace = RedisStore(redis), ("memories", "{langgraph_user_id}")
    manage = langmem.create_manage_memory_tool(namespace=namespace, store=store)
    search = langmem.create_search_memory_tool(namespace=namespace, store=store)
    ann, bob = ({"configurable": {"langgraph_user_id": user}} for user in ("ann", "bob"))
    told: str = await manage.ainvoke({"content": TEA, "action": "create"}, config=ann)
    id_ = told.rsplit(maxsplit=1)[-1]
    await manage.ainvoke({"content": "Ann drinks black tea", "action": "update", "id": id_}, config=ann)
    found: str = await search.ainvoke({"query": "tea"}, config=ann)
    same: str = await asyncio.to_thread(search.invoke, {"query": "tea"}, ann)
    elsewhere: str = await search.ainvoke({"query": "tea"}, config=bob)
    await manage.ainvoke({"action": "delete", "id": id_}, config=ann)

    assert "black tea" in found
    assert (found == same, elsewhere) == (True, "[]")
    assert await store.asearch(()) == []
