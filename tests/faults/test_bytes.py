"""Bytes on the server that are not what was written: a clear error or the right answer, never anything else."""

from __future__ import annotations

import pickle
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from faults.conversation import ACTS, DecidingModel
from faults.houses import House, dayloom_house
from faults.play import conversed, shown
from tally import Counted, Share

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import LOCAL_OWNER, ThreadKeys
from state.errors import DayloomError
from state.ids import RunId, ThreadId

THREAD, OTHER = ThreadId("spoilt"), ThreadId("healthy")
OPEN_CARD = 7
"""After so many acts the card of the fourth turn is open."""
Bytes = Callable[[bytes], bytes]


def flipped_at(share: float) -> Bytes:
    """Return what flips the lowest bit of the byte at this share of the length."""

    def flip(value: bytes) -> bytes:
        at = min(len(value) - 1, int(len(value) * share))
        return value[:at] + bytes((value[at] ^ 1,)) + value[at + 1 :]

    return flip


SPOILERS: dict[str, Bytes] = {
    **{f"flipped at {share}": flipped_at(share) for share in (0, 0.3, 0.7, 1)},
    "half": lambda value: value[: len(value) // 2],
    "all but one": lambda value: value[:-1],
    "pickled": pickle.dumps,
    "nothing": lambda value: b"",
}


@dataclass(frozen=True)
class Spot:
    """One stored value: its key, and the commands that read and replace it."""

    name: str
    value: bytes
    put: Callable[[AsyncRedis, bytes], Awaitable[Any]]
    get: Callable[[AsyncRedis], Awaitable[bytes | None]]


@dataclass(frozen=True)
class Try:
    """One value, and what is to stand in its place."""

    spot: Spot
    what: str
    value: bytes


@pytest.mark.timeout(1800)
async def test_a_spoilt_value_is_told_and_kept_or_makes_no_difference(
    store_url: str, redis: AsyncRedis, share: Share, counted: Counted
) -> None:
    tries, wrong = await _spoilt(store_url, redis, share)
    counted("spoilt values", runs=tries, wrong=len(wrong))

    assert wrong == []


async def _spoilt(store_url: str, redis: AsyncRedis, share: Share) -> tuple[int, list[str]]:
    """Spoil some of the values, one at a time; return how many tries that was and what went wrong."""
    await _talked(store_url, THREAD, OPEN_CARD)
    await _talked(store_url, OTHER, 2)
    kept = {key: await redis.dump(key) for key in await _keys(redis)}
    right = await _outcome(store_url)
    await _restored(redis, kept)
    spots = [spot async for spot in _spots(redis, kept)]
    tries = [Try(spot, name, spoil(spot.value)) for spot in spots if spot.value for name, spoil in SPOILERS.items()]
    tries += [Try(one, f"{other.name} instead", other.value) for one, other in pairwise(spots)]
    tries = list(share.of([each for each in tries if each.value != each.spot.value], sample=32))
    wrong: list[str] = []
    for each in tries:
        await _restored(redis, kept)
        await each.spot.put(redis, each.value)
        found = await _judged(store_url, redis, each, right)
        wrong += [f"{each.spot.name}, {each.what}: {why}" for why in found]
    return len(tries), wrong


Outcome = dict[str, Any]


async def _judged(store_url: str, redis: AsyncRedis, tried: Try, right: Outcome) -> list[str]:
    """Return what is not as promised, after everything that can be done with the thread was tried."""
    found = await _outcome(store_url)
    refused = isinstance(found["answer"], DayloomError)
    expected = {**right, "look after": right["look"]} if refused else right
    wrong = [
        f"{what} gave {str(result)[-120:]}"
        for what, result in found.items()
        if result != expected[what] and not isinstance(result, DayloomError)
    ]
    if refused and await tried.spot.get(redis) != tried.value:
        wrong.append("the spoilt bytes were replaced")
    async with dayloom_house(store_url) as house:
        await shown(house, OTHER)
    return wrong


async def _outcome(store_url: str) -> Outcome:
    """Return what reading the thread gives, and what comes of answering its card; errors in place of results."""
    async with dayloom_house(store_url) as house:
        return {
            "look": await _tried(_shown(house)),
            "events": await _tried(_events(house)),
            "audit": await _tried(_audit(house)),
            "answer": await _tried(_answered(house)),
            "look after": await _tried(_shown(house)),
        }


async def _tried(work: Awaitable[Any]) -> Any:
    try:
        return await work
    except DayloomError as error:
        return error
    except Exception as error:
        return f"{type(error).__name__}: {error}"


async def _shown(house: House) -> Any:
    return await shown(house, THREAD)


async def _events(house: House) -> Any:
    return [await house.threads.page(THREAD, RunId(act.id)) for act in ACTS[:OPEN_CARD]]


async def _audit(house: House) -> Any:
    return [{**record, "at": ""} for record in await house.threads.audit(THREAD)]


async def _answered(house: House) -> Any:
    act = ACTS[OPEN_CARD]
    model = DecidingModel(_unnoted)
    return await house.answer(THREAD, act.answers, act.id, model)


async def _talked(store_url: str, thread: str, acts: int) -> None:
    told: list[int] = []

    def note(**fact: Any) -> None:
        told.extend([fact["act"]] if "told" in fact else [])

    async with dayloom_house(store_url) as house:
        await conversed(house, thread, note, leaves=lambda: len(told) == acts)


async def _keys(redis: AsyncRedis) -> list[bytes]:
    prefix = ThreadKeys(LOCAL_OWNER, THREAD).all()[0].rpartition(":")[0]
    return sorted([key async for key in redis.scan_iter(f"{prefix}:*", count=1000)])


async def _restored(redis: AsyncRedis, kept: dict[bytes, Any]) -> None:
    async with redis.pipeline(transaction=True) as pipe:
        pipe.delete(*await _keys(redis))
        for key, dump in kept.items():
            pipe.restore(key, 0, dump)
        await pipe.execute()


async def _spots(redis: AsyncRedis, kept: dict[bytes, Any]) -> Any:
    """Yield every value that lies in the keys of the thread."""
    for key in kept:
        name = key.rpartition(b":")[2].decode()
        match await redis.type(key):
            case b"hash":
                for field, value in sorted((await redis.hgetall(key)).items()):
                    yield _in_hash(name, key, field, value)
            case b"list":
                for index, value in enumerate(await redis.lrange(key, 0, -1)):
                    yield _in_list(name, key, index, value)
            case b"stream":
                for id_, fields in await redis.xrange(key):
                    yield _in_stream(name, key, id_, fields)
            case b"string":
                yield _string(name, key, await redis.get(key))
            case b"zset":
                for member in await redis.zrange(key, 0, -1):
                    yield _in_index(name, key, member)


def _string(name: str, key: bytes, value: bytes) -> Spot:
    return Spot(name, value, lambda redis, new: redis.set(key, new), lambda redis: redis.get(key))


def _in_hash(name: str, key: bytes, field: bytes, value: bytes) -> Spot:
    return Spot(
        f"{name}[{field.decode(errors='replace')}]",
        value,
        lambda redis, new: redis.hset(key, field, new),
        lambda redis: redis.hget(key, field),
    )


def _in_list(name: str, key: bytes, index: int, value: bytes) -> Spot:
    return Spot(
        f"{name}[{index}]",
        value,
        lambda redis, new: redis.lset(key, index, new),
        lambda redis: redis.lindex(key, index),
    )


def _in_stream(name: str, key: bytes, id_: bytes, fields: dict[bytes, bytes]) -> Spot:
    async def put(redis: AsyncRedis, new: bytes) -> None:
        entries = await redis.xrange(key)
        await redis.delete(key)
        for each, old in entries:
            await redis.xadd(key, {**old, b"batch": new} if each == id_ else old, id=each)

    async def get(redis: AsyncRedis) -> bytes | None:
        found = await redis.xrange(key, id_, id_)
        return found[0][1][b"batch"] if found else None

    return Spot(f"{name}[{id_.decode()}]", fields[b"batch"], put, get)


def _in_index(name: str, key: bytes, member: bytes) -> Spot:
    spoilt: list[bytes] = []

    async def put(redis: AsyncRedis, new: bytes) -> None:
        spoilt[:] = [new]
        await redis.zrem(key, member)
        await redis.zadd(key, {new: 0})

    async def get(redis: AsyncRedis) -> bytes | None:
        return next((each for each in await redis.zrange(key, 0, -1) if each in spoilt), None)

    return Spot(f"{name}[{member.decode()}]", member, put, get)


def _unnoted(**fact: Any) -> None:
    """Forget a fact."""
