"""What the events of a run tell about time: when a model call, a tool or the run itself began, and how it ended."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from state.events import Event, EventType
from state.run_status import RunStatus

_MID_CALL: Final = frozenset(
    {EventType.MESSAGE_DELTA, EventType.MESSAGE_RETRACTED, EventType.MODEL_RETRY, EventType.CONTEXT_COMPACTED}
)
"""Events that come while the model is being asked; every other one comes before or after."""

_ENDINGS: Final = {
    EventType.RUN_COMPLETED: RunStatus.SUCCESS,
    EventType.RUN_INTERRUPTED: RunStatus.INTERRUPTED,
    EventType.RUN_FAILED: RunStatus.ERROR,
    EventType.RUN_CANCELLED: RunStatus.CANCELLED,
}


@dataclass
class Clocked:
    """One run under way; moments are in nanoseconds since the epoch.

    No event says that a model call begins; it begins where the event before it left off.
    """

    began: int = field(default_factory=time.time_ns)
    step: int = field(default_factory=time.time_ns)

    def advance(self, type: EventType) -> int:
        """Return when what this event ends has begun, and take the event as the next beginning."""
        begun = self.step
        if type not in _MID_CALL:
            self.step = time.time_ns()
        return begun


def seconds_since(moment: int) -> float:
    """Return how long ago that was."""
    return max(0.0, (time.time_ns() - moment) / 1e9)


def ending_of(event: Event) -> RunStatus | None:
    """Return how the run ended with this event; None when it goes on."""
    late = event.type is EventType.RUN_FAILED and event.data.get("code") == "deadline"
    return RunStatus.TIMEOUT if late else _ENDINGS.get(event.type)
