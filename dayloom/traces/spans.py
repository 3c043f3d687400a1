"""OpenTelemetry spans of runs, written from their events, under the names of the GenAI semantic conventions.

Only the API is used: without an SDK in the process nothing is recorded. Spans hold ids, names and numbers; prompts,
answers and arguments stay out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, TracerProvider

from dayloom.traces.clocked import Clocked, ending_of
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.run_status import RunStatus

OPERATION: Final = "gen_ai.operation.name"
PROVIDER: Final = "gen_ai.provider.name"
AGENT: Final = "gen_ai.agent.name"
CONVERSATION: Final = "gen_ai.conversation.id"
REQUEST_MODEL: Final = "gen_ai.request.model"
RESPONSE_MODEL: Final = "gen_ai.response.model"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
TOOL: Final = "gen_ai.tool.name"
TOOL_CALL: Final = "gen_ai.tool.call.id"
TOOL_TYPE: Final = "gen_ai.tool.type"
ERROR: Final = "error.type"
RUN: Final = "dayloom.run.id"
STATUS: Final = "dayloom.run.status"

_WRONG: Final = (RunStatus.ERROR, RunStatus.TIMEOUT)


@dataclass
class _Traced:
    """The spans of one run that are open."""

    span: Span
    clocked: Clocked = field(default_factory=Clocked)
    tool: Span | None = None
    tokens: tuple[int, int] = (0, 0)

    @property
    def context(self) -> Context:
        return trace.set_span_in_context(self.span, Context())

    def close_tool(self, error: str | None = None) -> None:
        if self.tool is not None:
            _end_span(self.tool, error)
            self.tool = None


class Spans:
    """Writes `invoke_agent`, `chat` and `execute_tool` spans; `model` is what is asked unless a run names another."""

    def __init__(self, model: str, *, provider: str = "openai", tracers: TracerProvider | None = None) -> None:
        self._model = model
        self._provider = provider
        self._tracer: Tracer = trace.get_tracer("dayloom", tracer_provider=tracers)
        self._open: dict[RunId, _Traced] = {}

    def on_event(self, thread: ThreadId, run: RunId, event: Event) -> None:
        """Open or close the span this event tells of."""
        if event.type is EventType.RUN_STARTED:
            self.on_leave(thread, run)
            self._open[run] = _Traced(self._start_invocation(thread, run))
        elif (traced := self._open.get(run)) is not None:
            self._note(traced, event)
        if (status := ending_of(event)) is not None:
            self._finish(run, status)

    def on_leave(self, thread: ThreadId, run: RunId) -> None:
        """Close the spans of a run that somebody else goes on with."""
        if (traced := self._open.pop(run, None)) is not None:
            traced.close_tool()
            traced.span.end()

    def _start_invocation(self, thread: ThreadId, run: RunId) -> Span:
        about = {
            OPERATION: "invoke_agent",
            PROVIDER: self._provider,
            AGENT: "dayloom",
            CONVERSATION: thread,
            REQUEST_MODEL: self._model,
            RUN: run,
        }
        return self._tracer.start_span("invoke_agent dayloom", context=Context(), attributes=about)

    def _note(self, traced: _Traced, event: Event) -> None:
        begun = traced.clocked.advance(event.type)
        match event.type:
            case EventType.MODEL_COMPLETED:
                self._write_model_call(traced, event, begun)
            case EventType.TOOL_STARTED:
                traced.close_tool()
                traced.tool = self._tool(traced, event)
            case EventType.TOOL_COMPLETED | EventType.INTERRUPT_OPENED:
                traced.close_tool()
            case EventType.TOOL_BLOCKED:
                traced.close_tool("blocked")
            case _:
                pass

    def _write_model_call(self, traced: _Traced, event: Event, begun: int) -> None:
        """Write the span of a model call that is over."""
        model = str(event.data.get("model") or self._model)
        used = int(event.data.get("prompt_tokens", 0)), int(event.data.get("completion_tokens", 0))
        about = {
            OPERATION: "chat",
            PROVIDER: self._provider,
            REQUEST_MODEL: self._model,
            RESPONSE_MODEL: model,
            INPUT_TOKENS: used[0],
            OUTPUT_TOKENS: used[1],
        }
        self._tracer.start_span(
            f"chat {self._model}", traced.context, SpanKind.CLIENT, attributes=about, start_time=begun
        ).end()
        traced.tokens = traced.tokens[0] + used[0], traced.tokens[1] + used[1]

    def _tool(self, traced: _Traced, event: Event) -> Span:
        name = str(event.data.get("name", ""))
        about = {
            OPERATION: "execute_tool",
            TOOL: name,
            TOOL_CALL: str(event.data.get("call_id", "")),
            TOOL_TYPE: "function",
        }
        return self._tracer.start_span(f"execute_tool {name}", traced.context, attributes=about)

    def _finish(self, run: RunId, status: RunStatus) -> None:
        if (traced := self._open.pop(run, None)) is None:
            return
        traced.close_tool()
        traced.span.set_attribute(STATUS, status.value)
        traced.span.set_attribute(INPUT_TOKENS, traced.tokens[0])
        traced.span.set_attribute(OUTPUT_TOKENS, traced.tokens[1])
        _end_span(traced.span, status.value if status in _WRONG else None)


def _end_span(span: Span, error: str | None) -> None:
    if error is not None:
        span.set_attribute(ERROR, error)
        span.set_status(Status(StatusCode.ERROR))
    span.end()
