"""The timetable costs what is due, and not what sleeps; what fell out of it is found again."""

from __future__ import annotations

from datetime import timedelta

from job_house import House, Open
from stage import NOW

from dayloom.stores.owner.due import Due, DueKind, take_due
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import DUE

READING = ("zrangebyscore", "zrange", "zscan", "hget", "hgetall", "smembers", "lrange")


async def reads_of_a_look(house: House, redis: AsyncRedis) -> dict[str, int]:
    """Return how often a look that finds nothing due reads, by command."""

    async def calls(name: str) -> int:
        return (await redis.info("commandstats")).get(f"cmdstat_{name}", {"calls": 0})["calls"]

    before = {name: await calls(name) for name in READING}
    assert await house.service.start_due() == 0
    return {name: made for name in READING if (made := await calls(name) - before[name])}


async def test_a_look_reads_what_is_due_and_nothing_of_ten_thousand_asleep(house: Open, redis: AsyncRedis) -> None:
    at_home = house()
    later = (NOW + timedelta(days=1)).timestamp()
    await redis.zadd(DUE, {Due("ann", DueKind.JOB, f"s{at}").member: later for at in range(10_000)})

    assert await reads_of_a_look(at_home, redis) == {"zrangebyscore": 1}
    await redis.zadd(DUE, {Due("ann/x", DueKind.POST, "a/b c").member: NOW.timestamp()})
    assert await take_due(redis, NOW, 15) == [Due("ann/x", DueKind.POST, "a/b c")]


async def test_a_process_that_starts_finds_every_job_that_fell_out_of_the_timetable(
    house: Open, redis: AsyncRedis
) -> None:
    at_home = house()
    for at in range(3):
        await at_home.jobs.add(at_home.job(due=NOW + timedelta(hours=at + 1)))
    await redis.delete(DUE)
    await at_home.service.remind_of_all()

    assert await redis.zcard(DUE) == 3
