"""Runs: taken once, carried out once, told without a hole, ended once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from backstage import A, B, Open
from durable import CONFIRM, DONE, EXECUTE, FINAL, REPLY, WEEK
from stage import ScriptedModel

from dayloom.runs.run import MultitaskStrategy
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import KeyKind, ThreadKeys
from state.errors import NothingToAnswer, StaleAnswer, ThreadBusy, UnknownRun, WorkspaceBusy
from state.ids import RunId, ThreadId
from state.run_status import RunStatus
from state.transcript import Card

CARD = (EXECUTE, CONFIRM)


class Thinking:
    """A model that thinks until it is let go, then answers by its script, and with a reply where there is none."""

    def __init__(self, *script: Any) -> None:
        self.asked = asyncio.Event()
        self.let_go = asyncio.Event()
        self.calls = 0
        self.script = list(script)

    async def reply(self, prompt: Any, emit: Any) -> Any:
        self.calls += 1
        self.asked.set()
        await self.let_go.wait()
        return await ScriptedModel([self.script.pop(0) if self.script else REPLY]).reply(prompt, emit)


async def test_a_run_is_taken_before_it_is_carried_out_and_ends_by_itself(backstage: Open) -> None:
    house = await backstage([REPLY])
    run = await house.say(A, "When is algebra?")
    ended = await house.runs.join(A, run.id)
    told = await house.told(run)

    assert (run.status, ended.status, ended.events) == (RunStatus.PENDING, RunStatus.SUCCESS, len(told))
    assert [index for index, _ in told] == list(range(len(told)))
    assert [told[0][1], told[1][1], told[-1][1]] == ["run.created", "run.started", "run.completed"]


async def test_a_card_is_answered_by_a_run_of_its_own(backstage: Open) -> None:
    house = await backstage([*CARD, DONE, FINAL])
    asked = await house.say(A, "Place my essay", WEEK)
    assert (await house.runs.join(A, asked.id)).status is RunStatus.INTERRUPTED
    answered = await house.answer(A, "approve")
    assert (await house.runs.join(A, answered.id)).status is RunStatus.SUCCESS
    state = await house.tenant().agent.state(A)

    assert state.schedule.by_id[1].position is not None
    assert [run.id for run in await house.runs.list(A)] == [answered.id, asked.id]


async def test_an_answer_without_a_card_or_to_another_card_is_refused(backstage: Open) -> None:
    house = await backstage(CARD)
    with pytest.raises(NothingToAnswer):
        await house.answer(A, "approve")
    run = await house.say(A, "Place my essay", WEEK)
    await house.runs.join(A, run.id)
    with pytest.raises(StaleAnswer):
        await house.answer(A, "approve", card="9-9")

    assert len(await house.runs.list(A)) == 1


async def test_the_same_run_id_is_one_run(backstage: Open) -> None:
    house = await backstage([REPLY])
    first = await house.runs.start(A, house.asked("Hello", run="mine"))
    again = [await house.runs.start(A, house.asked("Hello", run="mine")) for _ in range(3)]
    await house.runs.join(A, first.id)
    later = await house.runs.start(A, house.asked("Hello", run="mine"))

    assert {run.id for run in (*again, later)} == {"mine"}
    assert later.status is RunStatus.SUCCESS
    assert len(await house.runs.list(A)) == 1


async def test_of_fifty_requests_in_one_workspace_one_is_taken(backstage: Open) -> None:
    model = Thinking()
    house = await backstage(model)
    posts = [house.say(f"thread-{number}", "Hello") for number in range(50)]
    found = await asyncio.gather(*posts, return_exceptions=True)
    model.let_go.set()
    taken = [run for run in found if not isinstance(run, BaseException)]

    assert len(taken) == 1
    assert all(isinstance(each, WorkspaceBusy) for each in found if each not in taken)
    await house.runs.join(taken[0].thread, taken[0].id)
    assert (await house.say(B, "And now?")).status is RunStatus.PENDING


async def test_a_workspace_is_free_as_soon_as_its_run_is_said_to_have_ended(backstage: Open) -> None:
    house = await backstage([REPLY] * 30)
    for number in range(30):
        run = await house.say(ThreadId(f"thread-{number}"), "Hello")
        await house.runs.join(run.thread, run.id)


async def test_workspaces_do_not_disturb_each_other_and_the_exclusion_can_be_turned_off(backstage: Open) -> None:
    model = Thinking()
    house, open_ = await backstage(model), await backstage(model, exclusive=False)
    await house.say(A, "Hello", workspace="one")
    with pytest.raises(WorkspaceBusy):
        await house.say(B, "Hello", workspace="one")

    assert await house.say(B, "Hello", workspace="two")
    assert await open_.say("thread-c", "Hello", workspace="one")


async def test_a_thread_takes_one_run_at_a_time(backstage: Open) -> None:
    model = Thinking()
    house = await backstage(model)
    first = await house.say(A, "Hello")
    await model.asked.wait()
    with pytest.raises(ThreadBusy):
        await house.say(A, "Hello again")
    queued = await house.enqueue(A, "And this", MultitaskStrategy.ENQUEUE)
    assert (await house.runs.get(A, queued.id)).status is RunStatus.PENDING
    model.let_go.set()
    for run in (first, queued):
        assert (await house.runs.join(A, run.id)).status is RunStatus.SUCCESS
    state = await house.tenant().agent.state(A)

    assert [message.text for message in state.messages if message.type == "human"] == ["Hello", "And this"]


@pytest.mark.parametrize("stops", [[EXECUTE, CONFIRM], [{"action": "ask_user", "speak": "Which of the two?"}]])
async def test_who_says_continue_is_shown_what_a_run_has_stopped_at_and_answers_nothing(
    backstage: Open, stops: list[Any]
) -> None:
    model = Thinking(*stops)
    house = await backstage(model)
    first = await house.say(A, "Plan the essay", WEEK)
    await model.asked.wait()
    queued = await house.enqueue(A, "continue", MultitaskStrategy.ENQUEUE)
    model.let_go.set()
    for run in (first, queued):
        await house.runs.join(A, run.id)
    state = await house.tenant().agent.state(A)
    told = [entry async for scene in house.tenant().agent.replay(A) for entry in scene.entries]

    assert state.interrupt is not None
    shown = [entry.payload["action_requests"] for entry in told if isinstance(entry, Card)]
    assert shown == [state.interrupt.payload["action_requests"]] * 2
    assert model.calls == len(stops)


@pytest.mark.parametrize(
    ("strategy", "kept"),
    [(MultitaskStrategy.INTERRUPT, ["Hello", "Rather this"]), (MultitaskStrategy.ROLLBACK, ["Rather this"])],
)
async def test_a_message_can_take_the_place_of_the_run_at_work(
    backstage: Open, strategy: MultitaskStrategy, kept: list[str]
) -> None:
    model = Thinking()
    house = await backstage(model)
    first = await house.say(A, "Hello")
    await model.asked.wait()
    second = await house.enqueue(A, "Rather this", strategy)
    model.let_go.set()
    assert (await house.runs.join(A, second.id)).status is RunStatus.SUCCESS
    state = await house.tenant().agent.state(A)

    assert [message.text for message in state.messages if message.type == "human"] == kept
    if strategy is MultitaskStrategy.INTERRUPT:
        assert (await house.runs.get(A, first.id)).status is RunStatus.CANCELLED
    else:
        with pytest.raises(UnknownRun):
            await house.runs.get(A, first.id)


async def test_a_run_is_cancelled_while_it_waits_while_it_works_and_not_after_its_end(backstage: Open) -> None:
    model = Thinking()
    house = await backstage(model)
    working = await house.say(A, "Hello")
    await model.asked.wait()
    queued = await house.enqueue(A, "And this", MultitaskStrategy.ENQUEUE)
    for run in (queued, working):
        assert (await house.runs.cancel(A, run.id)).status is RunStatus.CANCELLED
        kinds = [kind for _, kind in await house.told(run)]
        assert kinds[-2:] == ["run.cancel_requested", "run.cancelled"]
    model.let_go.set()
    later = await house.enqueue(A, "Once more", MultitaskStrategy.ENQUEUE)
    ended = await house.runs.join(A, later.id)

    assert await house.runs.cancel(A, later.id) == ended
    assert ended.status is RunStatus.SUCCESS
    assert model.calls == 2


async def test_a_card_is_voided_by_cancelling_the_run_that_showed_it(backstage: Open) -> None:
    house = await backstage([*CARD, REPLY])
    run = await house.say(A, "Place my essay", WEEK)
    await house.runs.join(A, run.id)
    await house.runs.cancel(A, run.id)
    with pytest.raises(StaleAnswer):
        await house.answer(A, "approve")
    assert not (await house.tenant().threads.status(A)).waits


async def test_followers_hear_everything_once_in_one_order(backstage: Open) -> None:
    model = Thinking()
    house = await backstage(model)
    run = await house.say(A, "Hello")

    async def heard() -> list[int]:
        return [event.index async for page in house.runs.follow(A, run.id) for event in page.events]

    listeners = [asyncio.create_task(heard()) for _ in range(5)]
    await model.asked.wait()
    model.let_go.set()
    found = await asyncio.gather(*listeners)

    assert all(each == list(range(len(each))) and each == found[0] for each in found)
    assert len(found[0]) == (await house.runs.get(A, run.id)).events


async def test_a_run_nobody_worked_on_is_handed_over_by_another_process(backstage: Open) -> None:
    first = await backstage(works=False)
    run = await first.say(A, "Hello")
    second = await backstage([REPLY])
    await second.tenants.revive()

    assert (await second.runs.join(A, run.id)).status is RunStatus.SUCCESS


async def test_a_run_that_fails_ends_as_an_error_and_the_thread_goes_on(backstage: Open) -> None:
    class BrokenOnce:
        def __init__(self) -> None:
            self.broken = True

        async def reply(self, prompt: Any, emit: Any) -> Any:
            if self.broken:
                self.broken = False
                raise RuntimeError("a defect")
            return await ScriptedModel([REPLY]).reply(prompt, emit)

    house = await backstage(BrokenOnce())
    run = await house.say(A, "Hello")
    assert (await house.runs.join(A, run.id)).status is RunStatus.ERROR
    assert [kind for _, kind in await house.told(run)][-1] == "run.failed"
    again = await house.say(A, "Hello again")
    assert (await house.runs.join(A, again.id)).status is RunStatus.SUCCESS


async def test_nobody_sees_the_runs_of_another_user(backstage: Open) -> None:
    house = await backstage([REPLY])
    run = await house.say(A, "Hello")
    await house.runs.join(A, run.id)
    with pytest.raises(UnknownRun):
        await house.tenant("bob").runs.get(A, RunId(run.id))
    assert await house.tenant("bob").runs.list(A) == []


async def test_a_run_whose_end_is_noted_otherwise_than_it_was_told_is_damaged(
    backstage: Open, redis: AsyncRedis
) -> None:
    house = await backstage([REPLY])
    run = await house.say(A, "When is algebra?")
    ended = await house.runs.join(A, run.id)
    for noted in (f"interrupted:{ended.events}", f"success:{ended.events + 1}", "running"):
        await redis.hset(ThreadKeys("ann", A).of(KeyKind.RUNS), run.id, noted)
        with pytest.raises(Damaged, match="its log says otherwise"):
            await house.told(run)
