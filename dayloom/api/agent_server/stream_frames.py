"""A run's log told as frames: a pure translation, the same for every reader, process and reconnection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from dayloom.api.agent_server.message_chunks import Speech, completed
from dayloom.api.agent_server.sse import START, Asking, Before, Cursor, Difference, Draft, Whole
from dayloom.api.agent_server.stream_mode import Mode
from dayloom.stores.threads.event_log import Batch, Recorded
from state.events import EventType
from state.ids import RunId, ThreadId
from state.run_status import RunStatus

GRAPH: Final = "dayloom"
Saying: TypeAlias = tuple[Mode | None, str, Any]
"""Mode, name of the event, and its data."""

ENDINGS: Final = {
    EventType.RUN_COMPLETED: RunStatus.SUCCESS,
    EventType.RUN_INTERRUPTED: RunStatus.INTERRUPTED,
    EventType.RUN_FAILED: RunStatus.ERROR,
    EventType.RUN_CANCELLED: RunStatus.CANCELLED,
}


@dataclass
class Tale:
    """Tells one run from the first event that is kept; give it the batches in order."""

    thread: ThreadId
    run: RunId
    about: dict[str, Any] = field(default_factory=dict[str, Any])
    next: int = 0
    node: str = "plan"
    checkpoint: str | None = None
    step: int = 0
    last: Cursor = START

    def __post_init__(self) -> None:
        self._speech = Speech(self.run)

    def told(self, batch: Batch) -> Iterator[Draft]:
        """Yield every frame of a batch, whatever a reader wants of it."""
        if batch.first > self.next:
            yield from self._placed(batch.first - 1, self._trimmed(batch.first - self.next))
        for recorded in batch.events:
            last = recorded is batch.events[-1]
            yield from self._placed(recorded.index, self._sayings(recorded, batch.checkpoint if last else None))
        if not batch.events and batch.checkpoint is not None:
            yield from self._placed(batch.first - 1, self._stepped(batch.checkpoint))
        self.next = batch.first + len(batch.events)

    def _placed(self, index: int, sayings: Iterable[Saying]) -> Iterator[Draft]:
        """Number what is said at one event, going on where it was left."""
        for mode, event, data in sayings:
            self.last = Cursor(index, self.last.part + 1 if self.last.event == index else 0)
            yield Draft(self.last, mode, event, data)

    def _sayings(self, recorded: Recorded, checkpoint: str | None) -> Iterator[Saying]:
        if recorded.index == 0:
            yield None, "metadata", {"run_id": self.run, "attempt": 1}
        self._moved(recorded.type)
        yield Mode.CUSTOM, "custom", event_json(recorded)
        before = self._speech.text if self._speech.id is not None else ""
        for message in self._speech.heard(recorded.index, recorded.type, recorded.data):
            yield from self._spoken(message, before)
        yield from self._happened(recorded)
        if checkpoint is not None:
            yield from self._stepped(checkpoint)
        if recorded.type in ENDINGS:
            yield from self._ended(recorded)

    def _stepped(self, checkpoint: str) -> Iterator[Saying]:
        if self.step == 0:
            yield Mode.VALUES, "values", Before(checkpoint)
        self.checkpoint, self.step = checkpoint, self.step + 1
        yield Mode.UPDATES, "updates", Difference(checkpoint)
        yield Mode.VALUES, "values", Whole(checkpoint)

    def _spoken(self, message: dict[str, Any], before: str) -> Iterator[Saying]:
        about = self._metadata()
        yield Mode.MESSAGES_TUPLE, "messages", [message, about]
        if not before and message["type"] == "AIMessageChunk":
            yield Mode.MESSAGES, "messages/metadata", {message["id"]: {"metadata": about}}
        over = message.get("chunk_position", "last") == "last"
        yield Mode.MESSAGES, f"messages/{'complete' if over else 'partial'}", [completed(message, before)]

    def _happened(self, recorded: Recorded) -> Iterator[Saying]:
        found = _HAPPENED.get(recorded.type, "on_custom_event")
        name = recorded.data.get("name", GRAPH) if found.startswith("on_tool") else GRAPH
        data = dict(recorded.data)
        match found:
            case "on_chat_model_stream":
                data = {"chunk": {"type": "AIMessageChunk", "content": data.get("text", ""), "id": self._speech.id}}
            case "on_tool_start":
                data = {"input": data.get("arguments", {})}
            case "on_tool_end":
                data = {"output": data.get("text", "")}
            case "on_custom_event":
                name = recorded.type.value
            case _:
                pass
        about = {"event": found, "name": name, "run_id": self.run, "tags": [], "metadata": self._metadata()}
        yield Mode.EVENTS, "events", {**about, "data": data, "parent_ids": []}

    def _ended(self, recorded: Recorded) -> Iterator[Saying]:
        status = ENDINGS[recorded.type]
        if status is RunStatus.INTERRUPTED and self.checkpoint is not None:
            yield Mode.UPDATES, "updates", Asking(self.checkpoint)
            yield Mode.VALUES, "values", Whole(self.checkpoint, asking=True)
        if status is RunStatus.ERROR:
            yield None, "error", error_json(recorded.data)

    def _trimmed(self, dropped: int) -> Iterator[Saying]:
        yield None, "metadata", {"run_id": self.run, "attempt": 1}
        yield None, "trimmed", {"dropped": dropped, "first": self.next + dropped}
        yield Mode.VALUES, "values", Whole(None)

    def _moved(self, type: EventType) -> None:
        self.node = _NODE_FROM.get(type, self.node)

    def _metadata(self) -> dict[str, Any]:
        return {
            "run_id": self.run,
            "thread_id": self.thread,
            "graph_id": GRAPH,
            "assistant_id": self.about.get("assistant_id"),
            "langgraph_node": self.node,
            "langgraph_step": self.step,
        }


_NODE_FROM: Final = {
    EventType.ROUND_STARTED: "execute",
    EventType.ORDER_GUARD_BASELINE: "execute",
    EventType.ORDER_GUARD_PASSED: "deliver",
    EventType.ORDER_GUARD_RESTORED: "deliver",
}
"""Which node speaks from this event on."""

_HAPPENED: Final = {
    EventType.RUN_STARTED: "on_chain_start",
    EventType.MESSAGE_DELTA: "on_chat_model_stream",
    EventType.MODEL_COMPLETED: "on_chat_model_end",
    EventType.TOOL_STARTED: "on_tool_start",
    EventType.TOOL_COMPLETED: "on_tool_end",
    EventType.TOOL_BLOCKED: "on_tool_end",
    **dict.fromkeys(ENDINGS, "on_chain_end"),
}
"""Our events by the names of LangChain's event stream; all others are custom events there."""


def event_json(recorded: Recorded) -> dict[str, Any]:
    """Return an event as outsiders see it."""
    return {
        "index": recorded.index,
        "type": recorded.type.value,
        "data": dict(recorded.data),
        "at": recorded.at.isoformat(),
    }


def error_json(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a failed run's last event says, as the SDK reads errors."""
    outcome: Mapping[str, Any] = data.get("outcome") or {}
    code = outcome.get("code") or data.get("code") or "failed"
    return {"error": code, "message": outcome.get("message") or data.get("message") or f"the run failed: {code}"}
