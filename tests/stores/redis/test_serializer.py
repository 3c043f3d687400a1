"""What goes into a checkpoint comes back as data, and nothing in it runs."""

from __future__ import annotations

import io
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import ormsgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.load import dumpd
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langchain_core.messages.ai import UsageMetadata
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.serde.types import _DeltaSnapshot
from langgraph.types import Interrupt, Overwrite, Send, TimeoutPolicy
from pydantic import BaseModel, TypeAdapter, computed_field

from dayloom.stores.redis.errors import Damaged, UnsupportedValue
from dayloom.stores.redis.serializer import TYPE, DataSerializer
from state.common import CommonState

SERDE = DataSerializer()
USAGE = UsageMetadata(input_tokens=1, output_tokens=2, total_tokens=3)


class Mood(StrEnum):
    CALM = "calm"


class Inner(BaseModel, frozen=True, extra="forbid"):
    on: date
    span: tuple[int, int]


class Outer(BaseModel, frozen=True, extra="forbid"):
    mood: Mood
    inner: tuple[Inner, ...]
    by_id: dict[int, str]
    tags: frozenset[str] = frozenset({"a", "b"})
    raw: bytes = b"\xff\x00"

    @computed_field
    @property
    def total(self) -> int:
        return 3


@dataclass(frozen=True)
class Pair:
    left: int
    right: Mood


def back(value: Any) -> Any:
    return SERDE.loads_typed(SERDE.dumps_typed(value))


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_plain_data_comes_back_equal(value: Any) -> None:
    assert back(value) == value


@given(st.binary(max_size=200))
def test_any_bytes_load_as_data_or_are_refused(body: bytes) -> None:
    with suppress(Damaged):
        SERDE.loads_typed((TYPE, body))


def test_a_model_comes_back_as_data_that_validates_to_the_same_model() -> None:
    model = Outer(mood=Mood.CALM, inner=(Inner(on=date(2026, 11, 23), span=(1, 2)),), by_id={7: "seven"})

    stored = back({"model": model})["model"]

    assert type(stored) is dict
    assert Outer.model_validate(stored) == model


@pytest.mark.parametrize(
    "message",
    [
        HumanMessage("Plan my week", id="1"),
        AIMessage(
            "",
            id="2",
            tool_calls=[{"name": "place", "args": {"task_id": 3}, "id": "c"}],
            usage_metadata=USAGE,
        ),
        ToolMessage("Placed.", tool_call_id="c", name="place", id="3", artifact={"day": 2}),
    ],
)
def test_a_message_comes_back_as_data_that_validates_to_the_same_message(message: AnyMessage) -> None:
    stored = back([message])

    assert type(stored[0]) is dict
    assert TypeAdapter(list[AnyMessage]).validate_python(stored) == [message]


def test_the_state_of_the_graph_comes_back_equal() -> None:
    messages = [HumanMessage("Plan", id="1"), AIMessage("Done.", id="2", usage_metadata=USAGE)]
    state = CommonState(messages=messages, started_at=datetime(2026, 11, 23, tzinfo=UTC))

    stored = {name: back(getattr(state, name)) for name in CommonState.model_fields}

    assert CommonState.model_validate(stored) == state


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ((1, (2, 3)), [1, [2, 3]]),
        (Mood.CALM, "calm"),
        (Pair(1, Mood.CALM), {"left": 1, "right": "calm"}),
        (date(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 23, 8, tzinfo=timezone(timedelta(hours=1))), "2026-11-23T08:00:00+01:00"),
        (timedelta(minutes=1), 60.0),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (ValueError("no"), "ValueError('no')"),
        (b"\x00\xff", b"\x00\xff"),
        ({(1, 2): "tuple key", 3: "number"}, {(1, 2): "tuple key", 3: "number"}),
    ],
)
def test_other_types_come_back_as_their_plain_form(value: Any, stored: Any) -> None:
    assert back(value) == stored


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        Interrupt({"question": "Which day?"}, id="abc", response_schema={"type": "object"}),
        Send("execute", {"task": 3}),
        Send("execute", [1], timeout=TimeoutPolicy(run_timeout=2.0)),
        _DeltaSnapshot([1, 2]),
        Overwrite(["b"]),
        [Interrupt("a", id="1"), {"deep": {Send("n", 1)}}],
    ],
)
def test_what_langgraph_needs_comes_back_as_itself(value: Any) -> None:
    assert back(value) == value


@pytest.mark.parametrize(
    ("value", "name"),
    [(object(), ": object"), ({"f": print}, "builtin_function_or_method"), (2**70, "64-bit"), ("\ud800", "surrog")],
)
def test_what_has_no_plain_form_is_refused_by_name_when_written(value: Any, name: str) -> None:
    with pytest.raises(UnsupportedValue, match=name):
        SERDE.dumps_typed(value)


def test_a_structure_that_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)

    with pytest.raises(UnsupportedValue):
        SERDE.dumps_typed(loop)


FORBIDDEN = ("import", "exec", "compile", "open", "os.", "subprocess.", "pickle.", "marshal.", "ctypes.", "socket.")
watching: list[str] | None = None


def watch(event: str, _: Any) -> None:
    if watching is not None and event.startswith(FORBIDDEN):
        watching.append(event)


sys.addaudithook(watch)


@contextmanager
def nothing_runs() -> Iterator[None]:
    """Fail when anything was imported, executed or opened meanwhile."""
    global watching  # noqa: PLW0603 an audit hook cannot be removed, only told to look away
    watching = seen = []
    try:
        yield
    finally:
        watching = None
    assert seen == []


class Exploit:
    def __reduce__(self) -> Any:
        return (os.system, ("true",))


def lc_constructor() -> bytes:
    return ormsgpack.packb({"lc": 1, "type": "constructor", "id": ["os", "system"], "kwargs": {"command": "true"}})


HOSTILE = {
    "pickle": pickle.dumps(Exploit()),
    "pickle-0": pickle.dumps(Exploit(), protocol=0),
    "langgraph-constructor": ormsgpack.packb(ormsgpack.Ext(0, ormsgpack.packb(("os", "system", "true")))),
    "langgraph-pydantic": ormsgpack.packb(ormsgpack.Ext(5, ormsgpack.packb(("os", "system", {}, "x")))),
    "langgraph-method": JsonPlusSerializer().dumps_typed(datetime(2026, 1, 1))[1],
    "langchain-constructor": lc_constructor(),
    "langchain-message": ormsgpack.packb(dumpd(HumanMessage("hi"))),
    "unknown-extension": ormsgpack.packb([ormsgpack.Ext(99, b"")]),
    "tag-with-wrong-content": ormsgpack.packb(ormsgpack.Ext(66, ormsgpack.packb("three"))),
    "tag-in-tag": ormsgpack.packb(ormsgpack.Ext(65, ormsgpack.packb([ormsgpack.Ext(0, b"x")]))),
    "huge-array": b"\xdd\xff\xff\xff\xff",
    "deep": b"\x91" * 100_000,
    "numpy": ormsgpack.packb(ormsgpack.Ext(6, ormsgpack.packb(("<O", [1], "C", b"x")))),
    "empty": b"",
}


def inert(value: Any) -> bool:
    match value:
        case dict():
            return all(inert(key) and inert(each) for key, each in value.items())
        case list() | set() | tuple():
            return all(inert(each) for each in value)
        case _:
            return isinstance(value, (str, bytes, int, float, bool, type(None)))


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("tag", [TYPE, "pickle", "msgpack", "json"])
def test_hostile_bytes_are_inert_or_refused_and_run_nothing(tag: str, body: bytes) -> None:
    loaded: Any = None
    with nothing_runs(), suppress(Damaged):
        loaded = SERDE.loads_typed((tag, body))

    assert inert(loaded)


def test_the_watch_sees_what_it_must() -> None:
    with pytest.raises(AssertionError), nothing_runs():
        pickle.load(io.BytesIO(pickle.dumps(Exploit())))
