"""What is said of all days: after a card, once; for good it holds for every thread, and is taken back by undo."""

from __future__ import annotations

import pytest
from durable import REPLY, WEEK, Person
from list_desk import Desk
from stage import NOW, ScriptedModel

from dayloom.calendar_sync.limits import change_limits, load_limits
from dayloom.calendar_sync.new_schedule import Week, schedule_of
from dayloom.stores.redis.connection import AsyncRedis
from state.errors import CalendarChanged, MatchFailed
from state.limits import NO_LIMITS, HoursLimit
from tools.limits import SaidLimits

NINE = (HoursLimit(hours="09:00-24:00"),)


@pytest.fixture
def desk(redis: AsyncRedis) -> Desk:
    return Desk(redis)


async def test_what_is_for_good_holds_on_every_thread_from_its_next_turn_on(desk: Desk, redis: AsyncRedis) -> None:
    other = Person(redis, [REPLY, REPLY], thread="other")
    await other.say("Hello", WEEK)
    await desk.began()
    card = await desk.asked("set_limits", always=True, hours="09:00-24:00")
    assert (await load_limits(desk.store)).limits == NO_LIMITS

    await desk.person.answer("approve")
    await other.say("Hello again")
    new = await schedule_of(desk.store, NOW, Week(start=WEEK.window.start, timezone="Europe/Berlin"))

    assert "Always: working hours none → from 09:00" in card.description
    given = (await other.agent.state(other.thread)).schedule
    assert given.usual.hours == (await desk.schedule()).usual.hours == new.schedule.usual.hours == NINE
    assert (await load_limits(desk.store)).limits.hours == NINE
    assert await desk.store.find_unfollowed(desk.thread) is None


async def test_what_is_no_longer_said_for_good_holds_on_no_thread(desk: Desk, redis: AsyncRedis) -> None:
    other = Person(redis, [REPLY, REPLY, REPLY], thread="other")
    await other.say("Hello", WEEK)
    await change_limits(desk.store, SaidLimits(hours="09:00-24:00", most_minutes=60))
    await other.say("Hello again")
    limited = (await other.agent.state(other.thread)).schedule

    await change_limits(desk.store, SaidLimits(clear=("hours", "most_minutes")))
    await other.say("Hello again")

    schedule = (await other.agent.state(other.thread)).schedule
    assert limited.usual.hours == NINE
    assert (schedule.usual, schedule.window.daily_cap) == (NO_LIMITS, None)


async def test_what_is_for_these_days_stays_on_its_thread(desk: Desk) -> None:
    await desk.began()

    await desk.did("set_limits", hours="00:00-18:00", most_minutes=90)

    schedule = await desk.renewed()
    assert schedule.limits.hours == (HoursLimit(hours="00:00-18:00"),)
    assert schedule.window.daily_cap == 2
    assert (await load_limits(desk.store)).limits == NO_LIMITS


async def test_a_no_sets_nothing(desk: Desk) -> None:
    before = await desk.began()
    await desk.asked("set_limits", always=True, notice=60)

    await desk.person.answer("reject")

    assert (await desk.schedule()).usual == before.usual


async def test_undo_by_hand_takes_the_limit_back_for_everybody(desk: Desk) -> None:
    before = await desk.began()
    await desk.did("set_limits", always=True, hours="09:00-24:00")

    done = await desk.commits.undo(desk.thread, key="k", version=None)

    assert [edit.kind for edit in done.edits] == ["limits"]
    assert (await desk.schedule()).usual == before.usual == (await load_limits(desk.store)).limits


async def test_what_was_changed_elsewhere_since_is_not_overwritten(desk: Desk) -> None:
    await desk.began()
    await desk.did("set_limits", always=True, hours="09:00-24:00")
    kept = await change_limits(desk.store, SaidLimits(buffer=30))

    with pytest.raises(CalendarChanged):
        await desk.commits.undo(desk.thread, key="k", version=None)
    with pytest.raises(MatchFailed):
        await change_limits(desk.store, SaidLimits(buffer=45), match=[kept.version - 1])
    assert (await load_limits(desk.store)).limits == kept.limits


async def test_the_notice_holds_from_the_next_turn_on(desk: Desk) -> None:
    await desk.began()
    await desk.did("set_limits", notice=24 * 60)

    schedule = await desk.renewed()

    soonest = schedule.window.not_before
    assert soonest is not None
    assert soonest >= NOW.replace(day=NOW.day + 1)


async def test_limits_without_a_list_stay_on_the_thread_that_was_given_its_week(desk: Desk) -> None:
    desk.person.model = ScriptedModel([REPLY])
    await desk.person.say("Hello", WEEK)

    await desk.did("set_limits", hours="00:00-12:00")

    assert (await desk.renewed()).limits.hours == (HoursLimit(hours="00:00-12:00"),)
