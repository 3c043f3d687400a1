"""`speak` read out of JSON that is still being written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dayloom.llm.chat_completions.answer import Letters
from dayloom.llm.speak import Speech, SpokenField
from state.events import Event, EventType

WORDS = st.text(alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('"\\\n😀é{}[]')))
DECISIONS = st.fixed_dictionaries({"action": st.just("ask_user")}, optional={"reason": WORDS, "goal_check": WORDS})


def heard(pieces: list[str], end: str) -> list[Event]:
    events: list[Event] = []
    listener = SpokenField(Speech(events.append))
    for piece in pieces:
        listener.hear(piece)
    listener.end(end)
    return events


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """Draw what is said, the JSON around it, and the pieces that JSON arrives in."""
    speak = draw(WORDS)
    fields = [*draw(DECISIONS).items(), ("speak", speak)]
    text = json.dumps(dict(draw(st.permutations(fields))), ensure_ascii=draw(st.booleans()))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)))))
    return speak, text, [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@settings(deadline=None)
@given(answers())
def test_however_the_answer_is_cut_the_pieces_are_what_is_said(answer: tuple[str, str, list[str]]) -> None:
    speak, text, pieces = answer
    events = heard(pieces, text)

    assert "".join(event.data["text"] for event in events) == speak
    assert {event.type for event in events} <= {EventType.MESSAGE_DELTA}
    assert all(event.data["text"].encode() for event in events)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab\ud83d\ude00\udbff\udc00é😀")), st.data())
def test_letters_cut_anywhere_are_whole(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    letters = Letters()
    shown = "".join(letters.add(text[a:b]) for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True))

    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert letters.text() == whole
    assert whole.startswith(shown)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from('{}[]":,\\u d8speak\n😀0')), st.integers(1, 5))
def test_no_text_makes_the_listener_stumble(text: str, size: int) -> None:
    heard([text[at : at + size] for at in range(0, len(text), size)], text)


def test_each_character_is_shown_as_soon_as_it_is_whole() -> None:
    pieces = ['{"speak": "a', "\\", "u00e9", "b\\ud83d", "\\ude", "00c", '", "action": "done"}']
    events = heard(pieces, "".join(pieces))

    assert [event.data["text"] for event in events] == ["a", "é", "b", "😀c"]


@pytest.mark.parametrize("text", ['{"speak": 3}', '{"speak": null}', '{"speak": {"text": "a"}}', '["speak"]', "3", ""])
def test_what_is_not_text_is_not_said(text: str) -> None:
    assert heard([text], text) == []


def test_words_that_change_their_beginning_are_said_again() -> None:
    events = heard(['{"speak": "first", "speak": ', '"second"}'], '{"speak": "second"}')

    assert [(event.type, event.data.get("text")) for event in events] == [
        (EventType.MESSAGE_DELTA, "first"),
        (EventType.MESSAGE_RETRACTED, None),
        (EventType.MESSAGE_DELTA, "second"),
    ]
