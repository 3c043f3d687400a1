"""The index of a thread's steps is a way to find them, not the truth about which is the newest."""

from __future__ import annotations

from durable import DONE, FINAL, Person
from stage import THREAD

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys

INDEX = ThreadKeys(LOCAL_OWNER, THREAD).of(KeyKind.INDEX)


async def test_a_step_that_the_index_has_lost_is_still_the_newest(redis: AsyncRedis) -> None:
    one = Person(redis, [DONE, FINAL])
    await one.asked()
    ended = await one.answer("approve")

    for lost in (1, 100):
        await redis.zpopmax(INDEX, lost)

        assert await one.agent.state(THREAD) == ended.state
