"""Runs take turns at the processor; who waits for a model, or computes for long, keeps nobody."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from backstage import A, Open
from durable import REPLY
from stage import ScriptedModel

from dayloom.runs import processor
from dayloom.runs.processor import PausingModel, Processor
from state.errors import ModelUnavailable
from state.ids import RunId, ThreadId
from state.run_status import RunStatus

FOREVER = 3600.0


class Told:
    """Notes in which order runs begin and end."""

    def __init__(self) -> None:
        self.order: list[str] = []

    async def compute(self, which: Processor, name: str, rests: asyncio.Event | None = None) -> None:
        async with which.turn() as turn:
            self.order.append(f"{name} begins")
            for _ in range(5):
                await asyncio.sleep(0)
            if rests is not None:
                async with turn.pause():
                    await rests.wait()
            self.order.append(f"{name} ends")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "LONGEST", FOREVER)


@pytest.mark.usefixtures("patient")
async def test_one_computes_after_the_other_in_the_order_they_came() -> None:
    told, only = Told(), Processor()
    await asyncio.gather(*(told.compute(only, name) for name in "abc"))
    assert told.order == ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]


@pytest.mark.usefixtures("patient")
async def test_who_waits_for_a_model_lets_others_compute_and_takes_a_turn_again() -> None:
    told, only, answered = Told(), Processor(), asyncio.Event()
    waiting = asyncio.create_task(told.compute(only, "a", answered))
    await asyncio.sleep(0)
    await told.compute(only, "b")
    other = asyncio.create_task(told.compute(only, "c"))
    await asyncio.sleep(0)
    answered.set()
    await asyncio.gather(waiting, other)
    assert told.order == ["a begins", "b begins", "b ends", "c begins", "c ends", "a ends"]


async def test_who_computes_for_long_is_joined_by_the_next() -> None:
    told, only = Told(), Processor()
    async with only.turn():
        await told.compute(only, "b")
    assert told.order == ["b begins", "b ends"]


@pytest.mark.usefixtures("patient")
async def test_a_turn_is_passed_on_once_however_it_ends() -> None:
    told, only = Told(), Processor()

    class Failing:
        async def reply(self, question: Any, emit: Any) -> Any:
            await asyncio.sleep(0)
            raise ModelUnavailable("none", code="model_unreachable")

    async def fail() -> None:
        async with only.turn() as turn:
            await PausingModel(Failing(), turn).reply(None, None)  # pyright: ignore[reportArgumentType] not looked at

    for _ in range(3):
        with pytest.raises(ModelUnavailable):
            await fail()
    cut_off = asyncio.create_task(told.compute(only, "a", asyncio.Event()))
    await asyncio.sleep(0)
    cut_off.cancel()
    await asyncio.gather(cut_off, return_exceptions=True)
    told.order.clear()
    await asyncio.gather(*(told.compute(only, name) for name in "bc"))
    assert told.order == ["b begins", "b ends", "c begins", "c ends"]


@pytest.mark.usefixtures("patient")
async def test_runs_begin_when_the_one_before_has_ended_or_waits(backstage: Open) -> None:
    class Slow:
        """Answers thread A when it is let go, others at once, without waiting."""

        let_go = asyncio.Event()

        async def reply(self, question: Any, emit: Any) -> Any:
            if question.state.goal == "Wait":
                await self.let_go.wait()
            return await ScriptedModel([REPLY]).reply(question, emit)

    begun: list[tuple[str, str]] = []

    class Watcher:
        def on_event(self, thread: ThreadId, run: RunId, event: Any) -> None:
            begun.append((thread, event.type.value))

        def on_leave(self, thread: ThreadId, run: RunId) -> None:
            begun.append((thread, "left"))

    model = Slow()
    house = await backstage(model, exclusive=False, observer=Watcher())
    slow = await house.say(A, "Wait")
    others = [await house.say(ThreadId(f"t-{number}"), "When is algebra?") for number in range(4)]
    for run in others:
        assert (await house.runs.join(run.thread, run.id)).status is RunStatus.SUCCESS
    model.let_go.set()
    assert (await house.runs.join(A, slow.id)).status is RunStatus.SUCCESS

    quick = [thread for thread, what in begun if thread != A and what in ("run.started", "left")]
    assert quick[::2] == quick[1::2], "each had left before the next began"
