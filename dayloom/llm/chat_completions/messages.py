"""Messages as Chat Completions wants them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AnyMessage, convert_to_openai_messages


def chat_messages(messages: Sequence[AnyMessage]) -> list[dict[str, Any]]:
    """Return the messages as plain objects.

    Raises ValueError when a tool message has no call before it, or a call no tool message after it: strict providers
    refuse such a list, so whoever wrote the prompt has a mistake to mend.
    """
    plain: list[dict[str, Any]] = [_strict(message) for message in convert_to_openai_messages(list(messages))]
    _check_pairs(plain)
    return plain


def without_system(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the messages with the leading system message at the beginning of the first of the user's."""
    head, *rest = messages
    if head["role"] != "system" or not rest or rest[0]["role"] != "user":
        return [*messages]
    return [{**rest[0], "content": f"{head['content']}\n\n{rest[0]['content']}"}, *rest[1:]]


def _strict(message: dict[str, Any]) -> dict[str, Any]:
    if message["role"] == "tool":
        return {key: message[key] for key in ("role", "tool_call_id", "content")}
    return message


def _check_pairs(messages: list[dict[str, Any]]) -> None:
    unanswered: list[str] = []
    end: dict[str, Any] = {"role": "end"}
    for message in [*messages, end]:
        if message["role"] == "tool":
            if message["tool_call_id"] not in unanswered:
                raise ValueError(f"the tool message {message['tool_call_id']} has no call before it")
            unanswered.remove(message["tool_call_id"])
            continue
        if unanswered:
            raise ValueError(f"the tool call {unanswered[0]} has no tool message after it")
        calls: list[dict[str, Any]] = message.get("tool_calls") or []
        unanswered = [call["id"] for call in calls]
