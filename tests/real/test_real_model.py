"""Conversations with a real model on a real server: whatever it says, requests are taken and runs end as promised."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from faults.houses import dayloom_house
from langchain_core.messages import HumanMessage
from real.llama import NAME, Llama, llama

from dayloom.calendars import sample_week, schedule_from
from dayloom.llm.ask import Ask
from dayloom.llm.chat_completions.model import ChatCompletionsApi
from dayloom.llm.effort import Effort
from dayloom.llm.failure import AttemptFailed, Endpoint, Reason
from dayloom.llm.language_model import LanguageModel
from dayloom.llm.limits import Limits
from dayloom.llm.models import Models
from prompts.prompt import prompt_for
from state.common import CommonState
from state.decision import parse_execute_decision, parse_plan_decision
from state.errors import MalformedDecision
from state.events import Emit, Event, EventType
from state.ids import RunId, ThreadId
from state.outcome import OutcomeStatus
from state.ports import Accepted
from state.prompt import ModelReply, Prompt, Purpose, Question
from state.schedule import Schedule
from tools import TOOLBOX

pytestmark = pytest.mark.timeout(1800)

MESSAGES = [
    "Plan my tasks, keep Friday evening free",
    "What do I have on Tuesday?",
    "Put Problem sheet 6 on Wednesday morning, it is urgent",
    "你好，帮我安排这周的任务",
]

SHORT = Limits(tokens=400)
"""A small model that does not end an answer is cut soon."""


@dataclass
class Witness:
    """A model that is asked as it is, and everything it answered or refused."""

    model: LanguageModel
    answers: list[tuple[Prompt, ModelReply, float]] = field(default_factory=list)
    failures: list[AttemptFailed] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def endpoint(self) -> Endpoint:
        return self.model.endpoint

    async def attempt(self, ask: Ask, effort: Effort | None, emit: Emit) -> ModelReply:
        begun = time.monotonic()
        try:
            reply = await self.model.attempt(ask, effort, emit)
        except AttemptFailed as failed:
            self.failures.append(failed)
            raise
        self.answers.append((ask.prompt, reply, time.monotonic() - begun))
        return reply

    @property
    def decisions(self) -> list[bool]:
        """Whether each decision is one."""
        return [_valid(prompt, reply.text) for prompt, reply, _ in self.answers if prompt.format is not None]


def _valid(prompt: Prompt, text: str) -> bool:
    planning = prompt.format is not None and prompt.format.name == "plan_decision"
    try:
        parse_plan_decision(text) if planning else parse_execute_decision(text)
    except MalformedDecision:
        return False
    return True


def the_sample_week() -> Schedule:
    sample = sample_week()
    given = {"start": sample.start, "days": sample.days, "timezone": sample.timezone}
    return schedule_from([sample.calendar], [sample.tasks], **given).schedule


def placed(schedule: Schedule) -> dict[int, Any]:
    return {task.id: (task.slots, task.status) for task in schedule.tasks}


@pytest.mark.parametrize("text", MESSAGES)
async def test_a_conversation_ends_bounded_and_honest_and_writes_nothing(
    server: Llama, store: str, told: Any, text: str
) -> None:
    events: list[Event] = []
    week = the_sample_week()
    async with ChatCompletionsApi(base_url=server.base_url, limits=SHORT) as api, dayloom_house(store) as house:
        witness = Witness(api.model(NAME))
        model = Models(NAME, [witness]).of()
        context = house.context("real", model, events.append, max_rounds=3, max_corrections=2)
        asked = Accepted(run=RunId("run-1"), message=text, schedule=week, at=context.clock())
        begun = time.monotonic()
        status = await house._carried_out(context, asked)
        took = time.monotonic() - begun
        state = await house.agent.state(ThreadId("real"))
        manner = await api.capabilities.manner(NAME)
    told(text, _came(state, status), *_counted(witness), f"{took:.0f}")

    assert [failed.detail for failed in witness.failures if "cut off for length" not in failed.detail] == []
    assert manner.rung == 0
    assert all(witness.decisions)
    assert len(witness.answers) + len(witness.failures) <= 12
    assert placed(state.schedule) == placed(week)
    assert _honest(state, status)
    assert events[-1].type in {EventType.RUN_INTERRUPTED, EventType.RUN_COMPLETED, EventType.RUN_FAILED}


def _honest(state: CommonState, status: str) -> bool:
    """Tell whether the status says what happened."""
    if state.interrupt is not None:
        return status == "interrupted"
    assert state.outcome is not None
    return (state.outcome.status in {OutcomeStatus.COMPLETED, OutcomeStatus.EXHAUSTED}) == (status == "success")


def _came(state: CommonState, status: str) -> str:
    if state.interrupt is not None:
        return f"{status}: a card with a {state.interrupt.kind.value}"
    return f"{status}: {state.outcome.code or state.outcome.status.value}" if state.outcome else status


def _counted(witness: Witness) -> tuple[str, str, str]:
    """Return how many requests were taken, how many decisions are valid, and how many tokens were read and written."""
    valid, cut = witness.decisions, sum(failed.reason is Reason.BAD_ANSWER for failed in witness.failures)
    spent = [reply.usage for _, reply, _ in witness.answers] + [failed.usage for failed in witness.failures]
    taken, asked = len(witness.answers) + cut, len(witness.answers) + len(witness.failures)
    return (
        f"{taken} of {asked}" + (f", {cut} cut for length" if cut else ""),
        f"{sum(valid)} of {len(valid)}",
        f"{sum(use.prompt_tokens for use in spent):,}, {sum(use.completion_tokens for use in spent):,}",
    )


async def test_a_server_that_is_not_sane_is_started_in_another_way(folder: Path, told: Any) -> None:
    with llama(folder, [("--no-such-option",), ("--no-repack",)]) as running:
        prompt = Prompt((HumanMessage("What is the capital of France?"),), None)
        async with ChatCompletionsApi(base_url=running.base_url) as api:
            reply = await Models(NAME, [api.model(NAME)]).chain(NAME).answer(prompt, lambda _: None)
    told("a server with `--no-repack`", f"it answers in {reply.usage.completion_tokens} tokens")

    assert running.options == ("--no-repack",)
    assert reply.text


async def test_cancelling_stops_the_server(server: Llama, told: Any) -> None:
    prompt = Prompt((HumanMessage("Count from one to ten thousand, in words."),), None)
    async with ChatCompletionsApi(base_url=server.base_url) as api:
        asking = asyncio.create_task(Models(NAME, [api.model(NAME)]).chain(NAME).answer(prompt, lambda _: None))
        await asyncio.to_thread(server.until, True)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        took = await asyncio.to_thread(server.until, False, 20.0)
    told("cancel while it writes", f"the server rests {took:.2f} s later")


@pytest.mark.parametrize("purpose", [Purpose.PLAN, Purpose.DELIVER])
async def test_what_is_said_streams(server: Llama, told: Any, purpose: Purpose) -> None:
    events: list[Event] = []
    async with ChatCompletionsApi(base_url=server.base_url) as api:
        reply = await Models(NAME, [api.model(NAME)]).chain(NAME).answer(prompt_for(_question(purpose)), events.append)
    said = reply.text if purpose is Purpose.DELIVER else json.loads(reply.text)["speak"]
    pieces = _shown(events)
    told(f"words of {purpose.value}", f"{len(said)} characters in {len(pieces)} pieces")

    assert "".join(pieces).strip() == said.strip()
    assert len(pieces) > 1 or len(said) < 12


def _shown(events: list[Event]) -> list[str]:
    """Return the pieces that were shown and not taken back."""
    pieces: list[str] = []
    for event in events:
        if event.type is EventType.MESSAGE_RETRACTED:
            pieces.clear()
        elif event.type is EventType.MESSAGE_DELTA:
            pieces.append(event.data["text"])
    return pieces


def _question(purpose: Purpose) -> Question:
    state = CommonState(schedule=the_sample_week(), messages=[HumanMessage("Plan my tasks")])
    return Question(purpose, state, TOOLBOX.specs)
