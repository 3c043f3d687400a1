"""Snapshots: old versions load, newer and damaged ones are refused untouched, and hostile bytes run nothing."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from typing import Any

import ormsgpack
import pytest
from builders import schedule, slots, task
from durable import REPLY, Person
from stage import THREAD

from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.envelope import seal
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys
from dayloom.stores.redis.serializer import TYPE, DataSerializer
from dayloom.stores.threads.migrations import upgrade
from state.common import SCHEMA_VERSION, CommonState
from state.errors import Damaged, TooNew, Unreadable
from state.ids import ThreadId

KEYS = ThreadKeys(LOCAL_OWNER, THREAD)
OTHER = ThreadId("other")
NEWER = SCHEMA_VERSION + 1


def test_an_old_snapshot_is_brought_up_step_by_step() -> None:
    migrations = {
        1: lambda values: {**values, "b": values["a"] + 1},
        2: lambda values: {**values, "c": values["b"] + 1},
    }

    assert upgrade("t", {"schema_version": 1, "a": 1}, migrations, 3) == {"schema_version": 3, "a": 1, "b": 2, "c": 3}
    assert upgrade("t", {"schema_version": 3, "a": 1}, migrations, 3) == {"schema_version": 3, "a": 1}


@pytest.mark.parametrize("version", [1, 2])
def test_a_draft_from_before_pauses_parted_the_day_opens_as_it_lies(version: int) -> None:
    over_lunch = schedule(task(1, "Essay", slots(1, 5, 6)))
    stored = CommonState(schedule=over_lunch).model_dump(mode="json")
    later = ("span_pauses",) if version == 2 else ("span_pauses", "not_before", "allow_past")
    for name in later:
        del stored["schedule"]["window"][name]

    opened = CommonState.model_validate(upgrade("t", {**stored, "schema_version": version}))

    assert opened.schedule == over_lunch
    assert opened.schema_version == SCHEMA_VERSION


@pytest.mark.parametrize("version", [2, 99])
def test_a_newer_snapshot_is_called_newer(version: int) -> None:
    with pytest.raises(TooNew, match="written by a newer dayloom"):
        upgrade("t", {"schema_version": version}, {}, 1)


@pytest.mark.parametrize("version", ["x", None])
def test_a_version_that_is_none_is_called_damaged(version: Any) -> None:
    with pytest.raises(Damaged, match="schema version is unusable"):
        upgrade("t", {"schema_version": version}, {}, 1)


def test_a_version_without_a_way_up_is_named() -> None:
    with pytest.raises(Damaged, match="no way from schema version 1 to 2"):
        upgrade("t", {"schema_version": 1}, {}, 2)


async def contents(redis: AsyncRedis) -> dict[bytes, dict[bytes, bytes]]:
    """What must stay as it is when it cannot be read."""
    kinds = (KeyKind.CHECKPOINTS, KeyKind.BLOBS, KeyKind.WRITES, KeyKind.CARDS)
    return {KEYS.of(kind).encode(): await redis.hgetall(KEYS.of(kind)) for kind in kinds}


def flipped(value: bytes) -> bytes:
    return value[:-1] + bytes((value[-1] ^ 1,))


SPOILT = {
    "flipped": flipped,
    "truncated": lambda value: value[: len(value) // 2],
    "empty": lambda value: b"",
    "foreign": pickle.dumps,
    "another version": lambda value: value[:2] + b"\x63" + value[3:],
}


@pytest.mark.parametrize("kind", [KeyKind.CHECKPOINTS, KeyKind.BLOBS])
@pytest.mark.parametrize("spoil", SPOILT)
async def test_a_damaged_thread_is_kept_byte_for_byte_and_blocks_nobody_else(
    redis: AsyncRedis, kind: KeyKind, spoil: str
) -> None:
    one = Person(redis, [REPLY])
    await one.asked()
    for field, value in (await redis.hgetall(KEYS.of(kind))).items():
        await redis.hset(KEYS.of(kind), field, SPOILT[spoil](value))
    before = await contents(redis)
    two = Person(redis, [REPLY])
    for attempt in (
        two.say("Hello"),
        two.answer("approve"),
        two.agent.state(THREAD),
    ):
        with pytest.raises(Damaged, match="thread-1"):
            await attempt
    other = await Person(redis, [REPLY], thread=OTHER).say("Hello")

    assert await contents(redis) == before
    assert other.state.outcome.message == "Tuesday."
    assert await redis.get(KEYS.of(KeyKind.LEASE)) is None


async def test_a_swapped_blob_is_found(redis: AsyncRedis) -> None:
    one = Person(redis)
    await one.asked()
    blobs = await redis.hgetall(KEYS.of(KeyKind.BLOBS))
    first, second = list(blobs)[:2]
    await redis.hset(KEYS.of(KeyKind.BLOBS), mapping={first: blobs[second], second: blobs[first]})

    with pytest.raises(Damaged):
        await Person(redis).say("Hello")


@pytest.mark.parametrize(
    ("other", "error", "told"),
    [
        ({"phase": "dancing", "schema_version": 1}, Damaged, "does not fit the schema"),
        (
            {"mood": "bright", "phase": "dancing", "schema_version": SCHEMA_VERSION + 1},
            TooNew,
            "written by a newer dayloom",
        ),
    ],
)
async def test_a_state_of_another_schema_is_refused_untouched(
    redis: AsyncRedis, other: dict[str, Any], error: type[Unreadable], told: str
) -> None:
    one = Person(redis, [REPLY])
    await one.say("Hello")
    codec = Codec(KEYS, DataSerializer())
    [(member, stored)] = list((await redis.hgetall(KEYS.of(KeyKind.CHECKPOINTS))).items())[-1:]
    record = codec.open(KeyKind.CHECKPOINTS, member, stored)
    record[4] |= other
    for name in await redis.hkeys(KEYS.of(KeyKind.CHECKPOINTS)):
        await redis.hset(KEYS.of(KeyKind.CHECKPOINTS), name, codec.seal(KeyKind.CHECKPOINTS, name, record))
    before = await contents(redis)
    with pytest.raises(error, match=told):
        await Person(redis, [REPLY]).say("Hello")
    with pytest.raises(error, match=told):
        await one.threads.state(THREAD)

    assert await contents(redis) == before


class Trap:
    """Would run something if it were unpickled."""

    def __reduce__(self) -> Any:
        return exec, ("raise SystemExit('the bytes were run')",)


HOSTILE = {
    "pickle": pickle.dumps(Trap()),
    "langgraph constructor": ormsgpack.packb(ormsgpack.Ext(0, ormsgpack.packb(("os", "system", "true")))),
    "langgraph pydantic": ormsgpack.packb(
        ormsgpack.Ext(5, ormsgpack.packb(("subprocess", "Popen", {"args": "true"}, "")))
    ),
    "unknown extension": ormsgpack.packb(ormsgpack.Ext(99, b"\x00")),
    "lc record": ormsgpack.packb(
        {"lc": 2, "type": "constructor", "id": ["os", "system"], "kwargs": {"command": "true"}}
    ),
    "nested": b"\x91" * 100_000,
    "wrong send": ormsgpack.packb(ormsgpack.Ext(67, ormsgpack.packb(["node", None, {"run_timeout": "x", "evil": 1}]))),
    "length bomb": b"\xdd\xff\xff\xff\xff",
}

_watching: list[list[str]] = []


def _hook(event: str, arguments: Any) -> None:
    if _watching and event in (
        "import",
        "exec",
        "compile",
        "os.system",
        "subprocess.Popen",
        "open",
        "pickle.find_class",
    ):
        _watching[-1].append(f"{event} {arguments!r:.80}")


sys.addaudithook(_hook)


@pytest.fixture
def watched() -> Iterator[list[str]]:
    """What this process imports, opens or runs from here on."""
    seen: list[str] = []
    _watching.append(seen)
    yield seen
    _watching.remove(seen)


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("tag", [TYPE, "msgpack", "pickle", "json"])
async def test_hostile_bytes_with_a_valid_seal_run_nothing(redis: AsyncRedis, content: bytes, tag: str) -> None:
    codec = Codec(KEYS, DataSerializer())
    seen: list[str] = []
    sealed = seal(KEYS, KeyKind.BLOBS, b"1", tag, content)
    _watching.append(seen)
    try:
        value = codec.open(KeyKind.BLOBS, b"1", sealed)
    except Damaged:
        value = None
    finally:
        _watching.remove(seen)

    assert seen == []
    assert value is None or type(value) is dict


async def test_a_thread_of_hostile_bytes_is_damaged_and_nothing_else(redis: AsyncRedis, watched: list[str]) -> None:
    one = Person(redis, [REPLY])
    await one.say("Hello")
    [field, *_] = await redis.hkeys(KEYS.of(KeyKind.CHECKPOINTS))
    for content in HOSTILE.values():
        for name in await redis.hkeys(KEYS.of(KeyKind.CHECKPOINTS)):
            await redis.hset(KEYS.of(KeyKind.CHECKPOINTS), name, seal(KEYS, KeyKind.CHECKPOINTS, name, TYPE, content))
        with pytest.raises(Damaged):
            await Person(redis, [REPLY]).say("Hello")

    assert field
    assert not [each for each in watched if "system" in each or "Popen" in each or "pickle" in each]
