"""What a script with named arguments promises."""

from __future__ import annotations

import pytest
from redis.exceptions import ResponseError

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys
from dayloom.stores.redis.round_trips import NamedScript, send
from state.errors import StoreUnavailable

KEYS = ThreadKeys(LOCAL_OWNER, "t1")
NAMES = {"keys": (KeyKind.HEAD, KeyKind.RUNS), "arguments": ("one", "other"), "lists": ("few", "none", "many")}
GIVEN = {"many": [b"\0\xff"] * 9_000, "none": [], "few": ["a", 2], "other": b"\xffother", "one": 1}


async def test_names_find_their_arguments_in_whatever_order_they_are_given(redis: AsyncRedis) -> None:
    script = NamedScript("return {HEAD, RUNS, one, other, few, #none, #many, many[9000]}", **NAMES)

    found = await send(redis, script.on(KEYS, GIVEN))

    names = [KEYS.of(KeyKind.HEAD).encode(), KEYS.of(KeyKind.RUNS).encode()]
    assert found == [*names, b"1", b"\xffother", [b"a", b"2"], 0, 9_000, b"\0\xff"]


@pytest.mark.parametrize("given", [{**GIVEN, "third": 3}, {name: GIVEN[name] for name in GIVEN if name != "one"}])
def test_a_missing_or_unknown_argument_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="the script takes one, other, few, none, many"):
        NamedScript("return one", **NAMES).on(KEYS, given)


async def test_a_name_the_script_does_not_declare_fails(redis: AsyncRedis) -> None:
    with pytest.raises(StoreUnavailable) as failed:
        await send(redis, NamedScript("return third", **NAMES).on(KEYS, GIVEN))

    assert isinstance(failed.value.__cause__, ResponseError)
