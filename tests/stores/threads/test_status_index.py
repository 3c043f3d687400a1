"""What the index of threads promises: one line for each thread, how it stands read off the thread, copies that live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from durable import CONFIRM, DONE, EXECUTE, FINAL, REPLY, WEEK, Person
from stage import THREAD

from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.owner.previews import RedisPreviews
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import KeyKind, owner_key
from dayloom.stores.threads.index import OF_RUNS, Search, SortBy, ThreadIndex
from dayloom.stores.threads.status import ThreadStatus
from state.errors import NothingToAnswer, ThreadExists, UnknownThread
from state.ids import RunId, ThreadId

COPY = ThreadId("copy")


@pytest.fixture
def index(redis: AsyncRedis) -> ThreadIndex:
    return ThreadIndex(RedisCheckpointer(redis))


@pytest.fixture
def person(redis: AsyncRedis) -> Callable[..., Person]:
    def begin(*script: Any, **settings: Any) -> Person:
        return Person(redis, list(script), **settings)

    return begin


async def test_a_thread_is_entered_once(index: ThreadIndex) -> None:
    first = await index.create(THREAD, {"a": 1})

    with pytest.raises(ThreadExists):
        await index.create(THREAD, {})
    assert await index.create(THREAD, {"b": 2}, or_take=True) == first


async def test_an_unknown_thread_is_said_to_be_unknown(index: ThreadIndex) -> None:
    for asked in (index.get(THREAD), index.patch(THREAD, {}), index.delete(THREAD), index.copy(THREAD, COPY)):
        with pytest.raises(UnknownThread):
            await asked


async def test_metadata_is_merged_key_by_key(index: ThreadIndex) -> None:
    await index.create(THREAD, {"kept": 1, "changed": {"a": 1}})

    assert (await index.patch(THREAD, {"changed": {"b": 2}, "new": 3})).metadata == {
        "kept": 1,
        "changed": {"b": 2},
        "new": 3,
    }


async def test_a_thread_of_the_command_line_is_in_the_index(index: ThreadIndex, person: Any) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    await person(REPLY).say("When is it?")

    found = await index.get(THREAD)

    assert [line.id for line in await index.search(Search())] == [THREAD]
    assert before < found.created_at <= found.updated_at < datetime.now(UTC) + timedelta(seconds=1)
    assert (found.status, found.metadata) == (ThreadStatus.IDLE, OF_RUNS)
    assert (await index.patch(THREAD, {"title": "Week"})).metadata == {**OF_RUNS, "title": "Week"}


async def test_how_a_thread_stands_is_read_off_the_thread(index: ThreadIndex, person: Any) -> None:
    someone = person(EXECUTE, CONFIRM, DONE, FINAL)
    async with someone.threads.open(THREAD, RunId("r")):
        assert (await index.get(THREAD)).status is ThreadStatus.BUSY
    await someone.say("Plan", schedule=WEEK)
    assert (await index.get(THREAD)).status is ThreadStatus.INTERRUPTED
    await someone.answer("approve")
    assert (await index.get(THREAD)).status is ThreadStatus.IDLE


async def test_a_search_finds_by_metadata_ids_and_status_in_order(index: ThreadIndex, person: Any) -> None:
    await person(EXECUTE, CONFIRM).say("Plan", schedule=WEEK)
    for name, tags in (("b", ["x", "y"]), ("a", ["x"]), ("c", [])):
        await index.create(ThreadId(name), {"owner": {"name": "ann"}, "tags": tags})

    async def ids(**wanted: Any) -> list[str]:
        return [line.id for line in await index.search(Search(**wanted))]

    assert await ids(sort_by=SortBy.THREAD_ID, ascending=True) == ["a", "b", "c", THREAD]
    assert await ids(sort_by=SortBy.CREATED_AT) == ["c", "a", "b", THREAD]
    assert await ids(metadata={"tags": ["x"]}, sort_by=SortBy.THREAD_ID) == ["b", "a"]
    assert await ids(metadata={"owner": {"name": "bob"}}) == []
    assert await ids(ids=["a", "nobody"]) == ["a"]
    assert await ids(status=ThreadStatus.INTERRUPTED) == [THREAD]


async def test_a_damaged_note_hides_no_thread(index: ThreadIndex, redis: AsyncRedis) -> None:
    await index.create(THREAD, {})
    await index.create(COPY, {"a": 1})
    await redis.hset(owner_key("local", KeyKind.BOOK), THREAD, b"spoilt")

    assert {line.id for line in await index.search(Search())} == {THREAD, COPY}


async def test_a_deleted_thread_is_gone_and_its_id_is_free(index: ThreadIndex, person: Any, redis: AsyncRedis) -> None:
    await person(REPLY).say("When?")
    await index.delete(THREAD)

    assert await redis.keys("*") == []
    assert (await index.create(THREAD, {})).metadata == {}


async def test_others_see_nothing_of_it(index: ThreadIndex, redis: AsyncRedis) -> None:
    await index.create(THREAD, {})
    other = ThreadIndex(RedisCheckpointer(redis, owner="other"))

    assert await other.search(Search()) == []
    with pytest.raises(UnknownThread):
        await other.get(THREAD)


async def test_a_copy_says_shows_and_asks_what_the_thread_does(index: ThreadIndex, person: Any) -> None:
    someone = person(EXECUTE, CONFIRM, DONE, FINAL)
    await someone.say("Plan", schedule=WEEK)
    await index.patch(THREAD, {"title": "Week"})
    copied = await index.copy(THREAD, COPY)

    assert (copied.metadata, copied.status) == ({**OF_RUNS, "title": "Week"}, ThreadStatus.INTERRUPTED)
    assert await someone.threads.state(COPY) == await someone.threads.state(THREAD)
    assert await someone.threads.transcript(COPY) == await someone.threads.transcript(THREAD)


async def test_a_card_is_answered_in_the_copy_and_still_open_in_the_thread(index: ThreadIndex, person: Any) -> None:
    someone = person(EXECUTE, CONFIRM, DONE, FINAL)
    await someone.say("Plan", schedule=WEEK)
    await index.copy(THREAD, COPY)

    twin = person(DONE, FINAL, thread=COPY)
    answered = await twin.answer("approve")

    assert answered.state.outcome is not None
    assert (await index.get(COPY)).status is ThreadStatus.IDLE
    with pytest.raises(NothingToAnswer):
        await twin.answer("approve")
    assert (await index.get(THREAD)).status is ThreadStatus.INTERRUPTED


async def test_the_copy_shows_the_preview(index: ThreadIndex, person: Any, redis: AsyncRedis) -> None:
    someone = person(EXECUTE, CONFIRM, DONE, FINAL)
    await someone.say("Plan", schedule=WEEK)
    await someone.answer("approve")
    await index.copy(THREAD, COPY)

    previews = RedisPreviews(redis)
    assert await previews.get(COPY) == await previews.get(THREAD) is not None


async def test_half_a_turn_is_not_finished_in_the_copy(index: ThreadIndex, person: Any) -> None:
    with pytest.raises(IndexError):
        await person(EXECUTE).say("Plan", schedule=WEEK)
    copied = await index.copy(THREAD, COPY)

    told = await person(REPLY, thread=COPY, name="twin").say("When?")

    assert copied.status is ThreadStatus.IDLE
    assert (await index.get(THREAD)).status is ThreadStatus.BUSY
    assert told.state.outcome is not None
    assert told.state.outcome.message == "Tuesday."
