"""The trace of a run as OpenTelemetry spans, under the names of the GenAI semantic conventions.

They are written from the same trace that a person reads, when the run has ended. Only the API is used: without an SDK
in the process nothing is read or written. Spans hold ids, names and numbers; prompts, answers and arguments stay out.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from opentelemetry import trace as opentelemetry
from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NoOpTracerProvider,
    ProxyTracerProvider,
    SpanContext,
    Status,
    StatusCode,
    TracerProvider,
)
from opentelemetry.trace import (
    Span as Written,
)
from opentelemetry.trace import (
    SpanKind as Role,
)

from dayloom.settings import OFFLINE
from dayloom.stores.threads.store import RedisThreads
from dayloom.traces.about import AboutModel, AboutTool, SpanKind
from dayloom.traces.prices import Prices
from dayloom.traces.read import read_trace, traced
from dayloom.traces.trace import ROOT, Span, SpanStatus, Trace
from state.errors import Unavailable, Unreadable
from state.ids import RunId, ThreadId
from state.prompt import Purpose

OPERATION: Final = "gen_ai.operation.name"
PROVIDER: Final = "gen_ai.provider.name"
AGENT: Final = "gen_ai.agent.name"
CONVERSATION: Final = "gen_ai.conversation.id"
REQUEST_MODEL: Final = "gen_ai.request.model"
RESPONSE_MODEL: Final = "gen_ai.response.model"
FINISH: Final = "gen_ai.response.finish_reasons"
OUTPUT_TYPE: Final = "gen_ai.output.type"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
TOOL: Final = "gen_ai.tool.name"
TOOL_CALL: Final = "gen_ai.tool.call.id"
TOOL_TYPE: Final = "gen_ai.tool.type"
ERROR: Final = "error.type"
RUN: Final = "dayloom.run.id"
STATUS: Final = "dayloom.run.status"
SEQ: Final = "dayloom.span.seq"
KIND: Final = "dayloom.span.kind"
COST: Final = "dayloom.cost"

_DECISIONS: Final = (Purpose.PLAN, Purpose.EXECUTE)
_WRONG: Final = (SpanStatus.ERROR, SpanStatus.REFUSED)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_log: Final = logging.getLogger(__name__)


class Spans:
    """Writes the spans of runs that have ended: `invoke_agent`, `chat`, `execute_tool` and what else happened."""

    def __init__(self, prices: Prices, tracers: TracerProvider | None = None) -> None:
        self._prices = prices
        self._tracers = tracers
        self._tracer = opentelemetry.get_tracer("dayloom", tracer_provider=tracers)

    async def export(self, threads: RedisThreads, thread: ThreadId, run: RunId) -> None:
        """Write the spans of a run, if it has ended and anybody wants them; a store that fails is logged."""
        if isinstance(self._tracers or opentelemetry.get_tracer_provider(), ProxyTracerProvider | NoOpTracerProvider):
            return
        try:
            found = await threads.request(thread, run)
            if found is not None and found[0] is not None and found[1].final:
                self.write(await read_trace(threads, traced(thread, found[0], found[1]), self._prices))
        except (Unavailable, Unreadable) as error:
            _log.warning("no spans were written of run %s: %s", run, error)

    def write(self, trace: Trace, above: Written | None = None) -> None:
        """Write the spans of a trace; those of a child run below the span `above`."""
        written: dict[int, SpanContext] = {}
        node: Written | None = None
        root = self._start(trace, trace.spans[0], above, written)
        for span in trace.spans[1:]:
            below_node = node if span.node is not None and span.kind is not SpanKind.NODE else root
            one = self._start(trace, span, below_node, written)
            if span.kind is SpanKind.NODE:
                node = one
            if span.child is not None:
                self.write(span.child, one)
            one.end(_nanoseconds(span.ended or span.begun))
        last = max((span.ended or span.begun for span in trace.spans), default=trace.spans[0].begun)
        root.end(_nanoseconds(trace.spans[0].ended or last))

    def _start(self, trace: Trace, span: Span, above: Written | None, written: dict[int, SpanContext]) -> Written:
        """Begin a span below another one, and link it with what it follows from."""
        parent = above.get_span_context() if above is not None else None
        leading = [written[seq] for seq in span.parents if seq in written]
        one = self._tracer.start_span(
            _name(span),
            context=opentelemetry.set_span_in_context(above, Context()) if above is not None else Context(),
            kind=Role.CLIENT if span.kind is SpanKind.MODEL else Role.INTERNAL,
            attributes=dict(_attributes(trace, span)),
            links=[Link(each) for each in leading if each != parent],
            start_time=_nanoseconds(span.begun),
        )
        if span.status in _WRONG:
            one.set_status(Status(StatusCode.ERROR))
        written[span.seq] = one.get_span_context()
        return one


def _name(span: Span) -> str:
    match span.kind:
        case SpanKind.RUN:
            return "invoke_agent dayloom"
        case SpanKind.MODEL:
            return f"chat {span.about.asked if isinstance(span.about, AboutModel) else span.name}"
        case SpanKind.TOOL:
            return f"execute_tool {span.name}"
        case _:
            return span.kind.value if span.name == span.kind.value else f"{span.kind.value} {span.name}"


def _attributes(trace: Trace, span: Span) -> Iterator[tuple[str, str | int | float | list[str]]]:
    yield from {SEQ: span.seq, KIND: span.kind.value, RUN: trace.run_id, CONVERSATION: trace.thread_id}.items()
    if span.cost is not None:
        yield COST, span.cost
    match span.about:
        case AboutModel() as about:
            yield from _about_model(span, about)
        case AboutTool() as about:
            yield from {OPERATION: "execute_tool", TOOL: span.name, TOOL_CALL: about.call_id}.items()
            yield TOOL_TYPE, "function"
        case _ if span.seq == ROOT:
            yield from _about_run(trace)
        case _:
            pass
    if span.status in _WRONG:
        code = span.about.code if isinstance(span.about, AboutModel) else None
        yield ERROR, code or (trace.status.value if span.seq == ROOT else span.status.value)


def _about_run(trace: Trace) -> Iterator[tuple[str, str | int]]:
    totals = trace.totals
    yield PROVIDER, next((_provider(span.name) for span in trace.spans if span.kind is SpanKind.MODEL), "dayloom")
    yield from {OPERATION: "invoke_agent", AGENT: "dayloom", STATUS: trace.status.value}.items()
    yield from {INPUT_TOKENS: totals.prompt_tokens, OUTPUT_TOKENS: totals.completion_tokens}.items()


def _about_model(span: Span, about: AboutModel) -> Iterator[tuple[str, str | int | list[str]]]:
    yield from {OPERATION: "chat", PROVIDER: _provider(span.name)}.items()
    yield from {REQUEST_MODEL: about.asked, RESPONSE_MODEL: about.served or span.name}.items()
    yield from {INPUT_TOKENS: span.usage.prompt_tokens, OUTPUT_TOKENS: span.usage.completion_tokens}.items()
    yield OUTPUT_TYPE, "json" if about.purpose in _DECISIONS else "text"
    if about.finish:
        yield FINISH, [about.finish]


def _provider(model: str) -> str:
    """Return whose protocol a model speaks."""
    return "dayloom" if model == OFFLINE else "openai"


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000
