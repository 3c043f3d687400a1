"""Side requests: what a chat page asks behind the person's back, such as a title, tags or follow-ups for its chat.

Pages send them to the model of the chat, as one more conversation. They are recognised by what they tell the model to
do, and answered from the words of the chat alone: in no thread, by no run, in no workspace, at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from dayloom.api.completions.card import short_replies
from dayloom.api.completions.chat_request import ChatMessage
from prompts.wording import locale_of
from state.when import Locale

_HISTORY: Final = re.compile(r"<chat_history>(.*?)</chat_history>", re.DOTALL)
"""Where Open WebUI puts the chat into each of its side requests."""
_TITLE: Final = re.compile(r"\b(?:title|titles|name)\b|标题|主题", re.IGNORECASE)
_OF_A_CHAT: Final = re.compile(r"\b(?:conversation|chat|dialogue|discussion)s?\b|会话|对话|聊天|这句话", re.IGNORECASE)
_SHORT: Final = re.compile(
    r"\bonly\b|\bjust\b|nothing else|\bmax(?:imum)?\b|or[ -](?:less|fewer)|within \d|without any|以内|字|直接返回",
    re.IGNORECASE,
)
_PERSON: Final = re.compile(
    r"(?:^[\s>|*-]*(?:user|you|human|用户)\s*[:：]|<user>)\s*[\"“]?([^\n<\"”]+)", re.IGNORECASE | re.MULTILINE
)
_AGENT: Final = re.compile(
    r"(?:^[\s>|*-]*(?:assistant|ai|response|助手)\s*[:：]|<assistant>)", re.IGNORECASE | re.MULTILINE
)
_KEY: Final = re.compile(r'"(title|tags|follow_ups|queries|text|prompt|tool_calls)"')
_EMOJI: Final = re.compile(r"through a fitting emoji", re.IGNORECASE)
_INSTRUCTIONS: Final = 1500
"""Characters at either end of a message in which it says what it is for."""
_LONGEST_TITLE: Final = {Locale.EN: 40, Locale.ZH: 16}
_UNTITLED: Final = {Locale.EN: "Planning", Locale.ZH: "日程安排"}

Value: TypeAlias = str | list[Any]


@dataclass(frozen=True)
class SideRequest:
    """One side request: the words of the chat it is about, and the member of the JSON it wants; None for plain text."""

    chat: str
    first_words: str
    member: str | None = None

    def answer(self, schema: Mapping[str, Any] | None = None) -> str:
        """Return the answer: plain text, or an object; `schema` is the one the request wants it to fit."""
        members = list((schema or {}).get("properties") or ([self.member] if self.member else []))
        if not members:
            return self.title
        return json.dumps({member: self._value(member) for member in members}, ensure_ascii=False)

    @property
    def title(self) -> str:
        """What the person said first, cut to the length of a title."""
        words = " ".join(self.first_words.split()).strip(" .。!！?？\"'")
        locale = locale_of(words)
        longest = _LONGEST_TITLE[locale]
        if len(words) > longest:
            cut = words[:longest]
            words = f"{cut.rpartition(' ')[0] or cut}…"
        return words or _UNTITLED[locale_of(self.chat)]

    def _value(self, member: str) -> Value:
        make = _VALUES.get(member)
        return make(self) if make else ""


def find_side_request(messages: Sequence[ChatMessage]) -> SideRequest | None:
    """Return the side request that these messages are; None when a person speaks."""
    last = messages[-1].text
    told = [message.text for message in messages if message.role in ("system", "developer")]
    instructions = "\n".join(each[:_INSTRUCTIONS] for each in told) + "\n" + _ends_of(last)
    if found := _HISTORY.search(last):
        member = _KEY.search(last[: found.start()] + last[found.end() :])
        return SideRequest(found[1], _first_words(found[1]), member[1] if member else None)
    if any(each.startswith("Available Tools:") and '"tool_calls"' in each for each in told):
        return SideRequest(last, _first_words(last), "tool_calls")
    if _EMOJI.search(last[:_INSTRUCTIONS]):
        return SideRequest(last, "🗓️")
    return _find_title_request(messages, instructions) if _wants_title(instructions) else None


def _wants_title(instructions: str) -> bool:
    return all(each.search(instructions) for each in (_TITLE, _OF_A_CHAT, _SHORT))


def _find_title_request(messages: Sequence[ChatMessage], instructions: str) -> SideRequest | None:
    """Return the request for a title when the chat stands in the last message, or else before it."""
    last = messages[-1].text
    member = "title" if '"title"' in instructions else None
    if _PERSON.search(last) and _AGENT.search(last):
        return SideRequest(last, _first_words(last), member)
    chat = [message for message in messages[:-1] if message.role in ("user", "assistant")]
    if any(message.role == "assistant" for message in chat) and _wants_title(last[:_INSTRUCTIONS]):
        words = next((message.text for message in chat if message.role == "user"), "")
        return SideRequest(words, words, member)
    return None


def _ends_of(text: str) -> str:
    return text if len(text) < 2 * _INSTRUCTIONS else f"{text[:_INSTRUCTIONS]}\n{text[-_INSTRUCTIONS:]}"


def _first_words(chat: str) -> str:
    found = _PERSON.search(chat)
    return found[1].strip() if found else ""


def _follow_ups(asked: SideRequest) -> list[str]:
    """Return what can be said to the card that is open, and nothing where none is."""
    *_, said = re.split(_AGENT, asked.chat)
    return [] if _PERSON.search(said) else list(short_replies(said))


_VALUES: Final[Mapping[str, Callable[[SideRequest], Value]]] = {
    "title": lambda asked: asked.title,
    "description": lambda asked: asked.title,
    "language": lambda asked: {Locale.EN: "English", Locale.ZH: "Chinese"}[locale_of(asked.first_words)],
    "follow_ups": _follow_ups,
    "tags": lambda asked: [],
    "queries": lambda asked: [],
    "tool_calls": lambda asked: [],
}
"""What each member holds: no tags, searches or calls are better than made up ones."""
