"""A run in the events of the v2 protocol: pure translation of the older streams, the same for every reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from dayloom.api.agent_server.stream_event import (
    AnsweredAt,
    CheckpointAt,
    InterruptsAt,
    StateAt,
    StateBefore,
    StateChanges,
    StepEvent,
    StreamEvent,
)
from dayloom.api.agent_server.stream_mode import StreamMode
from dayloom.runs.run import Run
from state.events import EventType
from state.ids import GRAPH_ID
from state.run_status import RunStatus

_ENDED: Final = {
    RunStatus.SUCCESS: "completed",
    RunStatus.INTERRUPTED: "interrupted",
    RunStatus.CANCELLED: "interrupted",
}
_CHANNELS: Final = {"input.requested": "input", "input.answered": "input"}
_PER_MILLISECOND: Final = 1000
"""So many events of one millisecond have numbers before those of the next."""


class ProtocolEvent(NamedTuple):
    """One event: its place on the thread, when it was told, and data that may still have to be read."""

    seq: int
    at: int
    id: str
    method: str
    data: Any

    @property
    def channel(self) -> str:
        """The channel that carries it."""
        return _CHANNELS.get(self.method, self.method)


@dataclass
class ProtocolEvents:
    """Translates one run; give it everything its stream may send, from the start and in order."""

    run: Run
    seq: int = 0
    error: str | None = None
    _said: str | None = None
    _text: str = ""
    _at: int = field(init=False)

    def __post_init__(self) -> None:
        self._at = _milliseconds(self.run.asked.at)

    def translate(self, event: StreamEvent) -> Iterator[ProtocolEvent]:
        """Yield what an event of the older streams is here; numbers rise over all runs of a thread, by time."""
        if event.mode is StreamMode.CUSTOM:
            self._at = _milliseconds(datetime.fromisoformat(event.data["at"]))
        if event.name == "error":
            self.error = event.data["message"]
        for method, data in self._translate(event):
            yield self._place(method, data)

    def end(self, status: RunStatus) -> ProtocolEvent:
        """Return the event that ends the run."""
        event = _ENDED.get(status, "failed")
        failed = {"error": self.error or f"the run failed: {status}"} if event == "failed" else {}
        return self._place("lifecycle", {"event": event, "graph_name": GRAPH_ID, **failed})

    def _place(self, method: str, data: Any) -> ProtocolEvent:
        self.seq = max(self.seq + 1, self._at * _PER_MILLISECOND)
        # Pages read the run of a lifecycle event off its id, which begins so.
        id = f"synth:{self.run.id}:{data['event']}" if method == "lifecycle" else f"{self.run.id}:{self.seq}"
        return ProtocolEvent(self.seq, self._at, id, method, data)

    def _translate(self, event: StreamEvent) -> Iterator[tuple[str, Any]]:
        match event.mode, event.data:
            case StreamMode.CUSTOM, told:
                if told["type"] == EventType.RUN_STARTED:
                    yield "lifecycle", {"event": "running", "graph_name": GRAPH_ID}
                yield "custom", {"name": told["type"], "payload": told}
            case StreamMode.MESSAGES_TUPLE, [message, _]:
                for data in self._of_message(message):
                    yield "messages", data
            case StreamMode.VALUES, StateBefore(checkpoint) if self.run.asked.answer is not None:
                yield "input.answered", AnsweredAt(checkpoint)
            case StreamMode.VALUES, StateAt(str(checkpoint), False):
                yield "checkpoints", CheckpointAt(checkpoint)
                yield "values", event.data
            case StreamMode.VALUES, StateAt(None, _):
                yield "values", event.data
            case StreamMode.UPDATES, StateChanges():
                yield "updates", event.data
            case StreamMode.TOOLS, told:
                yield "tools", told
            case StreamMode.TASKS, StepEvent():
                yield "tasks", event.data
            case StreamMode.UPDATES, InterruptsAt():
                yield "input.requested", event.data
            case _:
                pass

    def _of_message(self, message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if self._said is not None and message["id"] == self._said and message["type"] == "remove":
            self._said = None
            yield {"event": "error", "message": "this message was taken back", "code": "retracted"}
        if message["type"] != "AIMessageChunk":
            return
        if message["id"] != self._said:
            self._said, self._text = message["id"], ""
            yield {"event": "message-start", "role": "ai", "id": self._said, "metadata": {"run_id": self.run.id}}
            yield {"event": "content-block-start", "index": 0, "content": {"type": "text", "text": ""}}
        if message["content"]:
            self._text += message["content"]
            yield {"event": "content-block-delta", "index": 0, "delta": _text(message["content"], "text-delta")}
        if message["chunk_position"] == "last":
            self._said = None
            yield {"event": "content-block-finish", "index": 0, "content": _text(self._text, "text")}
            yield {"event": "message-finish", "reason": "stop"}


def _text(text: str, type: str) -> dict[str, str]:
    return {"type": type, "text": text}


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
