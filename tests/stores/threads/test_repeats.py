"""A request that is repeated after its run has ended changes nothing, not even what can be cancelled."""

from __future__ import annotations

import pytest
import turns
from durable import DONE, FINAL, Person
from stage import THREAD

from dayloom.stores.redis.connection import AsyncRedis


@pytest.mark.parametrize("how", ["turn", "carry_on"])
async def test_the_end_of_a_run_that_is_repeated_stands(redis: AsyncRedis, how: str) -> None:
    one = Person(redis, [DONE, FINAL])
    await one.asked()
    ended = await one.answer("approve")
    if how == "turn":
        await turns.say(one.agent, "Place my essay", one.context, ended.run)
    else:
        assert await one.carry_on() is None

    assert await one.cancel() is False
    assert await one.threads.run_status(THREAD, ended.run) == ended.status
