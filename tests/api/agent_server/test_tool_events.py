"""The mode `tools`, held beside what LangGraph's own graphs stream in it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypedDict

from langchain_core.tools import BaseTool, tool
from langgraph.graph import END, START, StateGraph

from dayloom.api.agent_server.tool_events import tool_event
from dayloom.stores.threads.event_log import Recorded
from state.events import EventType

CALL: dict[str, Any] = {"name": "place", "args": {"day": 2}, "id": "call-1", "type": "tool_call"}


class Nothing(TypedDict):
    """A state with nothing in it."""


@tool
def place(day: int) -> str:
    """Place something."""
    if day > 7:
        raise ValueError("there are seven days")
    return f"placed on day {day}"


def streamed(call: dict[str, Any]) -> list[Any]:
    """Return what a graph of LangGraph's streams while it calls the tool."""

    def node(_: Nothing) -> Nothing:
        tool_: BaseTool = place
        tool_.invoke(call)
        return {}

    graph = StateGraph(Nothing).add_node("act", node).add_edge(START, "act").add_edge("act", END).compile()
    told: list[Any] = []
    with suppress(ValueError):
        told.extend(graph.stream({}, stream_mode="tools"))
    return told


def ours(type: EventType, **data: Any) -> dict[str, Any]:
    told = tool_event(Recorded(0, type, {"call_id": "call-1", "name": "place", **data}, datetime.now(UTC)))
    assert told is not None
    return told


def test_a_call_begins_and_ends_as_in_a_graph_of_langgraph() -> None:
    begun, ended = streamed(CALL)

    assert ours(EventType.TOOL_STARTED, arguments={"day": 2}) == begun
    finished = ours(EventType.TOOL_COMPLETED, text="placed on day 2")
    assert finished == {**ended, "output": ended["output"].content}


def test_a_call_that_is_refused_is_told_as_one_that_failed() -> None:
    [failed] = [each for each in streamed({**CALL, "args": {"day": 9}}) if each["event"] != "tool-started"]

    assert ours(EventType.TOOL_BLOCKED, text="there are seven days") == failed
