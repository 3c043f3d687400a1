"""The trace of a run as OpenTelemetry spans: the same ones, under the names of the GenAI conventions."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from backstage import A, B, Backstage
from backstage import Open as OpenBackstage
from by_goal import DONE, EXECUTE, PARENT, ByGoal, delegate, reply, say_to_parent
from durable import CONFIRM, FINAL, LOOK, REPLY, WEEK
from job_house import Open
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as gen_ai
from opentelemetry.semconv.attributes import error_attributes
from opentelemetry.trace import ProxyTracerProvider, SpanKind, StatusCode

from dayloom.runs.run import Run
from dayloom.traces import spans as names
from dayloom.traces.prices import Price
from dayloom.traces.read import read_trace, traced
from dayloom.traces.spans import Spans
from dayloom.traces.trace import Trace
from state.errors import ModelUnavailable
from state.ids import RunId, ThreadId

PRICES = {"scripted": Price(input=2, output=10)}
WORDS = "Place my essay by Friday"


@pytest.fixture
def written() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def spans(written: InMemorySpanExporter) -> Spans:
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(written))
    return Spans(PRICES, tracers)


def about(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def id_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return span.context.span_id


def in_order(written: InMemorySpanExporter, run: str) -> list[ReadableSpan]:
    """Return the spans of one run by their number in its trace."""
    found = [span for span in written.get_finished_spans() if about(span)["dayloom.run.id"] == run]
    return sorted(found, key=lambda span: about(span)["dayloom.span.seq"])


def nanoseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1e6) * 1000


def check_same(trace: Trace, written: InMemorySpanExporter) -> None:
    """What was written is what the trace tells, with the same times, sums, and things that led to it."""
    found = in_order(written, trace.run_id)
    ids = [id_of(span) for span in found]
    assert [about(span)["dayloom.span.kind"] for span in found] == [span.kind.value for span in trace.spans]
    for told, span in zip(trace.spans, found, strict=True):
        assert span.start_time == nanoseconds(told.begun)
        assert told.ended is None or span.end_time == nanoseconds(told.ended)
        linked = {link.context.span_id for link in span.links} | ({span.parent.span_id} if span.parent else set())
        assert {ids[seq - 1] for seq in told.parents} <= linked
        assert about(span).get("gen_ai.usage.input_tokens", 0) == (
            trace.totals.prompt_tokens if told.seq == 1 else told.usage.prompt_tokens
        )
        assert about(span).get("dayloom.cost") == told.cost


async def whole(written: InMemorySpanExporter, run: RunId) -> None:
    """Wait until the last span of a run is there, which is its first."""
    while not any(about(span)["dayloom.span.seq"] == 1 for span in in_order(written, run)):  # noqa: ASYNC110 no event
        await asyncio.sleep(0.01)


async def trace_of(house: Backstage, run: Run) -> Trace:
    found = await house.runs.get(run.thread, run.id)
    return await read_trace(house.tenant().threads, traced(run.thread, found.asked, found.status), PRICES)


def test_our_names_are_those_of_the_conventions() -> None:
    ours = {value for name, value in vars(names).items() if name.isupper() and str(value).startswith("gen_ai.")}

    assert ours <= {value for value in vars(gen_ai).values() if isinstance(value, str)}
    assert names.ERROR == error_attributes.ERROR_TYPE


async def test_a_run_writes_the_spans_of_its_trace_once_it_has_ended_and_no_word_of_the_person(
    backstage: OpenBackstage, spans: Spans, written: InMemorySpanExporter
) -> None:
    script = [EXECUTE, LOOK, WORDS, CONFIRM, DONE, FINAL]
    house = await backstage(script, export=spans.export)
    asked = await house.say(A, WORDS, WEEK)
    await whole(written, asked.id)
    check_same(await trace_of(house, asked), written)
    answered = await house.answer(A, "approve")
    await whole(written, answered.id)
    check_same(await trace_of(house, answered), written)
    first, second = (in_order(written, run.id) for run in (asked, answered))
    [tool] = [span for span in second if about(span)["dayloom.span.kind"] == "tool"]
    calls = [span for span in first if about(span)["dayloom.span.kind"] == "model"]

    assert [span.name for span in (first[0], calls[0], tool)] == [
        *("invoke_agent dayloom", "chat scripted", "execute_tool place")
    ]
    assert about(first[0])["gen_ai.conversation.id"] == A
    assert about(first[0])["gen_ai.operation.name"] == "invoke_agent"
    assert {about(span)["gen_ai.provider.name"] for span in (first[0], *calls)} == {"openai"}
    assert about(tool)["gen_ai.tool.call.id"]
    assert {span.kind for span in calls} == {SpanKind.CLIENT}
    assert len({span.context.trace_id for span in first if span.context}) == 1
    assert WORDS not in "".join(span.to_json() for span in written.get_finished_spans())


async def test_child_runs_are_written_below_the_span_that_asked_for_them_and_not_once_more(
    house: Open, spans: Spans, written: InMemorySpanExporter
) -> None:
    scripts = {"Find out.": [EXECUTE, delegate("Ask Bob"), DONE, "Known."], "Ask Bob": [reply("Yes.")]}
    at_home = house(asked=ByGoal(scripts), export=spans.export)
    await say_to_parent(at_home)
    tenant = at_home.service.tenants.of("ann")
    found = await tenant.runs.get(PARENT, RunId("run-parent"))
    seen = await read_trace(tenant.threads, traced(PARENT, found.asked, found.status), PRICES)
    [given] = [span for span in seen.spans if span.child is not None]
    assert given.child is not None
    for trace in (seen, given.child):
        check_same(trace, written)
    parent, child = in_order(written, seen.run_id), in_order(written, given.child.run_id)

    assert child[0].parent is not None
    assert child[0].parent.span_id == id_of(parent[given.seq - 1])
    assert len(written.get_finished_spans()) == len(seen.spans) + len(given.child.spans)
    assert about(parent[0])["gen_ai.usage.input_tokens"] == 10 * (4 + 1)


async def test_a_failed_call_and_its_run_are_errors_and_a_run_that_goes_on_is_not_written(
    backstage: OpenBackstage, spans: Spans, written: InMemorySpanExporter
) -> None:
    house = await backstage([ModelUnavailable("none", code="model_unreachable")], export=spans.export)
    run = await house.say(A, WORDS, WEEK)
    await whole(written, run.id)
    wrong = [span for span in written.get_finished_spans() if span.status.status_code is StatusCode.ERROR]
    later = await backstage([REPLY], works=False, export=spans.export)
    waiting = await later.say(B, WORDS, WEEK, workspace="other")
    await spans.export(later.tenant().threads, B, waiting.id)

    assert {about(span)["dayloom.span.kind"]: about(span)["error.type"] for span in wrong} == {
        "model": "model_unreachable",
        "run": "error",
    }
    assert in_order(written, waiting.id) == []


async def test_without_an_sdk_nothing_is_read() -> None:
    untouched: Any = None

    await Spans({}, ProxyTracerProvider()).export(untouched, ThreadId("thread-1"), RunId("run-1"))
