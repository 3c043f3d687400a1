"""The events of a run as they come, for whoever watches."""

from __future__ import annotations

from typing import Any

from dayloom.runs.observer import Observer
from state.events import Event, EventType
from state.ids import RunId, ThreadId

THREAD, RUN = ThreadId("thread-1"), RunId("run-1")
WORDS = "dentist-on-friday"
"""What a person said; it belongs to nobody who watches."""

TURN: tuple[tuple[EventType, dict[str, Any]], ...] = (
    (EventType.RUN_CREATED, {}),
    (EventType.RUN_STARTED, {"run_id": RUN}),
    (EventType.ROUND_STARTED, {"round": 1, "of": 60}),
    (EventType.MODEL_RETRY, {"reason": WORDS}),
    (EventType.MESSAGE_DELTA, {"text": WORDS}),
    (EventType.MODEL_COMPLETED, {"model": "big-1", "prompt_tokens": 100, "completion_tokens": 7}),
    (EventType.CORRECTION, {"complaint": WORDS}),
    (EventType.MODEL_COMPLETED, {"model": "big-1", "prompt_tokens": 120, "completion_tokens": 5}),
    (EventType.TOOL_STARTED, {"call_id": "c1", "name": "place", "arguments": {"title": WORDS}, "on_copy": False}),
    (EventType.TOOL_COMPLETED, {"call_id": "c1", "name": "place", "text": WORDS}),
    (EventType.MESSAGE, {"text": WORDS}),
    (EventType.RUN_COMPLETED, {"outcome": {"message": WORDS}}),
)


def tell(observer: Observer, *events: tuple[EventType, dict[str, Any]]) -> None:
    """Tell an observer of these events."""
    for type, data in events:
        observer.on_event(THREAD, RUN, Event(type=type, data=data))
