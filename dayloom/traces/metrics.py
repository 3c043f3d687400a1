"""What Prometheus reads. Labels come from closed sets: no name, id or word of a person is ever one."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from dayloom.traces.clocked import Clocked, ending_of, seconds_since
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.run_status import RunStatus

_QUICK: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SLOW: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)


class Metrics:
    """The counters of one process, in a registry of their own; also an observer of its runs."""

    def __init__(self) -> None:
        it = self.registry = CollectorRegistry()
        about = ("method", "route", "status")
        self.requests = Counter("dayloom_http_requests", "Requests answered.", about, registry=it)
        self.seconds = Histogram(
            "dayloom_http_request_seconds",
            "Time until an answer began.",
            ("method", "route"),
            buckets=_QUICK,
            registry=it,
        )
        self.streams = Gauge("dayloom_streams_open", "Event streams being sent.", registry=it)
        self.unreachable = Counter("dayloom_unavailable", "Requests that found it down.", ("what",), registry=it)
        self.runs = Counter("dayloom_runs", "Runs that ended in this process.", ("status",), registry=it)
        self.run_seconds = Histogram(
            "dayloom_run_seconds", "Time a run took here.", ("status",), buckets=_SLOW, registry=it
        )
        self.active = Gauge("dayloom_runs_active", "Runs this process works on.", registry=it)
        self.calls = Counter("dayloom_model_calls", "Model calls that gave an answer.", registry=it)
        self.call_seconds = Histogram("dayloom_model_seconds", "Time of a model call.", buckets=_SLOW, registry=it)
        self.retries = Counter("dayloom_model_retries", "Model calls that were tried again.", registry=it)
        self.tokens = Counter("dayloom_model_tokens", "Tokens of model calls.", ("direction",), registry=it)
        self.corrections = Counter("dayloom_corrections", "Replies that had to be corrected.", registry=it)
        self.tools = Counter("dayloom_tool_calls", "Tools that ran.", ("result",), registry=it)
        self._running: dict[RunId, Clocked] = {}

    def on_event(self, thread: ThreadId, run: RunId, event: Event) -> None:
        """Count what happened in a run."""
        if event.type is EventType.RUN_STARTED:
            self._running[run] = Clocked()
        elif (clocked := self._running.get(run)) is not None:
            self._count(clocked, event)
        self.active.set(len(self._running))
        if (status := ending_of(event)) is not None:
            self._end(run, status)

    def on_leave(self, thread: ThreadId, run: RunId) -> None:
        """Work on the run no longer."""
        self._running.pop(run, None)
        self.active.set(len(self._running))

    def _count(self, clocked: Clocked, event: Event) -> None:
        begun = clocked.advance(event.type)
        match event.type:
            case EventType.MODEL_COMPLETED:
                self.calls.inc()
                self.call_seconds.observe(seconds_since(begun))
                self.tokens.labels("input").inc(event.data.get("prompt_tokens", 0))
                self.tokens.labels("output").inc(event.data.get("completion_tokens", 0))
            case EventType.MODEL_RETRY:
                self.retries.inc()
            case EventType.CORRECTION:
                self.corrections.inc()
            case EventType.TOOL_COMPLETED | EventType.TOOL_BLOCKED:
                self.tools.labels("completed" if event.type is EventType.TOOL_COMPLETED else "blocked").inc()
            case _:
                pass

    def _end(self, run: RunId, status: RunStatus) -> None:
        self.runs.labels(status.value).inc()
        if (clocked := self._running.pop(run, None)) is not None:
            self.run_seconds.labels(status.value).observe(seconds_since(clocked.began))
        self.active.set(len(self._running))
