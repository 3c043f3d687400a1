"""A run that goes on from an older step: the history is a tree, and nothing that was kept is changed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
import turns
from durable import CONFIRM, DONE, EXECUTE, FINAL, LOOK, REPLY, WEEK, Person
from stage import NOW, THREAD, a_call, a_task, a_week, placed_task

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import KeyKind, owner_key
from dayloom.stores.threads.latest import validate_values
from dayloom.stores.threads.step_effects import to_state
from graph.agent import Turn
from graph.branch import with_written
from state.calendar_commit import as_existing
from state.common import CommonState, Phase
from state.errors import Refused, StaleAnswer, UnknownStep
from state.events import Emit, Event
from state.ids import RunId
from state.interrupt import Answer
from state.ports import FIRST_STEP, Accepted
from state.prompt import ModelReply, Purpose, Question
from state.run_status import RunStatus, unfinished
from state.schedule import Status
from state.transcript import Card, WentBack
from state.usage import Usage

APPLY = {"action": "confirm", "speak": "Shall I write it?", "tool_call": a_call("apply_schedule")}
UNDO = {"action": "confirm", "speak": "Shall I take it out?", "tool_call": a_call("undo_apply")}
ALL_DONE = {"action": "done", "goal_check": "written"}
ASK = {"action": "ask_user", "speak": "Which day?"}


@dataclass(frozen=True)
class Step:
    """One step of a thread as it is kept."""

    id: str
    parent: str | None
    state: CommonState


async def steps_of(person: Person) -> list[Step]:
    """Return the steps of the thread, oldest first."""
    saver = person.threads.checkpointer
    found = [each async for each in saver.alist({"configurable": {"thread_id": THREAD, "checkpoint_ns": ""}})]
    return [
        Step(
            each.checkpoint["id"],
            each.parent_config["configurable"]["checkpoint_id"] if each.parent_config else None,
            to_state(validate_values(THREAD, each.checkpoint["channel_values"])),
        )
        for each in reversed(found)
    ]


async def go_back(person: Person, step: str, message: str = "") -> Turn:
    """Go on from a step, with a message or with none."""
    asked = Accepted(run=person.run(), message=message, checkpoint=step, at=NOW)
    await person.agent.accept(THREAD, asked)
    done = await turns.finished(person.agent, person.context)
    return done.get(asked.run) or Turn(THREAD, asked.run, await person.agent.state(THREAD))


def words(state: CommonState) -> list[str]:
    """Return what was said, marks of ended loops left out."""
    return [message.text for message in state.messages if message.text]


@pytest.fixture
def person(redis: AsyncRedis) -> Callable[..., Person]:
    def begin(*script: Any, **settings: Any) -> Person:
        return Person(redis, list(script), **settings)

    return begin


async def test_an_edited_message_takes_the_place_of_the_old_one_on_a_branch_beside_it(person: Any) -> None:
    one = person(REPLY, REPLY, {"action": "reply", "speak": "Wednesday."})
    await one.say("Hello", WEEK)
    ended = (await steps_of(one))[-1]
    await one.say("Which day?")
    old = (await steps_of(one))[-1]

    turn = await go_back(one, ended.id, "Which other day?")

    steps = await steps_of(one)
    assert words(turn.state) == ["Hello", "Tuesday.", "Which other day?", "Wednesday."]
    assert words(next(each.state for each in steps if each.id == old.id)) == words(old.state)
    assert len([each for each in steps if each.parent == ended.id]) == 2


async def test_regenerating_answers_the_same_message_once_more(person: Any) -> None:
    one = person(REPLY, {"action": "reply", "speak": "Wednesday."})
    await one.say("Which day?", WEEK)
    taken_in = next(each for each in await steps_of(one) if words(each.state) == ["Which day?"])

    turn = await go_back(one, taken_in.id)

    assert words(turn.state) == ["Which day?", "Wednesday."]
    assert len([each for each in await steps_of(one) if each.parent == taken_in.id]) == 2
    assert turn.status is RunStatus.SUCCESS


async def test_the_first_message_can_be_said_anew(person: Any) -> None:
    one = person(EXECUTE, CONFIRM, DONE, FINAL, REPLY)
    await one.say("Place my essay", WEEK)
    await one.answer("approve")

    turn = await go_back(one, FIRST_STEP, "Hello")

    assert words(turn.state) == ["Hello", "Tuesday."]
    assert [task.status for task in turn.state.schedule.tasks] == [
        Status.EXISTING,
        Status.PENDING,
        Status.PENDING,
    ]
    assert [each.parent for each in await steps_of(one)].count(None) + [
        each.parent for each in await steps_of(one)
    ].count(FIRST_STEP) == 2


async def test_the_draft_is_that_of_the_step_and_is_shown_at_once(person: Any) -> None:
    one = person(EXECUTE, CONFIRM, DONE, FINAL, REPLY)
    await one.say("Hello", WEEK)
    before = next(each for each in await steps_of(one) if words(each.state) == ["Hello"])
    turn = await one.answer("approve")
    assert turn.state.schedule.by_id[1].position is not None

    again = await go_back(one, before.id)

    shown = await one.previews.get(THREAD)
    assert again.state.schedule.by_id[1].position is None
    assert (shown.version, shown.schedule) == (again.state.preview_version, again.state.schedule)
    assert again.state.schedule.version > turn.state.schedule.version


async def test_the_open_card_of_the_branch_that_is_left_is_closed(person: Any, redis: AsyncRedis) -> None:
    one = person(REPLY, EXECUTE, CONFIRM, REPLY)
    await one.say("Hello", WEEK)
    ended = (await steps_of(one))[-1]
    card = (await one.say("Place my essay")).interrupt

    turn = await go_back(one, ended.id, "Never mind")

    assert turn.interrupt is None
    asked = Accepted(run=RunId("late"), answer={"type": "approve"}, card=card.id, at=NOW)
    with pytest.raises(StaleAnswer):
        await one.agent.accept(THREAD, asked)


async def test_going_on_from_a_card_opens_it_once_more_and_takes_no_old_approval(person: Any) -> None:
    one = person(EXECUTE, CONFIRM, DONE, FINAL, DONE, "Placed again.")
    first = (await one.say("Place my essay", WEEK)).interrupt
    await one.answer("approve")
    ran = next(each for each in await steps_of(one) if each.state.approved is not None)

    turn = await go_back(one, ran.id)

    assert (turn.interrupt.call, turn.interrupt.changes) == (first.call, first.changes)
    assert turn.interrupt.id != first.id
    assert turn.state.schedule.by_id[1].position is None
    assert (await one.answer("approve")).state.schedule.by_id[1].position is not None


async def test_a_card_of_a_branch_is_another_one_though_it_asks_the_same(person: Any) -> None:
    one = person(EXECUTE, CONFIRM, CONFIRM)
    first = (await one.say("Place my essay", WEEK)).interrupt
    amid = next(each for each in await steps_of(one) if each.state.phase is Phase.EXECUTING)

    second = (await go_back(one, amid.id)).interrupt

    assert (first.call, first.changes) == (second.call, second.changes)
    assert first.id != second.id
    assert first.call_id != second.call_id


async def test_another_answer_in_words_goes_to_the_card_it_was_said_to(person: Any) -> None:
    one = person(EXECUTE, ASK, DONE, FINAL, DONE, "Other.")
    await one.say("Place my essay", WEEK)
    await one.say("Monday")
    card = next(each for each in await steps_of(one) if each.state.interrupt is not None)

    turn = await go_back(one, card.id, "Tuesday")

    assert "Tuesday" in words(turn.state)
    assert "Monday" not in words(turn.state)
    assert "Tuesday" in one.model.prompts[-2].messages[-1].text + one.model.prompts[-2].messages[-2].text


async def test_a_yes_said_to_a_card_of_before_opens_it_once_more_and_approves_nothing(person: Any) -> None:
    one = person(EXECUTE, CONFIRM, DONE, FINAL)
    first = (await one.say("Place my essay", WEEK)).interrupt
    await one.answer("reject")
    card = next(each for each in await steps_of(one) if each.state.interrupt is not None)

    turn = await go_back(one, card.id, "approve")

    assert words(turn.state)[-1] == "approve"
    assert turn.interrupt.call == first.call
    assert turn.interrupt.id != first.id
    assert turn.state.schedule.by_id[1].position is None


async def test_a_message_from_amid_a_turn_closes_that_turn(person: Any) -> None:
    one = person(EXECUTE, LOOK, DONE, FINAL, REPLY)
    await one.say("Look at my week", WEEK)
    amid = next(each for each in await steps_of(one) if each.state.rounds == 1)

    turn = await go_back(one, amid.id, "Hello")

    assert words(turn.state)[-2:] == ["Hello", "Tuesday."]
    assert turn.state.goal == "Hello"


async def test_what_was_written_into_the_calendar_stays_written_and_known(person: Any) -> None:
    one = person(EXECUTE, CONFIRM, DONE, FINAL, EXECUTE, APPLY, ALL_DONE, "Written.", REPLY)
    await one.say("Place my essay", WEEK)
    begun = next(each for each in await steps_of(one) if words(each.state) == ["Place my essay"])
    await one.answer("approve")
    await one.say("Write it")
    written = await one.answer("approve")
    assert written.state.schedule.by_id[1].status is Status.EXISTING
    calendar = await one.book.calendar()

    turn = await go_back(one, begun.id)

    assert turn.state.schedule.by_id[1] == written.state.schedule.by_id[1]
    assert await one.book.calendar() == calendar


async def test_transcript_and_audit_go_on_and_say_that_the_person_went_back(person: Any) -> None:
    one = person(EXECUTE, CONFIRM, DONE, FINAL, REPLY)
    await one.say("Place my essay", WEEK)
    begun = next(each for each in await steps_of(one) if words(each.state) == ["Place my essay"])
    ended = await one.answer("approve")
    told, kept = await one.threads.transcript(THREAD), await one.threads.audit(THREAD)

    turn = await go_back(one, begun.id)

    after, lines = await one.threads.transcript(THREAD), await one.threads.audit(THREAD)
    assert after[: len(told)] == told
    assert after[len(told)].entries[0] == WentBack(checkpoint=begun.id)
    assert lines[: len(kept)] == kept
    versions = {"from": ended.state.schedule.version, "to": turn.state.schedule.version}
    assert {**lines[len(kept)], "what": "back", "step": begun.id, **versions} == lines[len(kept)]


async def test_a_step_that_is_not_kept_ends_the_run_and_nothing_else(person: Any) -> None:
    one = person(REPLY, REPLY)
    before = (await one.say("Hello", WEEK)).state

    with pytest.raises(UnknownStep):
        await go_back(one, "1f000000-0000-6000-8000-000000000000", "Hello?")

    assert await one.agent.state(THREAD) == before


async def test_what_was_taken_back_since_is_a_draft_again(person: Any) -> None:
    one = person(EXECUTE, CONFIRM, DONE, FINAL, EXECUTE, APPLY, DONE, "In.", EXECUTE, UNDO, DONE, "Out.", REPLY)
    await one.say("Place my essay", WEEK)
    await one.answer("approve")
    await one.say("Write it")
    written = await one.answer("approve")
    ended = (await steps_of(one))[-1]
    await one.say("Take it out")
    await one.answer("approve")

    turn = await go_back(one, ended.id, "Hello")

    before, after = written.state.schedule.by_id[1], turn.state.schedule.by_id[1]
    assert (before.status, after.status) == (Status.EXISTING, Status.SUGGESTED)
    assert (before.slots, after.locked) == (after.slots, False)


def test_a_draft_gives_way_to_what_was_written_where_it_lay() -> None:
    there = as_existing(placed_task(1, 2, 3))
    older, newest = a_week(a_task(1), placed_task(2, 2, 4), placed_task(3, 2, 6)), a_week(there, a_task(2), a_task(3))

    merged = with_written(older, newest)

    assert [task.status for task in merged.tasks] == [Status.EXISTING, Status.PENDING, Status.SUGGESTED]


class Crash(Exception):
    """The process has died."""


class Improviser:
    """A model that decides at random, and any time within the rules."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        place = {"task_id": self.chance.choice((1, 2)), "day": self.chance.randint(1, 7), "slot_start": 3}
        choices: dict[Purpose, list[Any]] = {
            Purpose.PLAN: [EXECUTE, EXECUTE, EXECUTE, ASK, REPLY],
            Purpose.EXECUTE: [{**CONFIRM, "tool_call": a_call("place", **place)}, LOOK, ASK, APPLY, UNDO, DONE],
        }
        answer = self.chance.choice(choices.get(question.purpose, [FINAL]))
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return ModelReply(text=text, usage=Usage(prompt_tokens=1, completion_tokens=1), model="improviser")


async def until_done(person: Person, chance: random.Random) -> None:
    """Carry out whatever is due, with a process that dies now and then and is started again."""

    def die(_: Event) -> None:
        if chance.random() < 0.05:
            raise Crash

    person.hook = die
    while True:
        try:
            await turns.finished(person.agent, person.context)
        except Crash:
            continue
        person.hook = lambda event: None
        return


async def act(person: Person, chance: random.Random) -> None:
    """Do what a person may do next."""
    steps, run = await steps_of(person), person.run()
    asked = Accepted(run=run, message="Place my tasks", at=NOW, schedule=None if steps else WEEK)
    card = (await person.agent.state(THREAD)).interrupt if steps else None
    match chance.choice(("say", "answer", "answer", "back", "back", "cancel")):
        case "answer" if card is not None:
            kind = chance.choice(card.allowed[:1] + card.allowed[-1:])
            asked = asked.model_copy(update={"message": "", "answer": Answer(type=kind, message="so"), "card": card.id})
        case "back" if steps:
            step = chance.choice(steps)
            silent = chance.random() < 0.5 and unfinished(step.state)
            asked = asked.model_copy(update={"checkpoint": step.id, **({"message": ""} if silent else {})})
        case "cancel":
            await person.cancel()
        case _:
            pass
    with suppress(Refused):
        await person.agent.accept(THREAD, asked)
        await until_done(person, chance)


@pytest.mark.parametrize("seed", range(2))
async def test_wherever_a_person_goes_back_all_that_was_kept_stays_and_all_is_true(person: Any, seed: int) -> None:
    chance, one = random.Random(seed), person(name=f"run{seed}")
    one.model = Improviser(chance)
    await one.redis.sadd(owner_key(one.threads.owner, KeyKind.THREADS), THREAD)
    kept: dict[str, Step] = {}
    told: tuple[Any, ...] = ()
    audited: list[Any] = []
    for _ in range(12):
        await act(one, chance)
        steps, heard = await steps_of(one), await one.threads.transcript(THREAD)
        lines = await one.threads.audit(THREAD)
        now = {each.id: each for each in steps}
        assert {id: now[id] for id in kept} == kept
        assert (heard[: len(told)], lines[: len(audited)]) == (told, audited)
        kept, told, audited = now, heard, lines
        assert all(each.parent in (None, FIRST_STEP) or each.parent in now for each in steps)
        versions = [(each.state.schedule.version, each.state.preview_version, each.state.turn) for each in steps]
        assert versions == sorted(versions, key=lambda each: each[1])
        entries = [entry for step in heard for entry in step.entries]
        cards = [entry.interrupt_id for entry in entries if isinstance(entry, Card)]
        assert len(cards) == len(set(cards))
        state = await one.agent.state(THREAD)
        written = {task.id for task in state.schedule.tasks if task.status is Status.EXISTING and task.id != 9}
        assert len((await one.book.calendar()).entries) == len(written)
        ids = [message.id for message in state.messages]
        assert len(ids) == len(set(ids))
