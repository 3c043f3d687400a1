"""What a run's hold on its thread promises: one at a time, each step whole, once, and by the newest holder only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
import turns
from durable import CONFIRM, DONE, EXECUTE, FINAL, LOOK, OTHER, REPLY, WEEK, Person
from langgraph.checkpoint.base import empty_checkpoint
from redis.crc import key_slot
from redis.exceptions import TimeoutError
from stage import NOW, THREAD, placed_task

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys
from dayloom.stores.redis.round_trips import NamedScript, run_script
from dayloom.stores.threads.durations import Durations
from dayloom.stores.threads.lua import COMMIT
from dayloom.stores.threads.run_lock import RedisRunLock
from dayloom.stores.threads.staging import PROGRESS
from state.calendar_commit import with_draft_applied
from state.common import Phase, RunSettings
from state.errors import (
    DayloomError,
    MovedOn,
    RunCancelled,
    StaleAnswer,
    StoreUnavailable,
    Superseded,
    ThreadBusy,
    Unapproved,
)
from state.events import Event, EventType
from state.ids import RunId
from state.interrupt import Answer, AnswerType
from state.outcome import OutcomeStatus
from state.ports import Accepted
from state.preview import PreviewState
from state.transcript import Feedback, FeedbackKind

KEYS = ThreadKeys(LOCAL_OWNER, THREAD)
BRIEF = Durations(lease=0.05, watch=60)
Said = list[tuple[NamedScript, dict[str, Any]]]


@pytest.fixture
def person(redis: AsyncRedis) -> Callable[..., Person]:
    names = count(1)

    def begin(*script: Any, **settings: Any) -> Person:
        number = next(names)
        return Person(redis, list(script), **{"name": "run" if number == 1 else f"run{number}", **settings})

    return begin


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    """Every script that is said to the server from here on."""
    kept: Said = []

    async def noted(client: Any, keys: Any, script: NamedScript, **given: Any) -> Any:
        kept.append((script, given))
        return await run_script(client, keys, script, **given)

    for module in ("run_lock", "store"):
        monkeypatch.setattr(f"dayloom.stores.threads.{module}.run_script", noted)
    return kept


async def dump(redis: AsyncRedis) -> dict[bytes, Any]:
    """Everything on the server but the lease and the counters of the head."""
    read = {
        b"hash": redis.hgetall,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"zset": lambda key: redis.zrange(key, 0, -1),
        b"set": redis.smembers,
        b"stream": redis.xrange,
    }
    kept = [key for key in await redis.keys("*") if not key.endswith((b"lease", b"head"))]
    return {key: await read[await redis.type(key)](key) for key in kept}


async def test_a_thread_that_is_held_is_refused_to_others(person: Any) -> None:
    first, second = person(), person()
    async with first.threads.open(THREAD, RunId("a")):
        with pytest.raises(ThreadBusy, match="run a is at work"):
            await second.say("Hello")


async def test_a_thread_is_free_again_when_its_run_has_ended(person: Any) -> None:
    await person(REPLY).say("When is it?")
    again = await person(REPLY).say("When?")

    assert again.state.turn == 2


async def test_a_paused_holder_cannot_commit_after_its_successor(person: Any, redis: AsyncRedis) -> None:
    old = person(EXECUTE, durations=BRIEF)
    async with old.threads.open(THREAD, RunId("old")) as held:
        await asyncio.sleep(0.06)
        new = await person(REPLY).say("I am next")
        before = await dump(redis)
        with pytest.raises(Superseded):
            await commit(held)

    assert await dump(redis) == before
    assert new.state.outcome.message == "Tuesday."


async def commit(held: Any) -> None:
    await held.commit_step(await next_step(held), {"source": "loop"})


WRITES = {
    "commit": commit,
    "wait": lambda held: held.wait([("__interrupt__", ())], "task", "path"),
    "claim": lambda held: held.claim(Answer(type=AnswerType.APPROVE)),
    "renew": lambda held: held.renew(),
}


@pytest.mark.parametrize("write", WRITES)
async def test_a_paused_holder_writes_nothing_while_its_successor_has_yet_to_commit(
    person: Any, redis: AsyncRedis, write: str
) -> None:
    one = person(durations=BRIEF)
    await one.asked()
    async with one.threads.open(THREAD, RunId("old")) as old:
        await asyncio.sleep(0.06)
        async with person().threads.open(THREAD, RunId("new")) as new:
            before = await dump(redis)
            with pytest.raises(Superseded):
                await WRITES[write](old)
            assert await dump(redis) == before
            await commit(new)


async def next_step(held: Any) -> Any:
    """A checkpoint such as LangGraph would commit next."""
    return {**empty_checkpoint(), "channel_values": dict(held.latest.values) if held.latest else {}}


async def test_a_frozen_run_that_goes_on_after_its_successor_is_stopped(person: Any) -> None:
    second = person(REPLY, REPLY)
    thawed = asyncio.Event()

    class Freezing:
        async def reply(self, prompt: Any, emit: Any) -> Any:
            await asyncio.sleep(0.06)
            await second.say("Are you there?")
            thawed.set()
            raise AssertionError("never believed")

    first = person(durations=BRIEF)
    first.model = Freezing()
    with pytest.raises((Superseded, AssertionError)):
        await first.say("Place my essay", WEEK)

    assert thawed.is_set()
    assert (await second.agent.state(THREAD)).outcome.message == "Tuesday."


async def test_a_step_built_on_an_old_one_is_refused(person: Any, redis: AsyncRedis) -> None:
    one = person(REPLY, REPLY)
    await one.say("Hello")
    async with one.threads.open(THREAD, RunId("x")) as held:
        checkpointer = one.threads.checkpointer
        found = await checkpointer.aget_tuple({"configurable": {"thread_id": THREAD}})
        other = await next_step(held)
        await checkpointer.aput(found.config, other, {"source": "update", "step": 99}, {})
        with pytest.raises(MovedOn):
            await held.commit_step(await next_step(held), {"source": "loop"})


async def test_repeating_a_commit_changes_nothing(person: Any, redis: AsyncRedis, said: Said) -> None:
    await person().asked()
    before = await dump(redis)
    for script, given in said:
        if script is COMMIT:
            assert await run_script(redis, KEYS, script, **given) == b"applied"

    assert await dump(redis) == before


async def test_repeating_a_claim_or_a_wait_changes_nothing(person: Any, redis: AsyncRedis, said: Said) -> None:
    one = person(DONE, FINAL)
    await one.asked()
    await one.answer("approve")
    before = await dump(redis)
    for script, given in said:
        with suppress(DayloomError):
            await run_script(redis, KEYS, script, **given)

    after = await dump(redis)
    assert {key for key in after if after[key] != before.get(key)} == set()


class Losing:
    """A connection that carries a command out and loses the reply, the first time for each script."""

    def __init__(self, real: AsyncRedis) -> None:
        self.real = real
        self.lost: set[Any] = set()
        self.sent = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def execute_command(self, *words: Any) -> Any:
        self.sent += 1
        answer = await self.real.execute_command(*words)
        if words[0] in ("EVALSHA", "EVAL") and words not in self.lost:
            self.lost.add(words)
            raise TimeoutError("the reply was lost")
        return answer


async def test_every_lost_reply_is_survived_and_nothing_is_doubled(person: Any, redis: AsyncRedis) -> None:
    plain = person(LOOK, DONE, FINAL, thread="plain")
    await plain.asked()
    await plain.answer("approve")
    one = Person(Losing(redis), [LOOK, DONE, FINAL])
    await one.asked()
    ended = await one.answer("approve")

    assert ended.state.schedule.by_id[1].position is not None
    for each in (plain, one):
        said = Feedback(id="f1", kind=FeedbackKind.POSITIVE)
        assert await each.threads.append(each.thread, RunId("run-2"), said, await each.threads.transcript(each.thread))
    for kind in (KeyKind.TRANSCRIPT, KeyKind.AUDIT):
        lengths = {await redis.llen(ThreadKeys(LOCAL_OWNER, name).of(kind)) for name in (THREAD, "plain")}
        assert len(lengths) == 1
    numbers = [number for number, _ in await person().told("run-2")]
    assert numbers == list(range(len(numbers)))


async def test_a_store_that_never_answers_is_reported_as_unknown(person: Any, redis: AsyncRedis) -> None:
    class Deaf(Losing):
        async def execute_command(self, *words: Any) -> Any:
            raise TimeoutError("no reply")

    with pytest.raises(StoreUnavailable, match="may or may not have been applied"):
        await Person(Deaf(redis), [REPLY]).say("Hello")


async def test_a_step_costs_one_round_trip_and_a_resume_two(person: Any, redis: AsyncRedis, said: Said) -> None:
    one = person(LOOK, DONE, FINAL)
    card = (await one.asked()).interrupt
    given = Accepted(run=one.run(), answer=Answer(type="approve"), card=card.id, at=NOW)
    assert await one.agent.accept(THREAD, given)
    said.clear()
    steps: list[int] = []
    one.hook = lambda event: steps.append(len(said))
    await one.carry_on()

    commits = [script for script, _ in said if script is COMMIT]
    assert len(said) - len(commits) == 2
    assert steps[0] == 2
    assert len(commits) == 6


async def test_the_newest_step_is_read_in_one_trip_by_another_process(person: Any, said: Said) -> None:
    await person().asked()
    said.clear()
    async with person().threads.open(THREAD, RunId("x")) as held:
        state = held.state

    assert state.interrupt is not None
    assert [script is COMMIT for script, _ in said] == [False, False]


async def test_cancel_wins_or_the_run_had_finished(person: Any, redis: AsyncRedis) -> None:
    one = person(REPLY)
    await one.say("Hello")

    assert await one.cancel() is False
    assert (await one.agent.state(THREAD)).outcome.status is OutcomeStatus.COMPLETED


async def test_nothing_is_written_after_a_cancel(person: Any, redis: AsyncRedis) -> None:
    one, other = person(), person(REPLY)
    kept: dict[bytes, Any] = {}

    class Cancelled:
        async def reply(self, prompt: Any, emit: Any) -> Any:
            assert await other.cancel()
            kept.update(await dump(redis))
            return await Person(redis, [EXECUTE]).model.reply(prompt, emit)

    one.model = Cancelled()
    with pytest.raises(RunCancelled):
        await one.say("Place my essay", WEEK)

    assert await dump(redis) == kept
    assert one.events[-1].type is EventType.RUN_CANCELLED
    assert await one.threads.run_status(THREAD, RunId("run-1")) == "cancelled"
    assert [event.type for _, event in await one.told("run-1")][-1] is EventType.RUN_CANCELLED


async def test_a_run_that_waits_for_its_model_is_stopped_by_a_cancel(person: Any) -> None:
    one, other = person(durations=Durations(watch=0.01)), person(REPLY)

    class Slow:
        async def reply(self, prompt: Any, emit: Any) -> Any:
            await other.cancel()
            await asyncio.sleep(60)

    one.model = Slow()
    with pytest.raises(RunCancelled):
        await one.say("Place my essay", WEEK)


async def test_a_stop_that_comes_as_a_thread_is_let_go_is_not_lost(person: Any) -> None:
    one = person()

    async def work() -> None:
        async with one.threads.open(THREAD, RunId("run")):
            asyncio.get_running_loop().call_soon(working.cancel)  # comes while the holder waits for its watcher to end

    working = asyncio.create_task(work())
    await asyncio.wait([working])

    assert working.cancelled()
    assert not await one.threads.held(THREAD)


async def test_after_a_cancel_the_next_message_begins_a_new_turn(person: Any) -> None:
    one = person(EXECUTE, DONE, FINAL)
    await one.asked()
    assert await one.cancel()
    with pytest.raises(StaleAnswer, match="void, not open"):
        await one.answer("approve")
    ended = await one.say("Another try")

    assert ended.state.outcome.status is OutcomeStatus.COMPLETED
    assert ended.state.goal == "Another try"


async def test_what_was_not_approved_does_not_run(person: Any, redis: AsyncRedis) -> None:
    one = person(DONE, FINAL)
    asked = await one.asked()
    forge = (KEYS.of(KeyKind.CARDS), f"{asked.interrupt.id}\0approved", "sha256:forged")
    forged: list[Any] = []
    one.hook = lambda event: forged.append(asyncio.ensure_future(redis.hset(*forge)))
    with pytest.raises(Unapproved, match="not what was approved"):
        await one.answer("approve")

    assert (await one.agent.state(THREAD)).schedule == asked.state.schedule
    assert await redis.hget(KEYS.of(KeyKind.HEAD), "broken") == b"unapproved"


async def test_after_a_refused_step_the_thread_goes_on_with_the_next_message(person: Any, redis: AsyncRedis) -> None:
    await test_what_was_not_approved_does_not_run(person, redis)
    ended = await person(REPLY).say("What happened?")

    assert ended.state.outcome.message == "Tuesday."
    assert ended.state.approved is None


async def test_a_round_that_writes_without_card_or_policy_is_refused(person: Any, redis: AsyncRedis) -> None:
    one = person()
    await one.asked()
    async with one.threads.open(THREAD, RunId("x")) as held:
        made = await next_step(held)
        held.latest.checkpoint["channel_values"]["phase"] = Phase.EXECUTING
        schedule = held.state.schedule
        made["channel_values"]["schedule"] = schedule.model_copy(update={"version": schedule.version + 1})
        with pytest.raises(Unapproved, match="nobody approved"):
            await held.commit_step(made, {"source": "loop"})


async def test_no_policy_lets_a_round_follow_a_change_of_the_calendar_that_nobody_approved(person: Any) -> None:
    one = person()
    await one.asked()
    async with one.threads.open(THREAD, RunId("x")) as held:
        made = await next_step(held)
        draft = held.latest.values["schedule"].with_tasks([placed_task(1, 2, 3, title="Essay")])
        policy = RunSettings(always_execute=True)
        held.latest.checkpoint["channel_values"] |= {"phase": Phase.EXECUTING, "schedule": draft, "settings": policy}
        made["channel_values"] |= {"settings": policy, "schedule": with_draft_applied(draft)}
        with pytest.raises(Unapproved, match="calendar that nobody approved"):
            await held.commit_step(made, {"source": "loop"})


async def test_an_expired_card_cannot_be_answered(person: Any) -> None:
    one = person(OTHER, durations=Durations(card=0.001, watch=60))
    await one.asked()
    await asyncio.sleep(0.01)
    with pytest.raises(StaleAnswer, match="expired"):
        await one.answer("approve")

    assert (await one.agent.state(THREAD)).interrupt is not None
    one.model.script[:] = [REPLY]
    assert (await one.say("Then tell me when it is")).state.outcome.status is OutcomeStatus.COMPLETED


async def test_an_answer_taken_before_a_crash_is_acted_on_after_it(person: Any) -> None:
    one = person()
    asked = await one.asked()
    async with one.threads.open(THREAD, RunId("crashing")) as held:
        await held.claim(Answer(type="approve"))
    two = person(DONE, FINAL)
    ended = await two.carry_on()

    assert ended.state.schedule.by_id[1].position is not None
    assert asked.state.schedule.by_id[1].position is None


async def test_of_two_answers_the_first_counts(person: Any) -> None:
    one = person()
    await one.asked()
    async with one.threads.open(THREAD, RunId("crashing")) as held:
        await held.claim(Answer(type="approve"))
    two = person(DONE, FINAL)
    late = Accepted(run=two.run(), answer=Answer(type="reject"), at=NOW)
    with pytest.raises(StaleAnswer, match="answered, not open"):
        await two.agent.accept(THREAD, late, behind=True)
    await two.carry_on()

    assert (await two.agent.state(THREAD)).schedule.by_id[1].position is not None


async def test_an_accepted_message_is_answered_after_a_crash(person: Any) -> None:
    one = person()
    assert await one.accept("When is it?", "m1")
    assert not await one.accept("When is it?", "m1")
    two = person(REPLY)
    ended = await two.carry_on()

    assert ended.run == "m1"
    assert ended.state.goal == "When is it?"
    assert await two.carry_on() is None
    assert not await one.accept("When is it?", "m1")


async def test_a_message_that_was_taken_in_before_a_crash_is_answered_after_it(person: Any) -> None:
    class Dying:
        async def reply(self, prompt: Any, emit: Any) -> Any:
            raise RuntimeError("killed")

    one = person()
    one.model = Dying()
    with pytest.raises(RuntimeError, match="killed"):
        await one.say("When is it?", WEEK)
    two = person(REPLY)
    ended = await two.carry_on()

    assert (ended.run, ended.state.goal) == ("run-1", "When is it?")
    assert await two.threads.run_status(THREAD, RunId("run-1")) == "success"


async def test_a_dead_holder_is_waited_for_and_a_living_one_is_not_disturbed(person: Any) -> None:
    dead = person(durations=Durations(lease=0.3, watch=60))
    await dead.threads.open(THREAD, RunId("dead")).__aenter__()
    patient = person(REPLY, durations=Durations(patience=5.0, watch=60))
    assert (await patient.say("Hello")).state.turn == 1

    async with person(durations=Durations(lease=2.0, watch=0.05)).threads.open(THREAD, RunId("alive")):
        with pytest.raises(ThreadBusy):
            await person(REPLY, durations=Durations(patience=2.5, watch=60)).say("Hello again")


async def test_events_are_numbered_without_a_hole_and_end_with_the_run(person: Any) -> None:
    one = person(LOOK, DONE, FINAL)
    await one.asked()
    await one.answer("approve")
    for run, last in (("run-1", EventType.RUN_INTERRUPTED), ("run-2", EventType.RUN_COMPLETED)):
        found = await one.told(run)
        assert [number for number, _ in found] == list(range(len(found)))
        assert [event.type for _, event in found[:2]] == [EventType.RUN_CREATED, EventType.RUN_STARTED]
        assert found[-1][1].type is last
        page = await one.threads.page(THREAD, RunId(run), start=3)
        assert [(each.index, each.event) for each in page.events] == found[3:]
    pieces = (EventType.RUN_CREATED, EventType.MESSAGE_DELTA, EventType.MESSAGE_RETRACTED)
    live = [event.type for event in one.events if event.type not in pieces]
    told = [event.type for run in ("run-1", "run-2") for _, event in await one.told(run)]
    assert [kind for kind in told if kind not in pieces] == live


class Killed(BaseException):
    """The end of a process, which nothing catches."""


async def cut_short(person: Callable[..., Person], monkeypatch: pytest.MonkeyPatch, at: int) -> tuple[list[Any], bool]:
    """Go through a conversation and kill the process at a commit, after a renewal; another one carries on.

    Return the effects that were told, without what names a message, and whether the conversation was cut short.
    """
    one, two = person(EXECUTE, CONFIRM, LOOK, DONE, FINAL, name="run"), person()
    two.model = one.model
    script, commits, cut = list(one.model.script), count(1), False
    commit = RedisRunLock.commit_step

    async def commit_or_die(self: RedisRunLock, checkpoint: Any, metadata: Any) -> None:
        nonlocal cut, script
        if next(commits) == at:
            await self.renew()
            cut, one.model.script = True, script
            raise Killed
        await commit(self, checkpoint, metadata)
        script = list(one.model.script)

    monkeypatch.setattr(RedisRunLock, "commit_step", commit_or_die)
    for turn in (lambda: one.say("Place my essay", WEEK), lambda: one.answer("approve")):
        try:
            await turn()
        except Killed:
            await two.carry_on()
    told = [event for run in ("run-1", "run-2") for _, event in await one.told(run)]
    return [without_names(event) for event in told if event.type not in PROGRESS], cut


def without_names(event: Event) -> Any:
    """An event without what is drawn anew in every process."""
    return event.type, {name: value for name, value in event.data.items() if name not in ("message", "told")}


async def test_a_process_that_dies_before_a_commit_has_told_nothing_of_its_effects(
    person: Any, redis: AsyncRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _ = await cut_short(person, monkeypatch, at=0)
    assert {EventType.TOOL_COMPLETED, EventType.PREVIEW_UPDATED, EventType.PLAN_READY} & {kind for kind, _ in whole}

    for at in count(1):
        monkeypatch.undo()
        await redis.flushall()
        told, cut = await cut_short(person, monkeypatch, at)
        assert told == whole, f"killed at commit {at}"
        if not cut:
            break
    assert at > 6


async def test_pieces_of_a_message_are_told_while_its_step_is_at_work(person: Any) -> None:
    one = person()
    assert await one.accept("Plan", "m1")
    async with one.threads.open(THREAD, RunId("m1")) as held:
        held.note(Event(type=EventType.ORDER_GUARD_BASELINE))
        held.note(Event(type=EventType.MESSAGE_DELTA, data={"text": "Well"}))
        await held.renew()
        told = [event.type for _, event in await one.told("m1")]

    assert told == [EventType.RUN_CREATED, EventType.MESSAGE_DELTA]


async def test_a_preview_is_never_newer_than_the_state_it_shows(person: Any) -> None:
    one = person(LOOK, DONE, FINAL)
    await one.asked()
    seen: list[tuple[int, int]] = []

    class Looking:
        async def reply(self, prompt: Any, emit: Any) -> Any:
            shown, state = await one.previews.get(THREAD), await one.agent.state(THREAD)
            seen.append((shown.version if shown else 0, state.preview_version))
            assert shown is None or shown.schedule == state.schedule
            return await scripted.reply(prompt, emit)

    scripted, one.model = one.model, Looking()
    ended = await one.answer("approve")
    last = await one.previews.get(THREAD)

    assert seen == [(1, 1)] * 3
    assert last.state is PreviewState.FINAL
    assert (last.version, last.schedule) == (ended.state.preview_version, ended.state.schedule)


async def test_the_transcript_keeps_what_the_state_lets_go(person: Any) -> None:
    one = person(*[REPLY] * 60)
    for number in range(60):
        last = await one.say(f"Question {number}")
    told = await one.threads.transcript(THREAD)
    words = [
        entry.text for each in told for entry in each.entries if entry.type == "message" and entry.role == "person"
    ]

    assert words == [f"Question {number}" for number in range(60)]
    assert len(last.state.messages) < 50


async def test_a_run_that_is_begun_twice_runs_once(person: Any) -> None:
    one = person(DONE, FINAL)
    asked = await one.asked()
    again = await turns.say(one.agent, "Place my essay", one.context, asked.run)
    ended = await one.answer("approve")
    given = Accepted(run=ended.run, answer=Answer(type="approve"), card=asked.interrupt.id, at=NOW)

    assert again == asked
    assert not await one.agent.accept(THREAD, given)
    assert await one.carry_on() is None


def test_all_keys_of_a_thread_share_one_slot() -> None:
    assert len({key_slot(KEYS.of(kind).encode()) for kind in KeyKind if kind is not KeyKind.THREADS}) == 1


@pytest.mark.parametrize("keep", [None, 60.0])
async def test_a_waiting_thread_stays_and_a_finished_one_goes_after_a_while(
    person: Any, redis: AsyncRedis, keep: float | None
) -> None:
    one = person(DONE, FINAL, REPLY, durations=Durations(keep=keep, watch=60))
    await one.asked()
    waiting = await lifetimes(redis)
    await one.answer("approve")
    await redis.delete(KEYS.of(KeyKind.TRANSCRIPT))
    await one.threads.append(THREAD, RunId("run-2"), Feedback(id="f1", kind=FeedbackKind.POSITIVE), ())
    ended = {await redis.pttl(KEYS.of(kind)) for kind in (KeyKind.INDEX, KeyKind.BLOBS, KeyKind.TRANSCRIPT)}
    again = person(EXECUTE, {"action": "ask_user", "speak": "Which?"}, durations=Durations(keep=keep, watch=60))
    await again.say("And now?")

    assert waiting == {-1}
    assert all((0 < each <= 60_000) if keep else each == -1 for each in ended)
    assert await lifetimes(redis) == {-1}


async def lifetimes(redis: AsyncRedis) -> set[int]:
    """Return how long everything but the logs of runs lasts."""
    return {await redis.pttl(key) for key in await redis.keys("*") if b":events:" not in key}
