"""A process that dies at any command while it applies a draft, or takes it back, leaves what repeating it completes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from durable import EXECUTE, WEEK, Person
from faults.applying import Finishing, approved, commits_on
from faults.houses import lease_key
from forks import ForkServer
from redis_proxy import Fault, RedisProxy, Strike
from stage import NOW, ScriptedModel, a_call

from dayloom.calendar_sync.calendar import export_calendar
from dayloom.calendar_sync.drafts import Drafts, Drag
from dayloom.calendar_sync.new_schedule import Week, schedule_of
from dayloom.stores.redis.connection import AsyncRedis, connect
from graph.build import build
from state.errors import NothingToAnswer, RunCancelled, StaleAnswer
from state.schedule import Schedule, Status

REPLY = {"action": "reply", "speak": "Here it is."}
UID = b"SUMMARY:Essay"
NEW: dict[str, Any] = {"tasks": [{"title": "Essay", "minutes": 90}]}
LUNCH: dict[str, Any] = {"title": "Lunch", "start": "2026-11-26T12:00"}
GREETINGS = 8
"""Commands with which two connections begin."""


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServer]:
    with ForkServer("faults.applying") as server:
        yield server


class Kitchen:
    """One draft after the other, each on a thread of its own."""

    def __init__(self, redis: AsyncRedis, thread: str) -> None:
        self.person = Person(redis, [REPLY], thread=thread)
        self.redis = redis
        self.thread = self.person.thread
        self.commits = commits_on(redis)

    async def drawn(self) -> Schedule:
        """Place the essay by hand."""
        await self.person.say("Hello", WEEK)
        drafts = Drafts(self.person.threads, build(), self.person.previews)
        return (await drafts.edit(self.thread, [Drag(task_id=1, day=2, slot_start=1)], match=None)).schedule

    async def began_on_list(self) -> Schedule:
        """Begin a thread that follows the person's list of tasks."""
        found = await schedule_of(self.commits.store, NOW, Week(start=WEEK.window.start, timezone=WEEK.timezone))
        self.person.seen = found.seen
        await self.person.say("Hello", found.schedule)
        return await self.schedule()

    async def asked(self, tool: str, **arguments: Any) -> None:
        """Get the card of a tool."""
        call = a_call(tool, **arguments)
        self.person.model = ScriptedModel([EXECUTE, {"action": "confirm", "speak": "?", "tool_call": call}])
        assert (await self.person.say("Do it")).interrupt is not None

    async def finished(self) -> None:
        """Let somebody else have the thread, and bring the approved call to its end."""
        await self.redis.delete(lease_key(self.thread))
        self.person.model = Finishing()
        await self.person.carry_on()
        if (await self.person.agent.state(self.thread)).interrupt is not None:
            await self.person.answer("approve")

    async def schedule(self) -> Schedule:
        return (await self.person.agent.state(self.thread)).schedule

    def first(self, schedule: Schedule) -> int:
        """The id of the first task."""
        return next(task.id for task in schedule.tasks)

    async def written(self) -> int:
        """How often the essay stands in the calendar."""
        return export_calendar(await self.commits.store.calendar()).count(UID)


@pytest.mark.parametrize("strike", [Strike.KILL_BEFORE, Strike.KILL_AFTER, Strike.DROP_REPLY])
async def test_repeating_completes_what_was_struck_down(
    store_url: str, proxy: RedisProxy, forks: ForkServer, strike: Strike
) -> None:
    struck = 0
    async with connect(store_url) as redis:
        await redis.flushall()
        for at in range(1, 60):
            kitchen = Kitchen(redis, f"{strike}-{at}".replace(" ", "-"))
            proxy.arm(Fault(strike, at))
            before = await _struck(forks, proxy, kitchen)
            if not proxy.struck:
                break
            struck += 1
            assert (await kitchen.schedule()).tasks == before.tasks
            assert await kitchen.written() == 0
    assert struck > 12


async def _struck(forks: ForkServer, proxy: RedisProxy, kitchen: Kitchen) -> Schedule:
    """Apply and undo with one blow somewhere in it; return the schedule as it was before."""
    before, redis = await kitchen.drawn(), kitchen.redis
    how = {"url": proxy.url, "thread": kitchen.thread}
    forks.run("faults.applying:commit", **how, key=f"{kitchen.thread}+", act="apply", version=before.version)
    await redis.delete(lease_key(kitchen.thread))
    applied = await kitchen.commits.apply(kitchen.thread, key=f"{kitchen.thread}+", version=before.version)
    after = await kitchen.schedule()
    assert (after.by_id[1].status, after.version) == (Status.EXISTING, applied.state_version)
    assert await kitchen.written() == 1
    forks.run("faults.applying:commit", **how, key=f"{kitchen.thread}-", act="undo", version=after.version)
    await redis.delete(lease_key(kitchen.thread))
    await kitchen.commits.undo(kitchen.thread, key=f"{kitchen.thread}-", version=after.version)
    return before


@pytest.mark.parametrize("strike", [Strike.KILL_BEFORE, Strike.KILL_AFTER, Strike.DROP_REPLY])
async def test_an_approved_call_that_was_struck_down_acts_once(
    store_url: str, proxy: RedisProxy, forks: ForkServer, strike: Strike
) -> None:
    struck = 0
    async with connect(store_url) as redis:
        await redis.flushall()
        for at in range(GREETINGS + 1, 60):
            kitchen = Kitchen(redis, f"agent-{strike}-{at}".replace(" ", "-"))
            before = await kitchen.drawn()
            for tool, status, version in (
                ("apply_schedule", Status.EXISTING, 2 * struck + 1),
                ("undo_apply", Status.SUGGESTED, 2 * struck + 2),
            ):
                await kitchen.asked(tool)
                proxy.arm(Fault(strike, at))
                forks.run("faults.applying:approve", url=proxy.url, thread=kitchen.thread, name=tool)
                await kitchen.finished()
                assert (await kitchen.schedule()).by_id[1].status is status
                assert await kitchen.written() == (status is Status.EXISTING)
                assert (await kitchen.commits.store.calendar()).version == version
            if not proxy.struck:
                break
            struck += 1
            assert (await kitchen.schedule()).tasks == before.tasks
    assert struck > 15


async def test_an_approved_change_of_the_list_that_was_struck_down_is_made_once(
    store_url: str, proxy: RedisProxy, forks: ForkServer
) -> None:
    struck = 0
    async with connect(store_url) as redis:
        await redis.flushall()
        for at in range(GREETINGS + 1, 60):
            kitchen = Kitchen(redis, f"list-{at}")
            before = await kitchen.began_on_list()
            for tool, arguments in (("add_tasks", NEW), ("undo_apply", {})):
                await kitchen.asked(tool, **arguments)
                proxy.arm(Fault(Strike.KILL_AFTER, at))
                forks.run("faults.applying:approve", url=proxy.url, thread=kitchen.thread, name=tool)
                await kitchen.finished()
                new = [task.source_id for task in (await kitchen.schedule()).tasks]
                assert [item.id for item in await kitchen.commits.store.tasks()] == new
                assert len(new) == (1 if tool == "add_tasks" else 0)
                assert await kitchen.commits.store.find_unfollowed(kitchen.thread) is None
            if not proxy.struck:
                break
            struck += 1
            assert (await kitchen.schedule()).tasks == before.tasks
    assert struck > 15


CHANGES: list[tuple[str, dict[str, Any], list[int], int]] = [
    ("add_tasks", NEW, [2], 1),
    ("split_task", {"parts": 2}, [1, 1], 2),
    ("join_task", {}, [2], 1),
    ("repeat", {"times": 2, "per": "week"}, [2, 2], 1),
]
"""What is done to one task: tool and arguments, then the slots of what there is, and how much stands in the list."""


async def test_an_approved_split_join_or_repeat_that_was_struck_down_is_made_once(
    store_url: str, proxy: RedisProxy, forks: ForkServer
) -> None:
    struck = 0
    async with connect(store_url) as redis:
        await redis.flushall()
        for at in range(GREETINGS + 1, 60, 3):
            kitchen = Kitchen(redis, f"parts-{at}")
            await kitchen.began_on_list()
            for tool, arguments, lengths, listed in CHANGES:
                named = {"task_id": kitchen.first(await kitchen.schedule())} if tool != "add_tasks" else {}
                await kitchen.asked(tool, **named, **arguments)
                proxy.arm(Fault(Strike.KILL_AFTER, at))
                forks.run("faults.applying:approve", url=proxy.url, thread=kitchen.thread, name=tool)
                await kitchen.finished()
                items = await kitchen.commits.store.tasks()
                assert [task.duration for task in (await kitchen.schedule()).tasks] == lengths
                assert len(items) == listed
                assert await kitchen.commits.store.find_unfollowed(kitchen.thread) is None
            if not proxy.struck:
                break
            struck += 1
            for item in await kitchen.commits.store.tasks():
                await kitchen.commits.store.remove(item.id)
    assert struck > 5


async def test_an_approved_change_of_events_that_was_struck_down_is_made_once(
    store_url: str, proxy: RedisProxy, forks: ForkServer
) -> None:
    struck = 0
    async with connect(store_url) as redis:
        await redis.flushall()
        for at in range(GREETINGS + 1, 60):
            kitchen = Kitchen(redis, f"events-{at}")
            before = await kitchen.began_on_list()
            for tool, arguments in (("add_event", LUNCH), ("undo_apply", {})):
                await kitchen.asked(tool, **arguments)
                proxy.arm(Fault(Strike.KILL_AFTER, at))
                forks.run("faults.applying:approve", url=proxy.url, thread=kitchen.thread, name=tool)
                await kitchen.finished()
                known = [task.source_id for task in (await kitchen.schedule()).tasks]
                assert [entry.uid for entry in (await kitchen.commits.store.calendar()).entries] == known
                assert len(known) == (1 if tool == "add_event" else 0)
                assert await kitchen.commits.store.find_unfollowed(kitchen.thread) is None
            if not proxy.struck:
                break
            struck += 1
            assert (await kitchen.schedule()).tasks == before.tasks
    assert struck > 15


async def test_an_approved_limit_for_good_that_was_struck_down_is_set_once(
    store_url: str, proxy: RedisProxy, forks: ForkServer
) -> None:
    struck = 0
    async with connect(store_url) as redis:
        await redis.flushall()
        for at in range(GREETINGS + 1, 60):
            kitchen = Kitchen(redis, f"limits-{at}")
            store, before = kitchen.commits.store, await kitchen.began_on_list()
            for tool, arguments in (("set_limits", {"always": True, "hours": "09:00-24:00"}), ("undo_apply", {})):
                version = (await store.calendar()).version
                await kitchen.asked(tool, **arguments)
                proxy.arm(Fault(Strike.KILL_AFTER, at))
                forks.run("faults.applying:approve", url=proxy.url, thread=kitchen.thread, name=tool)
                await kitchen.finished()
                kept = await store.calendar()
                assert (await kitchen.schedule()).usual == kept.limits
                assert (kept.version, bool(kept.limits.hours)) == (version + 1, tool == "set_limits")
                assert await store.find_unfollowed(kitchen.thread) is None
            if not proxy.struck:
                break
            struck += 1
            assert (await kitchen.schedule()).usual == before.usual
    assert struck > 15


@pytest.mark.parametrize("strike", [Strike.HOLD, Strike.HOLD_REPLY])
async def test_a_cancel_at_any_command_leaves_thread_and_calendar_at_one(
    store_url: str, proxy: RedisProxy, strike: Strike
) -> None:
    struck: list[bool] = []
    async with connect(store_url) as redis:
        await redis.flushall()
        for at in range(GREETINGS + 1, 60):
            kitchen = Kitchen(redis, f"cancel-{strike}-{at}".replace(" ", "-"))
            await kitchen.drawn()
            await kitchen.asked("apply_schedule")
            if not await _cancelled(proxy, kitchen, Fault(strike, at)):
                break
            await kitchen.commits.finish_commit(kitchen.thread)
            status = (await kitchen.schedule()).by_id[1].status
            struck.append(status is Status.EXISTING)
            assert await kitchen.written() == struck[-1]
            assert await kitchen.commits.store.find_unfollowed(kitchen.thread) is None
            await kitchen.redis.flushall()
    assert len(struck) > 15
    assert struck == sorted(struck)


async def _cancelled(proxy: RedisProxy, kitchen: Kitchen, fault: Fault) -> bool:
    """Approve, and cancel while one command or its reply is on the way; tell whether it came to that."""
    proxy.arm(fault)
    approving = asyncio.create_task(approved(proxy.url, kitchen.thread, "cancelled"))
    await asyncio.to_thread(proxy.strikes, approving.done)
    if proxy.struck:
        await kitchen.person.cancel()
    proxy.release()
    with suppress(RunCancelled, NothingToAnswer, StaleAnswer):
        await approving
    return proxy.struck
