"""The keys of a store and what lies in them have a schema, kept in `schema/`; a store of another one is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from durable import DONE, FINAL, LOOK, Person
from pydantic import BaseModel

from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis import pubsub, server_id
from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import TooNew, Unreadable
from dayloom.stores.redis.keys import (
    ACTIVE,
    DUE,
    FEEDS,
    JOB_OWNERS,
    LOCAL_OWNER,
    OWNER_KINDS,
    SCHEMA,
    TOKENS,
    WORKERS,
    KeyKind,
    OwnerKeys,
)
from dayloom.stores.redis.keys import ThreadKeys as Keys
from dayloom.stores.redis.schema import MARKER, check_schema
from state.calendar_commit import CalendarEntry, Commit, Receipt
from state.ids import RunId
from state.interrupt import Answer
from state.job import Attempt, Comment, Cron, Every, Job, LogEntry, Output, ProcessLimits, Program, WorkerProcess
from state.message import Contact, Message, Post
from state.ports import Accepted
from state.task_item import TaskItem
from state.transcript import Feedback, FeedbackKind

LAYOUTS = Path(__file__).parent / "schema"
WHAT_TO_DO = (
    "The keys of a store, or what lies in them, are not what schema {version} stands for, so a store of before would "
    "look empty or damaged. Raise SCHEMA in dayloom/stores/redis/keys.py to {next} and run this test again: it writes "
    "schema/{next}.json. An older dayloom then names a store of this one instead of misreading it; this one opens "
    "those of READABLE, or names them too."
)
STORED: tuple[type[BaseModel], ...] = (
    Accepted,
    Answer,
    CalendarEntry,
    Commit,
    Receipt,
    TaskItem,
    Attempt,
    Comment,
    Cron,
    Every,
    Job,
    LogEntry,
    Output,
    ProcessLimits,
    Program,
    WorkerProcess,
    Message,
    Contact,
    Post,
)


async def test_changed_keys_or_records_take_a_new_schema(redis: AsyncRedis) -> None:
    found = {"keys": key_names(), "fields": models(), "records": await records(redis)}
    known, now = LAYOUTS / f"{SCHEMA}.json", json.dumps(found, indent=1, sort_keys=True) + "\n"
    if not known.exists():
        known.write_text(now, "utf-8")
        pytest.fail(f"{known.name} was missing and is written now; commit it and run again")

    assert now == known.read_text("utf-8"), WHAT_TO_DO.format(version=SCHEMA, next=SCHEMA + 1)


def key_names() -> list[str]:
    """The name of every key there is."""
    thread, owner = Keys("anna", "t 1"), OwnerKeys("anna")
    named = [(owner if kind in OWNER_KINDS else thread).of(kind) for kind in KeyKind]
    return sorted(
        [
            *named,
            thread.log("run-1"),
            ACTIVE,
            DUE,
            JOB_OWNERS,
            TOKENS,
            FEEDS,
            WORKERS,
            MARKER,
            server_id.KEY,
            pubsub.ALWAYS,
        ]
    )


def models() -> dict[str, list[str]]:
    """The fields of what is stored as a whole."""
    return {model.__name__: sorted(model.model_fields) for model in STORED}


async def records(redis: AsyncRedis) -> dict[str, Any]:
    """How the values are laid out that a conversation with a card, and feedback on it, leave behind."""
    one = Person(redis, [LOOK, DONE, FINAL])
    await one.asked()
    await one.answer("approve")
    said = Feedback(id="f1", kind=FeedbackKind.POSITIVE)
    await one.threads.append(one.thread, RunId("run-2"), said, await one.threads.transcript(one.thread))
    keys = Keys(LOCAL_OWNER, one.thread)
    codec = Codec(keys, RedisCheckpointer(redis).serde)
    events = [entry for _, entry in await redis.xrange(keys.log("run-2"))]
    told, audit = [await redis.lrange(keys.of(kind), 0, -1) for kind in (KeyKind.TRANSCRIPT, KeyKind.AUDIT)]
    opened: dict[str, Any] = {
        "events": [codec.open(KeyKind.EVENTS, b"run-2", entry[b"batch"]) for entry in events if entry[b"batch"]],
        "transcript": [codec.open(KeyKind.TRANSCRIPT, b"", line) for line in told],
        "audit": [json.loads(line) for line in audit],
    }
    for kind in (KeyKind.CHECKPOINTS, KeyKind.REQUESTS):
        opened[kind] = [codec.open(kind, *each) for each in (await redis.hgetall(keys.of(kind))).items()]
    preview = await redis.hgetall(keys.of(KeyKind.PREVIEW))
    opened["preview"] = codec.open(KeyKind.PREVIEW, b"value", preview[b"value"])
    opened["fields"] = {
        kind: await names(redis, keys.of(kind)) for kind in (KeyKind.HEAD, KeyKind.CARDS, KeyKind.PREVIEW)
    }
    opened["fields"]["event entry"] = sorted({name.decode() for entry in events for name in entry})
    return {name: value if name == "fields" else layout(value) for name, value in opened.items()}


async def names(redis: AsyncRedis, key: str) -> list[str]:
    """The fields of a hash, without the id before them."""
    return sorted({name.decode().rpartition("\0")[2] for name in await redis.hkeys(key)})


def layout(value: Any) -> Any:
    """The kinds of values in a value, whatever they are and however many."""
    if isinstance(value, dict):
        return {str(name): layout(each) for name, each in value.items()}
    if isinstance(value, list):
        inside = {json.dumps(layout(each), sort_keys=True): layout(each) for each in value}
        return [inside[text] for text in sorted(inside)]
    return type(value).__name__


def test_every_schema_there_was_has_its_layout() -> None:
    assert sorted(int(path.stem) for path in LAYOUTS.iterdir()) == list(range(1, SCHEMA + 1))


async def test_a_store_without_data_is_marked_and_opens_ever_after(redis: AsyncRedis) -> None:
    await check_schema(redis)
    await check_schema(redis)

    assert await redis.get(MARKER) == b"%d" % SCHEMA


@pytest.mark.parametrize("key", [MARKER, Keys("anna", "t1").of(KeyKind.HEAD)])
async def test_a_store_of_the_first_schema_opens_and_is_of_this_one_from_then_on(redis: AsyncRedis, key: str) -> None:
    await redis.set(key, 1)
    await check_schema(redis)

    assert await redis.get(MARKER) == b"%d" % SCHEMA


@pytest.mark.parametrize("key", [MARKER, "dayloom:{}:{{local/t1}}:head"])
@pytest.mark.parametrize(("schema", "error", "word"), [(0, Unreadable, "older"), (SCHEMA + 1, TooNew, "newer")])
async def test_a_store_of_another_schema_is_named_and_left_as_it_is(
    redis: AsyncRedis, key: str, schema: int, error: type[Unreadable], word: str
) -> None:
    await redis.set(key.format(schema), schema)
    with pytest.raises(error, match=rf"an? {word} dayloom \(store schema {schema}, this one reads {SCHEMA}\)"):
        await check_schema(redis)

    assert await redis.keys() == [key.format(schema).encode()]
