"""The audit log: who approved what, and that a changed line is found."""

from __future__ import annotations

from typing import Any

import pytest
from durable import DONE, FINAL, OTHER, Person
from stage import THREAD

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys
from dayloom.stores.threads.audit import Chain, verify
from state.common import RunSettings

LOG = ThreadKeys(LOCAL_OWNER, THREAD).of(KeyKind.AUDIT)


def chained(*words: str) -> tuple[list[bytes], Chain]:
    newest, lines = Chain().extend([{"what": word} for word in words])
    return lines, newest


def test_a_chain_reads_back() -> None:
    lines, newest = chained("approve", "write", "end")

    assert [record["what"] for record in verify("t", lines, newest)] == ["approve", "write", "end"]
    assert Chain.read(bytes(newest)) == newest
    assert Chain.read(b"") == Chain()


@pytest.mark.parametrize(
    "stored", [b"x", b"1", b"1:", b"0:" + b"a" * 64, b"1:" + b"A" * 64, b"\xff:1", b" 1:" + b"a" * 64]
)
def test_an_end_that_was_not_written_here_is_told(stored: bytes) -> None:
    with pytest.raises(Damaged, match="Thread spoilt: what is noted as the end"):
        Chain.read(stored, "spoilt")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda lines: [lines[0].replace(b"approve", b"refused"), *lines[1:]], "line 2"),
        (lambda lines: [lines[1], lines[0], lines[2]], "line 1"),
        (lambda lines: [lines[0], lines[2]], "line 2"),
        (lambda lines: lines[:2], "the end"),
        (lambda lines: [*lines[:2], lines[2].replace(b"end", b"END")], "the end"),
        (lambda lines: [*lines, lines[2]], "line 4"),
        (lambda lines: [b"nonsense", *lines[1:]], "line 1"),
    ],
)
def test_a_changed_moved_or_missing_line_is_found(spoil: Any, why: str) -> None:
    lines, newest = chained("approve", "write", "end")
    with pytest.raises(Damaged, match=why):
        verify("t", spoil(lines), newest)


async def test_the_log_says_who_approved_what_and_what_came_of_it(redis: AsyncRedis) -> None:
    one = Person(redis, [OTHER, DONE, FINAL], by="ada")
    first = await one.asked()
    second = await one.answer("reject", message="too early")
    await one.answer("approve")
    records = await one.threads.audit(THREAD)

    assert [(each["what"], each["by"]) for each in records] == [
        ("write", "ada"),
        ("reject", "ada"),
        ("approve", "ada"),
        ("write", "ada"),
        ("end", "ada"),
    ]
    assert records[1]["card"] == first.interrupt.id
    assert records[2]["digest"] == records[3]["digest"] == second.interrupt.digest
    assert [each["n"] for each in records] == [1, 2, 3, 4, 5]


async def test_a_write_that_nobody_was_asked_about_names_the_policy(redis: AsyncRedis) -> None:
    one = Person(redis, [DONE, FINAL], settings=RunSettings(always_execute=True))
    await one.asked()

    assert [each.get("by_policy") for each in await one.threads.audit(THREAD) if each["what"] == "write"] == [
        "given",
        "always_execute",
    ]


async def test_a_cancellation_is_in_the_log(redis: AsyncRedis) -> None:
    one = Person(redis)
    await one.asked()
    await one.cancel()

    assert (await one.threads.audit(THREAD))[-1]["what"] == "cancel"


async def test_a_line_that_was_changed_on_the_server_is_found(redis: AsyncRedis) -> None:
    one = Person(redis, [DONE, FINAL])
    await one.asked()
    await one.answer("approve")
    line = await redis.lindex(LOG, 1)
    await redis.lset(LOG, 1, line.replace(b'"by":"local"', b'"by":"someone"'))

    with pytest.raises(Damaged, match="line 3 of the audit log"):
        await one.threads.audit(THREAD)
