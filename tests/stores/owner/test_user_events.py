"""The one event stream of a user: numbered without holes, read from anywhere, trimmed aloud."""

from __future__ import annotations

import asyncio

import pytest

from dayloom.stores.owner import user_events
from dayloom.stores.owner.user_events import RedisUserEvents
from dayloom.stores.redis.connection import AsyncRedis
from state.user_event import UserEventType

CHANGED = UserEventType.CALENDAR_CHANGED


async def test_events_are_numbered_without_holes_however_many_tell_at_once(redis: AsyncRedis) -> None:
    events = RedisUserEvents(redis, owner="ann")

    await asyncio.gather(*(events.tell(CHANGED, at=number) for number in range(20)))
    page = await events.page(0)

    assert [one.number for one in page.events] == list(range(1, 21))
    assert {one.data["at"] for one in page.events} == set(range(20))
    assert (page.next, page.first, page.dropped) == (21, 1, 0)


async def test_reading_goes_on_where_it_was_and_is_only_ones_own(redis: AsyncRedis) -> None:
    mine, other = RedisUserEvents(redis, owner="ann"), RedisUserEvents(redis, owner="bob")
    for number in range(5):
        await mine.tell(CHANGED, at=number)

    first = await mine.page(0, 3)
    rest = await mine.page(first.next)
    behind = await mine.page(rest.next)
    beyond = await mine.page(10_000)

    assert [one.data["at"] for one in (*first.events, *rest.events)] == [0, 1, 2, 3, 4]
    assert (behind.events, behind.next, beyond.next) == ((), 6, 6)
    assert (await other.page(0)).events == ()
    assert (await other.page(3)).next == 1


async def test_what_is_kept_no_longer_is_counted(redis: AsyncRedis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_events, "KEPT", 3)
    events = RedisUserEvents(redis)
    for number in range(5):
        await events.tell(CHANGED, at=number)

    page = await events.page(2)

    assert [one.number for one in page.events] == [3, 4, 5]
    assert (page.first, page.dropped) == (3, 1)
