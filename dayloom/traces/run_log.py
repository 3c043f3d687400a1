"""The log lines of a run: that it began, and how it ended."""

from __future__ import annotations

import logging
from typing import Final

from dayloom.traces.clocked import Clocked, ending_of, seconds_since
from dayloom.traces.logs import log_extra
from state.events import Event, EventType
from state.ids import RunId, ThreadId

_log: Final = logging.getLogger("dayloom.runs")


class RunLog:
    """Writes a line when a run begins, is retried at the model, ends, or is left."""

    def __init__(self) -> None:
        self._running: dict[RunId, Clocked] = {}

    def on_event(self, thread: ThreadId, run: RunId, event: Event) -> None:
        """Write what belongs into the log."""
        if event.type is EventType.RUN_STARTED:
            self._running[run] = Clocked()
            _log.info("run started", extra=log_extra(thread=thread, run=run))
        elif event.type is EventType.MODEL_RETRY:
            _log.warning("model retry", extra=log_extra(thread=thread, run=run))
        elif (status := ending_of(event)) is not None:
            began = self._running.pop(run, None)
            took = round(seconds_since(began.began), 3) if began else None
            extra = log_extra(thread=thread, run=run, status=status.value, duration=took)
            _log.info("run ended", extra=extra)

    def on_leave(self, thread: ThreadId, run: RunId) -> None:
        """Say that a run was left before its end."""
        if self._running.pop(run, None) is not None:
            _log.info("run left", extra=log_extra(thread=thread, run=run))
