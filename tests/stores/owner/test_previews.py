"""What the preview store promises."""

from __future__ import annotations

from datetime import date

import pytest

from dayloom.stores.owner.previews import RedisPreviews
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys
from state.ids import ThreadId
from state.preview import Preview, PreviewState
from state.schedule import PERIODS12, Schedule, Window

A, B = ThreadId("a"), ThreadId("b")


def preview(version: int, state: PreviewState = PreviewState.WORKING) -> Preview:
    schedule = Schedule(version=version, window=Window(start=date(2026, 11, 23), days=7), grid=PERIODS12)
    return Preview(version=version, state=state, schedule=schedule, changes=())


@pytest.fixture
def previews(redis: AsyncRedis) -> RedisPreviews:
    return RedisPreviews(redis)


async def test_a_thread_without_preview_has_none(previews: RedisPreviews) -> None:
    assert await previews.get(A) is None


async def test_the_newest_preview_wins(previews: RedisPreviews) -> None:
    await previews.put(A, preview(1))
    await previews.put(A, preview(10, PreviewState.FINAL))

    assert await previews.get(A) == preview(10, PreviewState.FINAL)
    assert await previews.get(B) is None


async def test_a_late_older_preview_changes_nothing(previews: RedisPreviews) -> None:
    await previews.put(A, preview(10, PreviewState.FINAL))
    await previews.put(A, preview(9))

    assert await previews.get(A) == preview(10, PreviewState.FINAL)


async def test_the_same_version_may_be_settled(previews: RedisPreviews) -> None:
    await previews.put(A, preview(2))
    await previews.put(A, preview(2, PreviewState.FINAL))

    assert await previews.get(A) == preview(2, PreviewState.FINAL)


async def test_another_owner_sees_nothing(previews: RedisPreviews, redis: AsyncRedis) -> None:
    await previews.put(A, preview(1))

    assert await RedisPreviews(redis, owner="stranger").get(A) is None


async def test_a_damaged_preview_is_named_and_kept(previews: RedisPreviews, redis: AsyncRedis) -> None:
    await previews.put(A, preview(1))
    await redis.hset(ThreadKeys(LOCAL_OWNER, A).of(KeyKind.PREVIEW), "value", b"{}")

    with pytest.raises(Damaged, match="Thread a: "):
        await previews.get(A)
    assert await redis.hget(ThreadKeys(LOCAL_OWNER, A).of(KeyKind.PREVIEW), "value") == b"{}"


async def test_a_version_that_is_not_that_of_the_preview_is_damage(previews: RedisPreviews, redis: AsyncRedis) -> None:
    await previews.put(A, preview(2))
    await redis.hset(ThreadKeys(LOCAL_OWNER, A).of(KeyKind.PREVIEW), "version", 9)

    with pytest.raises(Damaged, match="version 2"):
        await previews.get(A)
