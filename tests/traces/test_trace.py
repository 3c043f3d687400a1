"""The trace of a run is a view of its transcript: one root, true times and sums, whole at every moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from backstage import A, B, Backstage, Open
from durable import ASK, CONFIRM, DONE, EXECUTE, FINAL, LOOK, REPLY, WEEK
from langchain_core.messages import HumanMessage
from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from stage import NOW, ScriptedModel, a_stage, step

from dayloom.llm.chat_completions.messages import chat_messages, without_system
from dayloom.runs.run import Run
from dayloom.traces.about import AboutModel, AboutTool
from dayloom.traces.prices import Price, read_prices
from dayloom.traces.read import read_trace, traced
from dayloom.traces.trace import Span, SpanKind, SpanStatus, Trace, Traced, trace_of
from nodes.execute import execute
from nodes.plan import plan
from state.common import CommonState, RunSettings
from state.errors import BadInput, ModelUnavailable
from state.prompt import ModelReply, Question
from state.usage import FailedTry, Usage

PRICES = {"scripted": Price(input=2, output=10)}
NONSENSE = "no decision"


class FallingBack:
    """A scripted model; before the second answer another one was asked in vain."""

    def __init__(self, script: Sequence[Any]) -> None:
        self.scripted = ScriptedModel(list(script))

    async def reply(self, question: Question, emit: Any) -> ModelReply:
        reply = await self.scripted.reply(question, emit)
        second = len(self.scripted.prompts) == 2
        tries = (FailedTry(model="big", reason="overloaded"),) if second else ()
        return reply.model_copy(update={"tries": tries})


async def trace(house: Backstage, run: Run, prices: Any = PRICES) -> Trace:
    found = await house.runs.get(run.thread, run.id)
    return await read_trace(house.tenant().threads, traced(run.thread, found.asked, found.status), prices)


def check(trace: Trace) -> None:
    """One root, every parent before its child, and totals that are the sums of the spans."""
    root, *others = trace.spans
    assert [span.seq for span in trace.spans] == list(range(1, len(trace.spans) + 1))
    assert root.kind is SpanKind.RUN
    assert root.parents == ()
    for span in others:
        assert span.parents
        assert all(1 <= parent < span.seq for parent in span.parents)
    calls = of(trace, SpanKind.MODEL)
    assert trace.totals.model_calls == len(calls)
    assert trace.totals.tool_calls == len(of(trace, SpanKind.TOOL))
    assert trace.totals.prompt_tokens == sum(call.usage.prompt_tokens for call in calls)
    assert trace.totals.completion_tokens == sum(call.usage.completion_tokens for call in calls)


def of(trace: Trace, kind: SpanKind) -> list[Span]:
    return [span for span in trace.spans if span.kind is kind]


async def test_calls_tools_corrections_and_cards_hang_together(backstage: Open) -> None:
    house = await backstage(FallingBack([EXECUTE, LOOK, NONSENSE, LOOK, CONFIRM, DONE, FINAL]))
    asked = await house.say(A, "Place my essay", WEEK)
    await house.runs.join(A, asked.id)
    seen = await trace(house, asked)
    check(seen)
    plan, first, second, third, last = of(seen, SpanKind.MODEL)
    look, again = of(seen, SpanKind.TOOL)
    [correction], [card] = of(seen, SpanKind.CORRECTION), of(seen, SpanKind.CARD)

    assert plan.parents == (1,)
    assert first.parents == (plan.seq,)
    assert look.parents == (first.seq,)
    assert second.parents == (first.seq, look.seq)
    assert correction.parents == (second.seq,)
    assert third.parents == (second.seq,)
    assert last.parents == (third.seq, again.seq)
    assert card.parents == (last.seq,)
    assert (card.status, seen.status.value, seen.outcome) == (SpanStatus.WAITING, "interrupted", None)
    assert isinstance(first.about, AboutModel)
    assert (first.about.asked, first.about.tries) == ("big", (FailedTry(model="big", reason="overloaded"),))
    assert [call.about.purpose for call in (plan, last) if isinstance(call.about, AboutModel)] == ["plan", "execute"]
    assert seen.totals.cost == pytest.approx(5 * (10 * 2 + 2 * 10) / 1_000_000)
    assert {span.node for span in seen.spans[1:]} == {"plan", "execute"}


async def test_what_an_answer_approves_follows_from_it(backstage: Open) -> None:
    house = await backstage([EXECUTE, CONFIRM, DONE, FINAL])
    asked = await house.say(A, "Place my essay", WEEK)
    await house.runs.join(A, asked.id)
    answered = await house.answer(A, "approve")
    await house.runs.join(A, answered.id)
    seen = await trace(house, answered, {})
    check(seen)
    [answer], [tool], [done, final] = of(seen, SpanKind.ANSWER), of(seen, SpanKind.TOOL), of(seen, SpanKind.MODEL)
    [conclusion] = of(seen, SpanKind.CONCLUSION)

    assert (answer.parents, answer.seconds is not None) == ((1,), True)
    assert tool.parents == (answer.seq,)
    assert isinstance(tool.about, AboutTool)
    assert [(change.task_id, change.kind) for change in tool.about.changes] == [(1, "place")]
    assert done.parents == (answer.seq, tool.seq)
    assert final.parents == (done.seq,)
    assert conclusion.parents == (final.seq,)
    assert (seen.status.value, seen.outcome) == ("success", "completed")
    assert (seen.totals.cost, seen.totals.unpriced) == (None, ("scripted",))


async def test_a_run_that_fails_keeps_its_totals(backstage: Open) -> None:
    down = ModelUnavailable("none", code="model_unreachable", usage=Usage(prompt_tokens=7))
    house = await backstage([EXECUTE, LOOK, down])
    run = await house.say(A, "Place my essay", WEEK)
    await house.runs.join(A, run.id)
    seen = await trace(house, run)
    check(seen)

    assert (seen.status.value, seen.outcome) == ("error", "failed")
    assert seen.totals.prompt_tokens == 10 + 10 + 7
    failed = of(seen, SpanKind.MODEL)[-1]
    assert isinstance(failed.about, AboutModel)
    assert (failed.status, failed.about.code) == (SpanStatus.ERROR, "model_unreachable")


async def test_a_run_that_is_read_in_the_middle_or_cancelled_tells_what_it_has_done(backstage: Open) -> None:
    house = await backstage([EXECUTE, ASK])
    waiting = await house.say(A, "Place my essay", WEEK)
    await house.runs.join(A, waiting.id)
    cancelled = await house.say(B, "Place my essay", WEEK, workspace="other")
    await house.runs.cancel(B, cancelled.id)
    for run, status, root in ((waiting, "interrupted", "waiting"), (cancelled, "cancelled", "cancelled")):
        seen = await trace(house, run)
        check(seen)
        assert (seen.status.value, seen.outcome, seen.spans[0].status.value) == (status, None, root)
    whole = await house.tenant().threads.transcript(A)
    for length in range(len(whole)):
        check(trace_of(whole[:length], Traced(A, waiting.id, waiting.status, waiting.asked.at), {}))


async def test_a_run_out_of_budget_and_a_card_that_is_left_say_so(backstage: Open) -> None:
    house = await backstage([EXECUTE, LOOK, EXECUTE, CONFIRM])
    short = house.asked("Place my essay", WEEK).model_copy(update={"settings": RunSettings(max_rounds=1)})
    run = await house.runs.start(A, short)
    await house.runs.join(A, run.id)
    exhausted = await trace(house, run)
    left = await house.say(B, "Place my essay", WEEK, workspace="other")
    await house.runs.join(B, left.id)
    await house.runs.cancel(B, left.id)
    seen = await trace(house, left)
    [card] = of(seen, SpanKind.CARD)

    assert (exhausted.outcome, exhausted.spans[0].status) == ("exhausted", SpanStatus.EXHAUSTED)
    assert (card.status, card.ended, seen.spans[0].status) == (SpanStatus.CANCELLED, None, SpanStatus.CANCELLED)


async def test_what_is_remembered_reaches_a_model_that_takes_no_system_prompt(backstage: Open) -> None:
    model = ScriptedModel([REPLY])
    house = await backstage(model)
    await house.tenant().memory.add(NOW, rule="Essays are for the morning")
    run = await house.say(A, "Place my essay", WEEK)
    await house.runs.join(A, run.id)
    seen = await trace(house, run)
    [read], [call] = of(seen, SpanKind.MEMORY), of(seen, SpanKind.MODEL)
    sent = chat_messages(model.prompts[0].messages)

    assert call.parents == (read.seq,)
    assert "Essays are for the morning" not in sent[0]["content"]
    assert "Essays are for the morning" in "".join(message["content"] for message in sent[1:])
    assert without_system(sent)[0]["content"].endswith(sent[1]["content"])


async def test_what_is_recorded_is_not_changed_by_what_follows(backstage: Open) -> None:
    house = await backstage([EXECUTE, LOOK, LOOK, CONFIRM, DONE, FINAL])
    run = await house.say(A, "Place my essay", WEEK)
    await house.runs.join(A, run.id)
    before = await house.tenant().threads.transcript(A)
    kept = [json.dumps(to_jsonable_python(step.entries)) for step in before]
    answered = await house.answer(A, "approve")
    await house.runs.join(A, answered.id)
    later = await house.tenant().threads.transcript(A)

    assert [json.dumps(to_jsonable_python(step.entries)) for step in later[: len(kept)]] == kept
    assert later[: len(before)] == before


async def test_no_list_is_shared_between_steps() -> None:
    stage = a_stage(EXECUTE, LOOK, LOOK, CONFIRM, always_execute=True)
    states = [await step(plan, CommonState(messages=[HumanMessage("Place it")], schedule=WEEK), stage)]
    for _ in range(3):
        states.append(await step(execute, states[-1], stage))
    found = [{id(each): each for each in mutable(state.transcript)} for state in states]

    assert all(found[1:])
    assert sum(map(len, found)) == len(frozenset[int]().union(*found))


def mutable(entries: Any) -> list[Any]:
    """Return every list and dictionary in what a step has recorded."""
    found: list[Any] = []

    def look(value: Any) -> None:
        if isinstance(value, dict | list):
            found.append(value)
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, BaseModel):
            value = [getattr(value, name) for name in type(value).model_fields]
        for each in value if isinstance(value, list | tuple) else ():
            look(each)

    look(entries)
    return found


def test_prices_are_read_as_written_and_a_bad_file_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text('["gpt-5"]\ninput = 1.25\noutput = 10\n')
    assert read_prices(file)["gpt-5"].of(Usage(prompt_tokens=1_000_000, completion_tokens=500_000)) == 6.25
    assert read_prices(None) == {}
    for text, wrong in (("input = 1\n", "input"), ("[m]\ninput = -1\noutput = 1\n", "m.input"), ("[m", "no TOML")):
        file.write_text(text)
        with pytest.raises(BadInput, match=wrong):
            read_prices(file)
    with pytest.raises(BadInput, match="cannot be read"):
        read_prices(tmp_path / "none.toml")
