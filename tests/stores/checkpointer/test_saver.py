"""What the checkpointer promises beyond LangGraph's conformance suite."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, CheckpointTuple
from langgraph.checkpoint.base.id import uuid6
from langgraph.checkpoint.serde.types import ERROR, INTERRUPT, RESUME, _DeltaSnapshot

from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import Damaged, UnsupportedValue
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys

BIG = "x" * 20_000
T1 = ThreadKeys(LOCAL_OWNER, "t1")


def at(thread: str, *, namespace: str = "", parent: RunnableConfig | None = None) -> RunnableConfig:
    place: dict[str, Any] = {"thread_id": thread, "checkpoint_ns": namespace}
    if parent:
        place["checkpoint_id"] = parent["configurable"]["checkpoint_id"]
    return {"configurable": place}


def checkpoint(values: dict[str, Any], versions: dict[str, Any]) -> Checkpoint:
    return Checkpoint(
        v=4,
        id=str(uuid6()),
        ts="2026-11-23T08:00:00+00:00",
        channel_values=values,
        channel_versions=versions,
        versions_seen={},
        updated_channels=None,
    )


async def step(
    saver: RedisCheckpointer,
    parent: RunnableConfig,
    values: dict[str, Any],
    versions: dict[str, Any],
    new: set[str],
    **metadata: Any,
) -> RunnableConfig:
    """Store a checkpoint in which the channels named in `new` changed."""
    made = checkpoint(values, versions)
    about: Any = {"source": "loop", "step": 0, "parents": {}, **metadata}
    return await saver.aput(parent, made, about, {name: versions[name] for name in new})


async def history(saver: RedisCheckpointer, config: RunnableConfig | None, **options: Any) -> list[CheckpointTuple]:
    return [each async for each in saver.alist(config, **options)]


async def test_an_unchanged_channel_is_not_written_again(saver: RedisCheckpointer, redis: AsyncRedis) -> None:
    first = await step(saver, at("t1"), {"a": 1, "big": BIG}, {"a": 1, "big": 1}, {"a", "big"})
    before = await redis.memory_usage(T1.of(KeyKind.CHANNELS), samples=0)
    second = await step(saver, at("t1", parent=first), {"a": 2, "big": BIG}, {"a": 2, "big": 1}, {"a"})
    after = await redis.memory_usage(T1.of(KeyKind.CHANNELS), samples=0)

    found = await saver.aget_tuple(second)
    assert found
    assert found.checkpoint["channel_values"] == {"a": 2, "big": BIG}
    assert after - before < 500


async def test_a_step_is_one_command_and_a_resume_two(saver: RedisCheckpointer, redis: AsyncRedis) -> None:
    first = await step(saver, at("t1"), {"a": 1}, {"a": 1}, {"a"})
    await saver.aput_writes(first, [("a", 2)], "task")
    await saver.aget_tuple(at("t1"))

    async def sent() -> int:
        stats = await redis.info("commandstats")
        return sum(each["calls"] for name, each in stats.items() if name in ("cmdstat_evalsha", "cmdstat_hmget"))

    at_start = await sent()
    second = await step(saver, at("t1", parent=first), {"a": 2}, {"a": 2}, {"a"})
    after_put = await sent()
    await saver.aput_writes(second, [("a", 3)], "task")
    after_writes = await sent()
    await saver.aget_tuple(at("t1"))
    after_get = await sent()

    assert [after_put - at_start, after_writes - after_put, after_get - after_writes] == [1, 1, 2]


async def test_a_channel_value_that_went_missing_is_written_again_with_the_next_step(
    saver: RedisCheckpointer, redis: AsyncRedis
) -> None:
    first = await step(saver, at("t1"), {"a": 1, "b": 1}, {"a": 1, "b": 1}, {"a", "b"})
    await redis.delete(T1.of(KeyKind.CHANNELS))
    second = await step(saver, at("t1", parent=first), {"a": 2, "b": 1}, {"a": 2, "b": 1}, {"a"})

    found = await saver.aget_tuple(second)
    assert found
    assert found.checkpoint["channel_values"] == {"a": 2, "b": 1}


async def test_two_branches_from_one_checkpoint_keep_their_own_values(saver: RedisCheckpointer) -> None:
    first = saver.get_next_version(None, None)
    root = await step(saver, at("t1"), {"a": 0}, {"a": first}, {"a"})
    left, right = (saver.get_next_version(first, None) for _ in range(2))
    one = await step(saver, at("t1", parent=root), {"a": "left"}, {"a": left}, {"a"})
    two = await step(saver, at("t1", parent=root), {"a": "right"}, {"a": right}, {"a"})

    values = [found.checkpoint["channel_values"]["a"] for each in (one, two) if (found := await saver.aget_tuple(each))]
    assert values == ["left", "right"]
    assert min(left, right) > first


async def test_pending_writes_come_in_langgraphs_order(saver: RedisCheckpointer) -> None:
    config = await step(saver, at("t1"), {}, {}, set())
    await saver.aput_writes(config, [("ch", "b0"), ("ch", "b1")], "a-task", "~2")
    await saver.aput_writes(config, [("ch", "a0")], "z-task", "~1")
    await saver.aput_writes(config, [("ch", "n")], "n-task")

    found = await saver.aget_tuple(config)
    assert found
    assert [value for _, _, value in found.pending_writes or ()] == ["n", "a0", "b0", "b1"]


async def test_a_write_is_kept_as_it_first_came_but_special_ones_as_they_last_came(saver: RedisCheckpointer) -> None:
    config = await step(saver, at("t1"), {}, {}, set())
    await saver.aput_writes(config, [("ch", "first"), (INTERRUPT, 1), (RESUME, 1), (ERROR, 1)], "task")
    await saver.aput_writes(config, [("ch", "second"), (INTERRUPT, 2), (RESUME, 2), (ERROR, 2)], "task")

    found = await saver.aget_tuple(config)
    assert found
    assert {channel: value for _, channel, value in found.pending_writes or ()} == {
        "ch": "first",
        INTERRUPT: 2,
        RESUME: 2,
        ERROR: 2,
    }


async def test_a_value_without_plain_form_is_refused_before_anything_is_written(
    saver: RedisCheckpointer, redis: AsyncRedis
) -> None:
    with pytest.raises(UnsupportedValue):
        await step(saver, at("t1"), {"a": object()}, {"a": 1}, {"a"})

    assert await redis.exists(*T1.all()) == 0


async def test_another_owner_finds_nothing(saver: RedisCheckpointer) -> None:
    config = await step(saver, at("t1"), {"a": 1}, {"a": 1}, {"a"})
    stranger = RedisCheckpointer(saver.client, owner="stranger")
    await stranger.adelete_thread("t1")

    assert await stranger.aget_tuple(config) is None
    assert await history(stranger, at("t1")) == []
    assert await history(stranger, None) == []
    assert await saver.aget_tuple(config)


@pytest.mark.parametrize("kind", [KeyKind.CHECKPOINTS, KeyKind.CHANNELS, KeyKind.WRITES])
async def test_a_damaged_value_blocks_its_thread_only_and_stays_as_it_is(
    kind: KeyKind, saver: RedisCheckpointer, redis: AsyncRedis
) -> None:
    for thread in ("t1", "t2"):
        config = await step(saver, at(thread), {"a": 1}, {"a": 1}, {"a"})
        await saver.aput_writes(config, [("a", 2)], "task")
    [(field, stored)] = (await redis.hgetall(T1.of(kind))).items()
    broken = stored[:-1] + bytes((stored[-1] ^ 1,))
    await redis.hset(T1.of(kind), field, broken)

    with pytest.raises(Damaged, match="Thread t1: "):
        await saver.aget_tuple(at("t1"))
    with pytest.raises(Damaged, match="Thread t1: "):
        await history(saver, at("t1"))
    assert await redis.hget(T1.of(kind), field) == broken
    assert await saver.aget_tuple(at("t2"))


@pytest.mark.parametrize("kind", [KeyKind.CHECKPOINTS, KeyKind.CHANNELS])
async def test_a_lost_value_is_not_taken_for_an_empty_one(
    kind: KeyKind, saver: RedisCheckpointer, redis: AsyncRedis
) -> None:
    await step(saver, at("t1"), {"a": 1}, {"a": 1}, {"a"})
    await redis.delete(T1.of(kind))

    with pytest.raises(Damaged, match=r"Thread t1: .* is missing"):
        await saver.aget_tuple(at("t1"))


async def test_a_value_moved_from_another_thread_is_damaged(saver: RedisCheckpointer, redis: AsyncRedis) -> None:
    for thread in ("t1", "t2"):
        await step(saver, at(thread), {"a": thread}, {"a": 1}, {"a"})
    moved = await redis.hgetall(ThreadKeys(LOCAL_OWNER, "t2").of(KeyKind.CHANNELS))
    await redis.hset(T1.of(KeyKind.CHANNELS), mapping=moved)

    with pytest.raises(Damaged, match="belongs elsewhere"):
        await saver.aget_tuple(at("t1"))


async def test_a_deleted_thread_leaves_no_key(saver: RedisCheckpointer, redis: AsyncRedis) -> None:
    config = await step(saver, at("t1"), {"a": 1}, {"a": 1}, {"a"})
    await saver.aput_writes(config, [("a", 2)], "task")
    await saver.adelete_thread("t1")

    assert await redis.dbsize() == 0


async def test_pruning_drops_the_channel_values_nobody_refers_to(saver: RedisCheckpointer, redis: AsyncRedis) -> None:
    config = at("t1")
    for version in range(1, 6):
        changed = {"a", "b"} if version == 1 else {"a"}
        values, versions = {"a": version, "b": BIG}, {"a": version, "b": 1}
        config = await step(saver, at("t1", parent=None if version == 1 else config), values, versions, changed)
    await saver.aprune(["t1"])

    [kept] = await history(saver, at("t1"))
    assert kept.checkpoint["channel_values"] == {"a": 5, "b": BIG}
    assert await redis.hlen(T1.of(KeyKind.CHANNELS)) == 2


async def test_pruning_keeps_what_a_delta_channel_is_rebuilt_from(saver: RedisCheckpointer) -> None:
    config = await step(saver, at("t1"), {}, {}, set())
    config = await step(saver, at("t1", parent=config), {"log": _DeltaSnapshot(["a"])}, {"log": 1}, {"log"})
    for version, item in ((2, "b"), (3, "c")):
        await saver.aput_writes(config, [("log", [item])], f"task-{version}")
        counters = {"counters_since_delta_snapshot": {"log": (version - 1, version - 1)}}
        config = await step(saver, at("t1", parent=config), {}, {"log": version}, {"log"}, **counters)
    before = await saver.aget_delta_channel_history(config=config, channels=["log"])
    await saver.aprune(["t1"])
    after = await saver.aget_delta_channel_history(config=config, channels=["log"])

    assert before == after
    assert [value for _, _, value in after["log"]["writes"]] == [["b"], ["c"]]
    assert after["log"].get("seed") == _DeltaSnapshot(["a"])
    assert len(await history(saver, at("t1"))) == 3


async def test_an_unknown_pruning_strategy_is_refused(saver: RedisCheckpointer) -> None:
    with pytest.raises(ValueError, match="'keep_some'"):
        await saver.aprune(["t1"], strategy="keep_some")


async def test_listing_goes_on_over_many_portions_in_order(saver: RedisCheckpointer) -> None:
    config = await step(saver, at("t1"), {"n": 0}, {"n": 1}, {"n"}, step=0)
    for number in range(1, 100):
        config = await step(saver, at("t1", parent=config), {"n": number}, {"n": number + 1}, {"n"}, step=number)

    found = [each.checkpoint["channel_values"]["n"] for each in await history(saver, at("t1"))]
    odd = await history(saver, at("t1"), filter={"step": 3}, limit=5)
    assert found == list(range(99, -1, -1))
    assert [each.metadata["step"] for each in odd] == [3]


async def test_listing_without_namespace_or_thread_covers_all(saver: RedisCheckpointer) -> None:
    for thread in ("t1", "t2"):
        for namespace in ("", "child:1"):
            await step(saver, at(thread, namespace=namespace), {}, {}, set())

    assert len(await history(saver, {"configurable": {"thread_id": "t1"}})) == 2
    assert len(await history(saver, None)) == 4
    assert len(await history(saver, None, limit=3)) == 3
    assert await history(saver, None, limit=0) == []


async def test_a_copy_has_everything_and_does_not_share_the_originals_fate(saver: RedisCheckpointer) -> None:
    config = await step(saver, at("t1"), {"a": 1}, {"a": 1}, {"a"})
    await saver.aput_writes(config, [("a", 2)], "task")
    await saver.acopy_thread("t1", "t2")
    await saver.adelete_thread("t1")

    found = await saver.aget_tuple(at("t2"))
    assert found
    assert found.checkpoint["channel_values"] == {"a": 1}
    assert found.pending_writes == [("task", "a", 2)]


async def test_scripts_the_server_has_forgotten_are_sent_again(saver: RedisCheckpointer, redis: AsyncRedis) -> None:
    await step(saver, at("t1"), {"a": 1}, {"a": 1}, {"a"})
    await redis.script_flush()

    assert await saver.aget_tuple(at("t1"))
