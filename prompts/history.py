"""Layers two and three: the archived words of closed loops, and the current loop in full."""

from __future__ import annotations

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from prompts.exchange import REFUSED
from prompts.fence import fence
from state.common import closed_line, split_history


def history(messages: list[AnyMessage]) -> list[AnyMessage]:
    """Return what the model is shown of a conversation: archive first, then the loop that is open."""
    archive, loop = split_history(messages)
    return [*_archived(archive), *(_shown(message) for message in loop)]


def words(messages: list[AnyMessage]) -> list[AnyMessage]:
    """Return the person's and the agent's words alone, without calls, observations and refused replies."""
    return [message for message in messages if isinstance(message, HumanMessage) or _spoken(message)]


def _spoken(message: AnyMessage) -> bool:
    return (
        isinstance(message, AIMessage)
        and bool(message.text)
        and not message.tool_calls
        and REFUSED not in message.additional_kwargs
    )


def _archived(messages: list[AnyMessage]) -> list[AnyMessage]:
    return [_with_line(message) for message in words(messages)]


def _with_line(message: AnyMessage) -> AnyMessage:
    line = closed_line(message)
    if line is None:
        return _bare(message)
    return AIMessage(f"{message.text}\n[closed: {line}]")


def _shown(message: AnyMessage) -> AnyMessage:
    if isinstance(message, ToolMessage):
        return ToolMessage(fence(message.text), tool_call_id=message.tool_call_id, name=message.name)
    if isinstance(message, AIMessage):
        return AIMessage(message.text, tool_calls=message.tool_calls)
    return _bare(message)


def _bare(message: AnyMessage) -> AnyMessage:
    return message.model_copy(update={"content": message.text, "additional_kwargs": {}, "id": None})
