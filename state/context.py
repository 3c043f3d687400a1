"""What one run of the graph may use, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from state.common import RunSettings
from state.events import Emit
from state.ids import ThreadId
from state.ports import CalendarStore, ChatModel, Clock, Delegates, Memory, Messenger, PreviewStore


@dataclass(frozen=True, kw_only=True)
class Context:
    """The ports and settings of one run; no node asks whether one is there."""

    thread: ThreadId
    model: ChatModel
    previews: PreviewStore
    calendar: CalendarStore
    messenger: Messenger
    delegates: Delegates
    emit: Emit
    clock: Clock
    settings: RunSettings
    memory: Memory

    def seconds_since(self, moment: datetime) -> float:
        """Return how long ago a moment was, in whole milliseconds; none when the clock was put back."""
        return round(max(0.0, (self.clock() - moment).total_seconds()), 3)
