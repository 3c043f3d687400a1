"""A run's log as events of LangGraph's stream modes: pure translation, the same for every reader and process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from dayloom.api.agent_server.chain_events import ChainEvent, chain_events
from dayloom.api.agent_server.feedback_urls import feedback_urls
from dayloom.api.agent_server.message_chunks import MessageChunks, whole_message
from dayloom.api.agent_server.stream_event import (
    START,
    Cursor,
    InterruptsAt,
    StateAt,
    StateBefore,
    StateChanges,
    StepEvent,
    StreamEvent,
)
from dayloom.api.agent_server.stream_mode import StreamMode
from dayloom.api.agent_server.tool_events import tool_event
from dayloom.stores.threads.event_log import Batch, Recorded
from state.events import EventType
from state.ids import GRAPH_ID, RunId, ThreadId
from state.run_status import RunStatus

Unplaced: TypeAlias = tuple[StreamMode | None, str, Any]
"""An event without its place in the stream: mode, name and data."""

ENDINGS: Final = {
    EventType.RUN_COMPLETED: RunStatus.SUCCESS,
    EventType.RUN_INTERRUPTED: RunStatus.INTERRUPTED,
    EventType.RUN_FAILED: RunStatus.ERROR,
    EventType.RUN_CANCELLED: RunStatus.CANCELLED,
}

JUDGED: Final = (RunStatus.SUCCESS, RunStatus.INTERRUPTED)
"""How a run has ended that hands out addresses for feedback, as LangGraph's server does."""


@dataclass
class StreamFrames:
    """Translates one run's log from the first event that is kept; give it the batches in order."""

    thread: ThreadId
    run: RunId
    about: dict[str, Any] = field(default_factory=dict[str, Any])
    next: int = 0
    node: str = "plan"
    checkpoint: str | None = None
    step: int = 0
    last: Cursor = START

    def __post_init__(self) -> None:
        self._message = MessageChunks(self.run)

    def translate(self, batch: Batch) -> Iterator[StreamEvent]:
        """Yield every frame of a batch, whatever a reader wants of it."""
        if batch.first > self.next:
            yield from self._place(batch.first - 1, self._of_trimming(batch.first - self.next))
        for recorded in batch.events:
            last = recorded is batch.events[-1]
            yield from self._place(recorded.index, self._of_event(recorded, batch.checkpoint if last else None))
        if not batch.events and batch.checkpoint is not None:
            yield from self._place(batch.first - 1, self._of_step(batch.checkpoint))
        self.next = batch.first + len(batch.events)

    def _place(self, index: int, unplaced: Iterable[Unplaced]) -> Iterator[StreamEvent]:
        """Number what is said at one event, going on where it was left."""
        for mode, event, data in unplaced:
            self.last = Cursor(index, self.last.part + 1 if self.last.event == index else 0)
            yield StreamEvent(self.last, mode, event, data)

    def _of_event(self, recorded: Recorded, checkpoint: str | None) -> Iterator[Unplaced]:
        if recorded.index == 0:
            yield None, "metadata", {"run_id": self.run, "attempt": 1}
        self._follow_node(recorded.type)
        yield StreamMode.CUSTOM, "custom", event_json(recorded)
        if (told := tool_event(recorded)) is not None:
            yield StreamMode.TOOLS, "tools", told
        said, before = self._message.id, self._message.text if self._message.id is not None else ""
        messages = self._message.translate(recorded.index, recorded.type, recorded.data)
        # Pages that read both take what an event of the chain said for said, so that one comes first.
        for event in chain_events(recorded, said, messages):
            yield StreamMode.EVENTS, "events", self._of_chain(event)
        for message in messages:
            yield from self._of_message(message, before)
        if checkpoint is not None:
            yield from self._of_step(checkpoint)
        if recorded.type in ENDINGS:
            yield from self._of_ending(recorded)

    def _of_step(self, checkpoint: str) -> Iterator[Unplaced]:
        if self.step == 0:  # LangGraph's first values are those before any node, with the message taken in
            yield StreamMode.VALUES, "values", StateBefore(checkpoint)
            yield from _told(StepEvent("checkpoint", checkpoint, before=True))
            yield from _told(StepEvent("task", checkpoint, before=True))
        self.checkpoint, self.step = checkpoint, self.step + 1
        yield StreamMode.UPDATES, "updates", StateChanges(checkpoint)
        yield from _told(StepEvent("task_result", checkpoint, before=True))
        yield StreamMode.VALUES, "values", StateAt(checkpoint)
        yield from _told(StepEvent("checkpoint", checkpoint))
        yield from _told(StepEvent("task", checkpoint))

    def _of_message(self, message: dict[str, Any], before: str) -> Iterator[Unplaced]:
        about = self._metadata()
        yield StreamMode.MESSAGES_TUPLE, "messages", [message, about]
        if not before and message["type"] == "AIMessageChunk":
            yield StreamMode.MESSAGES, "messages/metadata", {message["id"]: {"metadata": about}}
        over = message.get("chunk_position", "last") == "last"
        yield StreamMode.MESSAGES, f"messages/{'complete' if over else 'partial'}", [whole_message(message, before)]

    def _of_chain(self, event: ChainEvent) -> dict[str, Any]:
        about = {"run_id": self.run, "tags": [], "metadata": self._metadata(), "parent_ids": []}
        return {"event": event.event, "name": event.name, "data": dict(event.data), **about}

    def _of_ending(self, recorded: Recorded) -> Iterator[Unplaced]:
        status = ENDINGS[recorded.type]
        if status is RunStatus.INTERRUPTED and self.checkpoint is not None:
            yield StreamMode.UPDATES, "updates", InterruptsAt(self.checkpoint)
            yield from _told(StepEvent("task_result", self.checkpoint))
            yield StreamMode.VALUES, "values", StateAt(self.checkpoint, interrupts=True)
        if status is RunStatus.ERROR:
            error = error_json(recorded.data)
            if self.checkpoint is not None:
                yield from _told(StepEvent("task_result", self.checkpoint, error=error["message"]))
            yield None, "error", error
        if status in JUDGED and (urls := feedback_urls(self.thread, self.run, self.about)):
            yield None, "feedback", urls

    def _of_trimming(self, dropped: int) -> Iterator[Unplaced]:
        yield None, "metadata", {"run_id": self.run, "attempt": 1}
        yield None, "trimmed", {"dropped": dropped, "first": self.next + dropped}
        yield StreamMode.VALUES, "values", StateAt(None)

    def _follow_node(self, type: EventType) -> None:
        self.node = _NODE_FROM.get(type, self.node)

    def _metadata(self) -> dict[str, Any]:
        return {
            "run_id": self.run,
            "thread_id": self.thread,
            "graph_id": GRAPH_ID,
            "assistant_id": self.about.get("assistant_id"),
            "langgraph_node": self.node,
            "langgraph_step": self.step,
        }


def _told(event: StepEvent) -> Iterator[Unplaced]:
    mode = StreamMode.CHECKPOINTS if event.type == "checkpoint" else StreamMode.TASKS
    yield mode, mode.value, event
    yield StreamMode.DEBUG, "debug", replace(event, dated=True)


_NODE_FROM: Final = {
    EventType.ROUND_STARTED: "execute",
    EventType.ORDER_GUARD_BASELINE: "execute",
    EventType.ORDER_GUARD_PASSED: "deliver",
    EventType.ORDER_GUARD_RESTORED: "deliver",
}
"""Which node speaks from this event on."""


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
