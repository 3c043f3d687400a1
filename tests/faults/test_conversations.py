"""Any conversation against the real store goes as the reference model says."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from itertools import count
from typing import Any, ClassVar, TypeVar

import pytest
from faults.houses import House, dayloom_house, lease_key
from faults.reference import Conversation, Expected
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from redis_proxy import Fault, RedisProxy, Strike
from stage import a_call, a_task, a_week
from tally import Counted, Share

from state.common import Phase as Doing
from state.errors import NotAllowed, NothingToAnswer, StaleAnswer, ThreadBusy, Unavailable
from state.events import Emit
from state.ids import ThreadId
from state.prompt import ModelReply, Purpose, Question

TASKS = 5
WEEK = a_week(*(a_task(number) for number in range(1, TASKS + 1)))
STARTS = (1, 3, 6, 8, 11)
"""Places for two slots each that no pause cuts in two."""
STEPS = 25
"""Rules in one conversation."""
EXAMPLES = 500
Result = TypeVar("Result")


class SpokenModel:
    """Does what the message spells out: `place 3 2` asks to place task 3 on day 2, `ask` asks back, `chat` replies."""

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Say what comes next."""
        return ModelReply(text=_next(question), model="spoken")


def _next(question: Question) -> str:
    state = question.state
    if question.purpose is Purpose.DELIVER:
        return "Done."
    words = re.findall(r"(place|unplace|ask|chat) ?(\d*) ?(\d*)", state.goal)[-1]
    if state.phase is Doing.PLANNING:
        return json.dumps({"action": "reply", "speak": "Hm."} if words[0] == "chat" else {"action": "execute"})
    if state.rounds > 1:
        return json.dumps({"action": "done", "goal_check": "as asked"})
    if words[0] == "ask":
        return json.dumps({"action": "ask_user", "speak": "Which?"})
    task = int(words[1])
    place = a_call("place", task_id=task, day=int(words[2] or 1), slot_start=STARTS[task - 1])
    call = place if words[0] == "place" else a_call("unplace", task_id=task)
    return json.dumps({"action": "confirm", "speak": "Shall I?", "tool_call": call})


class Machine(RuleBasedStateMachine):
    """A person, a reference conversation, and the agent on a real server behind a proxy that strikes now and then."""

    proxy: ClassVar[RedisProxy]
    store_url: ClassVar[str]
    steps: ClassVar[int] = 0
    numbers: ClassVar[Any] = count()

    @initialize()
    def begin(self) -> None:
        """Begin a thread with a message."""
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.thread = f"talk-{next(self.numbers)}"
        self.house: House = self._run(self.stack.enter_async_context(dayloom_house(self.proxy.url)))
        self.expected = Conversation(range(1, TASKS + 1))
        self._say("chat", strike=None, schedule=WEEK)

    @rule(what=st.sampled_from(["chat", "ask"]), strike=st.none() | st.integers(1, 12))
    def talk(self, what: str, strike: int | None) -> None:
        """Say something that changes nothing."""
        self._say(what, strike)

    @rule(task=st.integers(1, TASKS), day=st.integers(1, 7), strike=st.none() | st.integers(1, 12))
    def change(self, task: int, day: int, strike: int | None) -> None:
        """Ask for a change: place a pending task, or take a placed one out."""
        self._say(self.expected.wish(task, day), strike)

    @precondition(lambda self: self.expected.card is not None)
    @rule(decision=st.sampled_from(["approve", "reject", "respond"]), strike=st.none() | st.integers(1, 12))
    def answer(self, decision: str, strike: int | None) -> None:
        """Answer the open card, as it allows or not."""
        card = self.expected.card
        assert card is not None
        self._answer(card.id, decision, strike)

    @rule(decision=st.sampled_from(["approve", "reject"]))
    def answer_an_old_card(self, decision: str) -> None:
        """Answer a card that is not open any more."""
        self._answer("0-1", decision, None)

    @rule()
    def cancel(self) -> None:
        """Cancel what is open."""
        won = self._run(self.house.cancel(self.thread))
        assert won == self.expected.cancel()
        self._compare()

    @rule()
    def restart(self) -> None:
        """Come back with a new process."""
        self._run(self.stack.aclose())
        self.stack = AsyncExitStack()
        self.house = self._run(self.stack.enter_async_context(dayloom_house(self.proxy.url)))
        self._compare()

    @rule()
    def find_nothing_cut_off(self) -> None:
        """Ask for unfinished work; there is none."""
        context = self.house.context(self.thread, SpokenModel())
        assert self._run(self.house.agent.carry_on(ThreadId(self.thread), lambda run, asked: context)) is None
        self._compare()

    def teardown(self) -> None:
        """Close the agent."""
        if hasattr(self, "runner"):
            self._run(self.stack.aclose())
            self.runner.close()

    def _say(self, what: str, strike: int | None, **given: Any) -> None:
        run = self._id("say")
        text = f"{what} #{run}"

        async def say() -> str:
            return await self.house.say(self.thread, text, run, SpokenModel(), **given)

        expected = self.expected.say(text)
        self._done(say, expected, strike)

    def _answer(self, card: str, decision: str, strike: int | None) -> None:
        run = self._id("answer")

        async def answer() -> str:
            return await self.house.answer(self.thread, card, run, SpokenModel(), decision=decision, text=f"#{run}")

        self._done(answer, self.expected.answer(card, decision, f"#{run}"), strike)

    def _done(self, act: Any, expected: Expected, strike: int | None) -> None:
        """Do something until the answer is known, losing one reply on the way, and compare."""
        if strike is not None:
            self.proxy.arm(Fault(Strike.DROP_REPLY, strike))
        told = self._run(_until_known(act, self.house, self.thread))
        assert told in expected, f"told {told}, expected {expected}"
        self.proxy.arm()
        self._compare()

    def _compare(self) -> None:
        type(self).steps += 1
        seen = self._run(_seen(self.house, self.thread))
        assert seen == self.expected.seen()

    def _id(self, what: str) -> Any:
        return f"{what}-{next(self.numbers)}"

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)


async def _until_known(act: Any, house: House, thread: str) -> str:
    refused = ""
    for _ in range(4):
        try:
            return await act()
        except Unavailable:
            refused = "again"
        except ThreadBusy:
            await house.client.delete(lease_key(thread))
        except (NotAllowed, NothingToAnswer, StaleAnswer) as error:
            return f"{refused}{type(error).__name__}"
    return "never"


async def _seen(house: House, thread: str) -> dict[str, Any]:
    """Return what the reference model also knows."""
    state = await house.agent.state(ThreadId(thread))
    scenes = [scene async for scene in house.agent.replay(ThreadId(thread))]
    entries = [entry for scene in scenes for entry in scene.entries]
    said = [entry.text for entry in entries if entry.type == "message" and entry.role == "person"]
    answers = [(entry.interrupt_id, entry.answer.type.value) for entry in entries if entry.type == "answer"]
    days = {task.id: task.position.day for task in state.schedule.tasks if task.position}
    return {"said": said, "answers": answers, "days": days, "version": state.schedule.version}


@pytest.mark.timeout(1800)
def test_every_conversation_goes_as_the_reference_says(
    store_url: str, proxy: RedisProxy, share: Share, counted: Counted
) -> None:
    Machine.store_url, Machine.proxy, Machine.steps = store_url, proxy, 0
    examples = len(share.of(range(EXAMPLES), sample=6))
    proxy.arm()
    seeded = seed(share.part)(type(f"Machine{share}", (Machine,), {}))
    try:
        run_state_machine_as_test(
            seeded,
            settings=settings(
                max_examples=examples,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=False,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        counted("conversations against the reference", runs=seeded.steps)
