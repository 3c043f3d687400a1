"""A run's log in LangChain's event stream (`events` mode): chain, model and tools, all else as custom events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from dayloom.stores.threads.event_log import Recorded
from state.events import EventType
from state.ids import GRAPH_ID

_SPEECH: Final = {EventType.MESSAGE_DELTA, EventType.MESSAGE, EventType.MESSAGE_RETRACTED}
_ENDS: Final = {EventType.RUN_COMPLETED, EventType.RUN_INTERRUPTED, EventType.RUN_FAILED, EventType.RUN_CANCELLED}


class ChainEvent(NamedTuple):
    """One event of LangChain's stream: which, whose, and what it says."""

    event: str
    name: str
    data: Mapping[str, Any]


def chain_events(recorded: Recorded, said: str | None, messages: list[dict[str, Any]]) -> Iterator[ChainEvent]:
    """Yield what an event of the log is there, given the message that was `said` until then, and those it says.

    A message that was begun always ends, also when it is taken back or its run is over: pages wait for the end.
    """
    match recorded.type:
        case EventType.RUN_STARTED:
            yield ChainEvent("on_chain_start", GRAPH_ID, recorded.data)
        case type if type in _ENDS:
            if said is not None:
                yield _end(said)
            yield ChainEvent("on_chain_end", GRAPH_ID, recorded.data)
        case type if type in _SPEECH:
            yield from _speech(said, messages)
        case EventType.TOOL_STARTED:
            yield ChainEvent(
                "on_tool_start", recorded.data.get("name", ""), {"input": recorded.data.get("arguments", {})}
            )
        case EventType.TOOL_COMPLETED | EventType.TOOL_BLOCKED:
            asked, told = messages
            data = {"input": asked["tool_calls"][0]["args"], "output": told}
            yield ChainEvent("on_tool_end", recorded.data.get("name", ""), data)
        case other:
            yield ChainEvent("on_custom_event", other.value, recorded.data)


def _speech(said: str | None, messages: Iterable[dict[str, Any]]) -> Iterator[ChainEvent]:
    for message in messages:
        if said not in (None, message["id"]):
            yield _end(said)
        said = message["id"]
        if message["type"] == "AIMessageChunk":
            yield ChainEvent("on_chat_model_stream", GRAPH_ID, {"chunk": message})
        if message["type"] == "remove" or message["chunk_position"] == "last":
            yield _end(said)
            said = None


def _end(id: str | None) -> ChainEvent:
    return ChainEvent("on_chat_model_end", GRAPH_ID, {"output": {"type": "ai", "id": id}})
