"""What the store of a user's calendar and tasks promises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from redis_proxy import Fault, RedisProxy, Strike

from dayloom.stores.owner.calendar import MOST_TASKS, Calendar, RedisCalendar
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import KeyKind, owner_key
from state.calendar_commit import CalendarEntry, Commit, Receipt
from state.errors import MovedOn, TooLarge, UnknownTask
from state.ids import ThreadId
from state.task_item import TaskItem

T = ThreadId("t")
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ESSAY = CalendarEntry(uid="essay", title="Essay", start=NOW, end=NOW, sequence=1, at=NOW)


@pytest.fixture
def store(redis: AsyncRedis) -> RedisCalendar:
    return RedisCalendar(redis)


def item(number: int, title: str = "Essay") -> TaskItem:
    return TaskItem(id=f"task-{number}", added=NOW, number=number, fields={"title": title, "duration": 2})


def receipt(key: str = "k") -> Receipt:
    commit = Commit(id=key, thread=T, tasks=(), uids=("essay",))
    return Receipt(request=key, commit=commit, answer={"said": key}, done=False)


async def test_a_calendar_nobody_gave_is_empty(store: RedisCalendar) -> None:
    assert await store.calendar() == Calendar()


async def test_the_text_is_kept_byte_for_byte_and_its_version_grows(store: RedisCalendar) -> None:
    text = "BEGIN:VCALENDAR\nä\0".encode() + b"\xff"

    assert await store.put(text, before=Calendar()) == 1
    assert await store.calendar() == Calendar(version=1, text=text)
    assert await store.put(text, before=await store.calendar()) == 1
    assert await store.put(b"", before=await store.calendar()) == 2


async def test_what_builds_on_an_older_calendar_is_refused(store: RedisCalendar) -> None:
    await store.put(b"one", before=Calendar())

    with pytest.raises(MovedOn):
        await store.put(b"two", before=Calendar())
    with pytest.raises(MovedOn):
        await store.write("k", receipt(), [ESSAY], before=Calendar())
    assert await store.calendar() == Calendar(version=1, text=b"one")


async def test_a_commit_is_written_and_taken_back_once(store: RedisCalendar) -> None:
    first = await store.write("k", receipt(), [ESSAY], before=Calendar())
    again = await store.write("k", receipt(), [ESSAY], before=await store.calendar())

    written = await store.calendar()
    assert first == again == await store.receipt("k") == receipt()
    assert written == Calendar(version=1, entries=(ESSAY,), commits=(receipt().commit,))  # pyright: ignore[reportArgumentType] there is one
    assert await store.find_unfollowed(T) == "k"

    for _ in range(2):
        await store.take_back("u", receipt(), before=written)
    assert await store.calendar() == Calendar(version=2)


async def test_what_a_commit_replaced_comes_back(store: RedisCalendar) -> None:
    await store.write("k", receipt(), [ESSAY], before=Calendar())
    moved = ESSAY.model_copy(update={"sequence": 2})
    second = receipt("l").model_copy(
        update={"commit": Commit(id="l", thread=T, tasks=(), uids=("essay",), before=(ESSAY,))}
    )
    await store.write("l", second, [moved], before=await store.calendar())
    assert (await store.calendar()).entries == (moved,)

    await store.take_back("u", second, before=await store.calendar())

    assert (await store.calendar()).entries == (ESSAY,)


async def test_another_text_ends_what_can_be_taken_back_but_keeps_what_was_written(store: RedisCalendar) -> None:
    await store.write("k", receipt(), [ESSAY], before=Calendar())

    await store.put(b"new", before=await store.calendar())

    assert await store.calendar() == Calendar(version=2, text=b"new", entries=(ESSAY,))


async def test_an_entry_that_the_new_text_has_is_left_to_it(store: RedisCalendar) -> None:
    await store.write("k", receipt(), [ESSAY], before=Calendar())

    await store.put(b"new", before=await store.calendar(), taken_over=["essay"])

    assert (await store.calendar()).entries == ()


async def test_a_settled_operation_keeps_its_last_answer(store: RedisCalendar) -> None:
    await store.write("k", receipt(), [ESSAY], before=Calendar())
    done = receipt().model_copy(update={"done": True, "answer": {"said": "all"}})

    for _ in range(2):
        await store.note_followed("k", done, T)

    assert await store.receipt("k") == done
    assert await store.find_unfollowed(T) is None


async def test_tasks_come_and_go(store: RedisCalendar) -> None:
    await store.add([item(2, "Report"), item(1)])
    assert await store.tasks() == (item(1), item(2, "Report"))

    await store.remove("task-1")

    assert await store.tasks() == (item(2, "Report"),)
    with pytest.raises(UnknownTask):
        await store.remove("task-1")


async def test_the_same_key_adds_once(store: RedisCalendar) -> None:
    first = Receipt(request="r", answer={"tasks": 1})

    assert await store.add([item(1)], key="k", receipt=first) == first
    assert await store.add([item(2)], key="k", receipt=Receipt(request="other")) == first
    assert await store.tasks() == (item(1),)


async def test_too_many_tasks_are_refused_all_together(store: RedisCalendar) -> None:
    await store.add([item(number) for number in range(MOST_TASKS)])

    with pytest.raises(TooLarge):
        await store.add([item(MOST_TASKS)])
    assert len(await store.tasks()) == MOST_TASKS


async def test_only_the_newest_receipts_are_kept(store: RedisCalendar, redis: AsyncRedis) -> None:
    for number in range(1100):
        await store.add([], key=f"k{number}", receipt=Receipt(request="r"))

    assert await store.receipt("k99") is None
    assert await store.receipt("k1099") is not None
    assert await redis.hlen(owner_key("local", KeyKind.RECEIPTS)) <= 2001


async def test_another_owner_sees_nothing(store: RedisCalendar, redis: AsyncRedis) -> None:
    await store.write("k", receipt(), [ESSAY], before=Calendar())
    await store.add([item(1)])
    stranger = RedisCalendar(redis, owner="stranger")

    assert (await stranger.calendar(), await stranger.tasks()) == (Calendar(), ())
    assert (await stranger.receipt("k"), await stranger.find_unfollowed(T)) == (None, None)


@pytest.mark.parametrize("kind", [KeyKind.BOOKED, KeyKind.TASKS, KeyKind.CALENDAR])
async def test_a_damaged_value_is_named_and_kept(store: RedisCalendar, redis: AsyncRedis, kind: KeyKind) -> None:
    await store.put(b"text", before=Calendar())
    await store.write("k", receipt(), [ESSAY], before=await store.calendar())
    await store.add([item(1)])
    field = {KeyKind.BOOKED: "essay", KeyKind.TASKS: "task-1", KeyKind.CALENDAR: "text"}[kind]
    spoilt = bytearray(await redis.hget(owner_key("local", kind), field))  # pyright: ignore[reportArgumentType] it is there
    spoilt[-1] ^= 1
    await redis.hset(owner_key("local", kind), field, bytes(spoilt))

    with pytest.raises(Damaged, match=f"{kind}"):
        await (store.tasks() if kind is KeyKind.TASKS else store.calendar())
    assert await redis.hget(owner_key("local", kind), field) == bytes(spoilt)


async def test_a_lost_reply_does_not_do_anything_twice(store_url: str, redis: AsyncRedis) -> None:
    with RedisProxy(store_url) as proxy:
        async with connect(proxy.url) as client:
            store = RedisCalendar(client)
            for at in range(1, 6):
                await redis.flushall()
                proxy.arm(Fault(Strike.DROP_REPLY, at))
                await _used(store)
                assert proxy.struck
                assert (await RedisCalendar(redis).calendar()).version == 2


async def _used(store: RedisCalendar) -> None:
    assert await store.put(b"text", before=Calendar()) == 1
    kept = await store.write("k", receipt(), [ESSAY], before=Calendar(version=1, text=b"text"))
    await store.note_followed("k", kept, T)
    await store.add([item(1)])
    await store.remove("task-1")
