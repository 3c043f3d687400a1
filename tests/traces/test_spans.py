"""Spans of a run: the agent, its model calls and its tools, under the names of the GenAI conventions."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as gen_ai
from opentelemetry.semconv.attributes import error_attributes
from opentelemetry.trace import SpanKind, StatusCode
from watching import RUN, THREAD, TURN, WORDS, tell

from dayloom.traces import spans as names
from dayloom.traces.spans import Spans
from state.events import EventType


@pytest.fixture
def written() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def spans(written: InMemorySpanExporter) -> Spans:
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(written))
    return Spans("big", tracers=tracers)


def of(written: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in written.get_finished_spans() if span.name == name]


def test_our_names_are_those_of_the_conventions() -> None:
    ours = {value for name, value in vars(names).items() if name.isupper() and str(value).startswith("gen_ai.")}

    assert ours <= {value for value in vars(gen_ai).values() if isinstance(value, str)}
    assert names.ERROR == error_attributes.ERROR_TYPE


def test_a_run_is_a_span_with_its_calls_and_tools_below(spans: Spans, written: InMemorySpanExporter) -> None:
    tell(spans, *TURN)

    [run], calls, [tool] = (of(written, name) for name in ("invoke_agent dayloom", "chat big", "execute_tool place"))
    assert run.attributes is not None
    assert run.attributes["gen_ai.operation.name"] == "invoke_agent"
    assert run.attributes["gen_ai.conversation.id"] == THREAD
    assert run.attributes["dayloom.run.id"] == RUN
    assert run.attributes["gen_ai.usage.input_tokens"] == 220
    assert [span.parent and span.parent.span_id for span in (*calls, tool)] == [run.context.span_id] * 3
    assert [span.kind for span in calls] == [SpanKind.CLIENT] * 2
    assert [(span.attributes or {})["gen_ai.usage.input_tokens"] for span in calls] == [100, 120]
    assert (tool.attributes or {})["gen_ai.tool.call.id"] == "c1"


def test_a_model_call_takes_from_the_event_before_it_to_its_answer(spans: Spans, written: InMemorySpanExporter) -> None:
    tell(spans, *TURN)

    first, second = of(written, "chat big")
    assert first.start_time < first.end_time <= second.start_time < second.end_time  # pyright: ignore


def test_a_failed_run_is_an_error(spans: Spans, written: InMemorySpanExporter) -> None:
    tell(spans, *TURN[:3], (EventType.RUN_FAILED, {"code": "deadline"}))

    [run] = of(written, "invoke_agent dayloom")
    assert run.status.status_code is StatusCode.ERROR
    assert (run.attributes or {})["error.type"] == "timeout"


def test_a_run_that_goes_elsewhere_leaves_no_span_open(spans: Spans, written: InMemorySpanExporter) -> None:
    tell(spans, *TURN[:9])
    spans.on_leave(THREAD, RUN)

    assert len(of(written, "execute_tool place")) == len(of(written, "invoke_agent dayloom")) == 1


def test_no_word_of_a_person_is_in_a_span(spans: Spans, written: InMemorySpanExporter) -> None:
    tell(spans, *TURN)

    assert WORDS not in "".join(span.to_json() for span in written.get_finished_spans())
