"""Side requests of chat pages are recognised by what they tell a model to do, and answered in the shape they want.

The instructions are retold, each as one page sends it: what it asks for, in which form, and where the chat stands.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from dayloom.api.completions.card import card_text
from dayloom.api.completions.chat_request import ChatMessage
from dayloom.api.completions.side_request import find_side_request
from state.interrupt import Interrupt
from state.when import Locale

SAID, CARD = "Plan my thesis for next week", "Chapter 1: Mon 09:00"
ASKED = Interrupt.model_validate(
    {"id": "1", "kind": "reorder", "asker": "execute", "description": CARD, "state_version": 0, "digest": ""}
)


def open_webui(task: str, shape: str, answer: str = CARD, said: str = SAID) -> list[dict[str, Any]]:
    chat = f"<chat_history>\nUSER: {said}\nASSISTANT: {answer}\n</chat_history>"
    text = f"### Task:\n{task}\n### Output:\nJSON format: {shape}\n### Chat History:\n{chat}"
    return [{"role": "user", "content": text}]


OPEN_WEBUI = [
    ("Write a 3 to 5 word title for the chat.", '{ "title": "a title" }', {"title": SAID}),
    ("Find one to three broad tags for the chat.", '{ "tags": ["tag1", "tag2"] }', {"tags": []}),
    ("Suggest what the user might ask next.", '{ "follow_ups": ["Question 1?"] }', {"follow_ups": []}),
    ("Decide whether search queries are needed.", '{ "queries": ["query1"] }', {"queries": []}),
    ("Continue the text in `<text>`.", '{ "text": "<your_completion>" }', {"text": ""}),
    ("Describe an image for the chat.", '{ "prompt": "a description" }', {"prompt": ""}),
]
PLAIN = {
    "LibreChat": [
        {
            "role": "user",
            "content": "Give a concise title for the conversation, of 5 words or less. Only return the title.\n\n"
            f"Conversation:\nUser: {SAID}\nAI: {CARD}",
        }
    ],
    "LobeChat": [
        {"role": "system", "content": "You sum up conversations. Make a concise title.\n- Output ONLY the title text"},
        {"role": "user", "content": f"user: {SAID}\nassistant: {CARD}"},
    ],
    "LobeChat, newer": [
        {"role": "system", "content": "You sum up conversations in a concise title.\n- Output ONLY the title text"},
        {"role": "user", "content": f"<user>\n{SAID}\n</user>\n<assistant>\n{CARD}\n</assistant>"},
    ],
    "Chatbox": [
        {
            "role": "user",
            "content": "From the chat history, name this conversation. Just provide the name, nothing else.\n\n"
            f"```\nuser: {SAID}\n\n---------\n\nassistant: {CARD}\n```\n\nOnly give the name.",
        }
    ],
    "big-AGI": [
        {"role": "system", "content": "You make expressive, yet few-words chat titles."},
        {
            "role": "user",
            "content": "Read the short conversation and extract a concise chat title. Only respond with the title and "
            f"nothing else.\n\n```\n- You: {SAID}\n- Assistant: {CARD}\n```",
        },
    ],
    "NextChat": [
        {"role": "user", "content": SAID},
        {"role": "assistant", "content": CARD},
        {"role": "user", "content": "Write a four to five word title of our conversation without any punctuation."},
    ],
    "NextChat, Chinese": [
        {"role": "user", "content": SAID},
        {"role": "assistant", "content": CARD},
        {"role": "user", "content": "用四到五个字直接返回这句话的主题，不要标点。"},
    ],
}
PERSONS = [
    [{"role": "user", "content": "Plan my week"}],
    [{"role": "user", "content": "Put a chat with Ada on Friday, the title is Coffee"}],
    [{"role": "user", "content": "Only move the essay with the title Conversation analysis"}],
    [
        {"role": "system", "content": "You are a planner. Keep the conversation short."},
        {"role": "user", "content": "Plan my week"},
        {"role": "assistant", "content": CARD},
        {"role": "user", "content": "approve"},
    ],
    [{"role": "user", "content": '添加任务：读《对话录》，标题为"对话"'}],
]


def answer(messages: list[dict[str, Any]], schema: dict[str, Any] | None = None) -> str | None:
    found = find_side_request([ChatMessage.model_validate(each) for each in messages])
    return found.answer(schema) if found else None


@pytest.mark.parametrize(("task", "shape", "expected"), OPEN_WEBUI)
def test_open_webui_gets_the_object_it_asks_for(task: str, shape: str, expected: dict[str, Any]) -> None:
    assert json.loads(answer(open_webui(task, shape)) or "") == expected


@pytest.mark.parametrize("page", PLAIN)
def test_a_title_is_what_the_person_said_first(page: str) -> None:
    assert answer(PLAIN[page]) == SAID


@pytest.mark.parametrize("messages", PERSONS)
def test_what_a_person_says_is_no_side_request(messages: list[dict[str, Any]]) -> None:
    assert answer(messages) is None


@pytest.mark.parametrize(("locale", "replies"), [(Locale.EN, ["approve", "reject"]), (Locale.ZH, ["同意", "拒绝"])])
def test_follow_ups_of_an_open_card_are_the_answers_to_it(locale: Locale, replies: list[str]) -> None:
    asked = open_webui("Suggest what comes next.", '{ "follow_ups": [] }', card_text(ASKED, locale))

    assert json.loads(answer(asked) or "") == {"follow_ups": replies}


def test_a_title_is_short_and_in_the_words_of_the_person() -> None:
    long = open_webui("Write a title.", '{ "title": "" }', said="Please plan all the chapters of my thesis and the lab")
    chinese = open_webui("Write a title.", '{ "title": "" }', said="安排我的任务")

    assert json.loads(answer(long) or "") == {"title": "Please plan all the chapters of my…"}
    assert json.loads(answer(chinese) or "") == {"title": "安排我的任务"}


def test_a_schema_of_the_page_is_filled() -> None:
    schema = {"properties": {"title": {"type": "string"}, "language": {"type": "string"}}}

    assert json.loads(answer(PLAIN["LibreChat"], schema) or "") == {"title": SAID, "language": "English"}


def test_a_page_that_lets_a_model_choose_tools_is_told_of_none() -> None:
    asked = [
        {"role": "system", "content": 'Available Tools: []\nReturn {"tool_calls": []} when none fits.'},
        {"role": "user", "content": f'Query: History:\nUSER: """{SAID}"""\nQuery: {SAID}'},
    ]

    assert json.loads(answer(asked) or "") == {"tool_calls": []}
