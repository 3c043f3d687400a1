"""What the book of threads promises: one line for each thread, how it stands read off the thread, copies that live."""

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
from dayloom.stores.threads.index import Search, SortBy, ThreadIndex
from dayloom.stores.threads.status import ThreadStatus
from state.errors import NothingToAnswer, ThreadExists, UnknownThread
from state.ids import RunId, ThreadId

COPY = ThreadId("copy")


@pytest.fixture
def book(redis: AsyncRedis) -> ThreadIndex:
    return ThreadIndex(RedisCheckpointer(redis))


@pytest.fixture
def person(redis: AsyncRedis) -> Callable[..., Person]:
    def begin(*script: Any, **settings: Any) -> Person:
        return Person(redis, list(script), **settings)

    return begin


async def test_a_thread_is_entered_once(book: ThreadIndex) -> None:
    first = await book.create(THREAD, {"a": 1})

    with pytest.raises(ThreadExists):
        await book.create(THREAD, {})
    assert await book.create(THREAD, {"b": 2}, or_take=True) == first


async def test_an_unknown_thread_is_said_to_be_unknown(book: ThreadIndex) -> None:
    for asked in (book.get(THREAD), book.patch(THREAD, {}), book.delete(THREAD), book.copy(THREAD, COPY)):
        with pytest.raises(UnknownThread):
            await asked


async def test_metadata_is_merged_key_by_key(book: ThreadIndex) -> None:
    await book.create(THREAD, {"kept": 1, "changed": {"a": 1}})

    assert (await book.patch(THREAD, {"changed": {"b": 2}, "new": 3})).metadata == {
        "kept": 1,
        "changed": {"b": 2},
        "new": 3,
    }


async def test_a_thread_of_the_command_line_is_in_the_book(book: ThreadIndex, person: Any) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    await person(REPLY).say("When is it?")

    found = await book.get(THREAD)

    assert [line.id for line in await book.search(Search())] == [THREAD]
    assert before < found.created_at <= found.updated_at < datetime.now(UTC) + timedelta(seconds=1)
    assert (found.status, found.metadata) == (ThreadStatus.IDLE, {})
    assert (await book.patch(THREAD, {"title": "Week"})).metadata == {"title": "Week"}


async def test_how_a_thread_stands_is_read_off_the_thread(book: ThreadIndex, person: Any) -> None:
    someone = person(EXECUTE, CONFIRM, DONE, FINAL)
    async with someone.threads.open(THREAD, RunId("r")):
        assert (await book.get(THREAD)).status is ThreadStatus.BUSY
    await someone.say("Plan", schedule=WEEK)
    assert (await book.get(THREAD)).status is ThreadStatus.INTERRUPTED
    await someone.answer("approve")
    assert (await book.get(THREAD)).status is ThreadStatus.IDLE


async def test_a_search_finds_by_metadata_ids_and_status_in_order(book: ThreadIndex, person: Any) -> None:
    await person(EXECUTE, CONFIRM).say("Plan", schedule=WEEK)
    for name, tags in (("b", ["x", "y"]), ("a", ["x"]), ("c", [])):
        await book.create(ThreadId(name), {"owner": {"name": "ann"}, "tags": tags})

    async def ids(**wanted: Any) -> list[str]:
        return [line.id for line in await book.search(Search(**wanted))]

    assert await ids(sort_by=SortBy.THREAD_ID, ascending=True) == ["a", "b", "c", THREAD]
    assert await ids(sort_by=SortBy.CREATED_AT) == ["c", "a", "b", THREAD]
    assert await ids(metadata={"tags": ["x"]}, sort_by=SortBy.THREAD_ID) == ["b", "a"]
    assert await ids(metadata={"owner": {"name": "bob"}}) == []
    assert await ids(ids=["a", "nobody"]) == ["a"]
    assert await ids(status=ThreadStatus.INTERRUPTED) == [THREAD]


async def test_a_damaged_note_hides_no_thread(book: ThreadIndex, redis: AsyncRedis) -> None:
    await book.create(THREAD, {})
    await book.create(COPY, {"a": 1})
    await redis.hset(owner_key("local", KeyKind.BOOK), THREAD, b"spoilt")

    assert {line.id for line in await book.search(Search())} == {THREAD, COPY}


async def test_a_deleted_thread_is_gone_and_its_id_is_free(book: ThreadIndex, person: Any, redis: AsyncRedis) -> None:
    await person(REPLY).say("When?")
    await book.delete(THREAD)

    assert await redis.keys("*") == []
    assert (await book.create(THREAD, {})).metadata == {}


async def test_others_see_nothing_of_it(book: ThreadIndex, redis: AsyncRedis) -> None:
    await book.create(THREAD, {})
    other = ThreadIndex(RedisCheckpointer(redis, owner="other"))

    assert await other.search(Search()) == []
    with pytest.raises(UnknownThread):
        await other.get(THREAD)


async def test_a_copy_says_shows_and_asks_what_the_thread_does(book: ThreadIndex, person: Any) -> None:
    someone = person(EXECUTE, CONFIRM, DONE, FINAL)
    await someone.say("Plan", schedule=WEEK)
    await book.patch(THREAD, {"title": "Week"})
    copied = await book.copy(THREAD, COPY)

    assert (copied.metadata, copied.status) == ({"title": "Week"}, ThreadStatus.INTERRUPTED)
    assert await someone.threads.state(COPY) == await someone.threads.state(THREAD)
    assert await someone.threads.transcript(COPY) == await someone.threads.transcript(THREAD)


async def test_a_card_is_answered_in_the_copy_and_still_open_in_the_thread(book: ThreadIndex, person: Any) -> None:
    someone = person(EXECUTE, CONFIRM, DONE, FINAL)
    await someone.say("Plan", schedule=WEEK)
    await book.copy(THREAD, COPY)

    twin = person(DONE, FINAL, thread=COPY)
    answered = await twin.answer("approve")

    assert answered.state.outcome is not None
    assert (await book.get(COPY)).status is ThreadStatus.IDLE
    with pytest.raises(NothingToAnswer):
        await twin.answer("approve")
    assert (await book.get(THREAD)).status is ThreadStatus.INTERRUPTED


async def test_the_copy_shows_the_preview(book: ThreadIndex, person: Any, redis: AsyncRedis) -> None:
    someone = person(EXECUTE, CONFIRM, DONE, FINAL)
    await someone.say("Plan", schedule=WEEK)
    await someone.answer("approve")
    await book.copy(THREAD, COPY)

    previews = RedisPreviews(redis)
    assert await previews.get(COPY) == await previews.get(THREAD) is not None


async def test_half_a_turn_is_not_finished_in_the_copy(book: ThreadIndex, person: Any) -> None:
    with pytest.raises(IndexError):
        await person(EXECUTE).say("Plan", schedule=WEEK)
    copied = await book.copy(THREAD, COPY)

    told = await person(REPLY, thread=COPY, name="twin").say("When?")

    assert copied.status is ThreadStatus.IDLE
    assert (await book.get(THREAD)).status is ThreadStatus.BUSY
    assert told.state.outcome is not None
    assert told.state.outcome.message == "Tuesday."
