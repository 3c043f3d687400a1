"""Over the token budget a message is shortened at most once, and the person's words never."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from prompts.budget import KEPT_WHOLE, shorten, tokens

LONG = "slot " * 400


def many() -> list[AnyMessage]:
    return [
        HumanMessage("keep this " * 100, id="h"),
        ToolMessage(LONG, tool_call_id="1", id="t1"),
        AIMessage(LONG, id="a1"),
        ToolMessage(LONG, tool_call_id="2", id="t2"),
        AIMessage("short", id="a2"),
    ]


def after(messages: list[AnyMessage], limit: int) -> list[AnyMessage]:
    new = {message.id: message for message in shorten(messages, limit)}
    return [new.get(message.id, message) for message in messages]


def test_within_the_budget_nothing_is_shortened() -> None:
    assert shorten(many(), 100_000) == []


def test_the_oldest_is_shortened_first_and_only_as_much_as_needed() -> None:
    total = sum(tokens(message.text) for message in many())

    assert [message.id for message in shorten(many(), total - 10)] == ["t1"]


def test_the_persons_words_are_kept_word_for_word() -> None:
    assert after(many(), 1)[0].text == many()[0].text


def test_a_message_is_shortened_at_most_once() -> None:
    assert shorten(after(many(), 1), 1) == []


def test_a_shortened_answer_keeps_its_call() -> None:
    assert after(many(), 1)[1].tool_call_id == "1"


@given(st.lists(st.text(max_size=600), max_size=12), st.integers(1, 500))
def test_the_newest_stay_whole(texts: list[str], limit: int) -> None:
    messages: list[AnyMessage] = [AIMessage(text, id=str(number)) for number, text in enumerate(texts)]
    kept = after(messages, limit)

    assert kept[-KEPT_WHOLE:] == messages[-KEPT_WHOLE:]


def test_chinese_counts_a_token_a_character() -> None:
    assert tokens("安排我的一周") == 6
