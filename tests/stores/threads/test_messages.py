"""Messages come out of the store as LangChain would have made them, and what it would refuse is left to it."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from pydantic import TypeAdapter

from dayloom.stores.redis.serializer import DataSerializer
from dayloom.stores.threads.messages import revive_message
from state.common import CLOSED

MESSAGES = TypeAdapter[Any](AnyMessage)
CALL = {"name": "place", "args": {"day": 2}, "id": "1"}
WORDS = [
    HumanMessage("Plan my week", id="1"),
    HumanMessage("", name="ada"),
    AIMessage("Done.", id="2", additional_kwargs={CLOSED: "completed"}),
    AIMessage("Hm.", response_metadata={"model": "x"}),
]
OTHERS = [
    AIMessage("", tool_calls=[CALL]),
    AIMessage("Used up.", usage_metadata={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}),
    HumanMessage([{"type": "text", "text": "in parts"}]),
    ToolMessage("No place.", tool_call_id="1"),
    SystemMessage("Be brief."),
]


def stored(message: AnyMessage) -> Any:
    serde = DataSerializer()
    return serde.loads_typed(serde.dumps_typed(message))


@pytest.mark.parametrize("message", WORDS)
def test_words_are_the_same_as_when_langchain_reads_them(message: AnyMessage) -> None:
    plain = stored(message)
    made, wanted = revive_message(plain), MESSAGES.validate_python(plain)

    assert made == wanted == message
    assert (type(made), made.__getstate__()) == (type(wanted), wanted.__getstate__())
    assert made.model_copy(update={"content": "other"}).text == "other"


@pytest.mark.parametrize("message", OTHERS)
def test_anything_but_words_is_left_to_langchain(message: AnyMessage) -> None:
    plain = stored(message)

    assert revive_message(plain) is plain


@pytest.mark.parametrize(
    "change",
    [
        {"type": "robot"},
        {"type": []},
        {"content": None},
        {"content": 3},
        {"id": 7},
        {"additional_kwargs": []},
        {"tool_calls": [CALL]},
        {"usage_metadata": {}},
        {"more": 1},
    ],
)
@pytest.mark.parametrize("message", WORDS)
def test_what_does_not_fit_is_left_to_langchain(message: AnyMessage, change: dict[str, Any]) -> None:
    plain = {**stored(message), **change}
    assert revive_message(plain) is plain

    short = stored(message)
    del short[next(iter(short))]
    assert revive_message(short) is short


@pytest.mark.parametrize("plain", [None, "words", 3, [], {}, {1: 2}])
def test_what_is_no_message_is_left_to_langchain(plain: Any) -> None:
    assert revive_message(plain) is plain
