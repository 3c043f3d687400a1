"""Layers two and three: the archived words of closed loops, and the current loop in full, as turns that alternate.

Chat templates take one leading system message, then user and assistant by turns; so whatever is no word of the person's
stands in the user's turns as data, and every reply of the model is one assistant turn.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage

from prompts.exchange import OF_CARD, REFUSED
from prompts.fence import fence
from state.common import closed_line, split_history
from state.tool import Effect, ToolSpec


def history(
    messages: list[AnyMessage], catalogue: tuple[ToolSpec, ...], *, opening: str, ending: str
) -> list[AnyMessage]:
    """Return what the model is shown of a conversation: archive first, then the loop that is open.

    `opening` stands behind the words that opened the loop, where it stays the same from one request to the next;
    `ending` behind everything. The first turn and the last one are the user's.
    """
    archive, loop = split_history([message for message in messages if OF_CARD not in message.additional_kwargs])
    heard = next((at for at, message in enumerate(loop) if not isinstance(message, HumanMessage)), len(loop))
    return _alternating(
        [
            *_archive(archive),
            *loop[:heard],
            HumanMessage(opening),
            *_replies(loop[heard:], catalogue),
            HumanMessage(ending),
        ]
    )


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


def _alternating(messages: Iterable[AnyMessage]) -> list[AnyMessage]:
    """Return one message for each run of messages by the same side, beginning with the user's."""
    runs = [
        (ai, "\n\n".join(message.text for message in run))
        for ai, run in groupby(messages, key=lambda message: isinstance(message, AIMessage))
    ]
    return [AIMessage(text) if ai else HumanMessage(text) for ai, text in runs[1 if runs[0][0] else 0 :]]


def _archive(messages: list[AnyMessage]) -> Iterator[AnyMessage]:
    for message in words(messages):
        line = closed_line(message)
        yield message if line is None else AIMessage(f"{message.text}\n[closed: {line}]")


def _replies(loop: list[AnyMessage], catalogue: tuple[ToolSpec, ...]) -> Iterator[AnyMessage]:
    """Yield the decisions of a loop as the model wrote them, or would have, and what it was told in turn."""
    reads = frozenset(spec.name for spec in catalogue if spec.effect is Effect.READ)
    said: list[AIMessage] = []
    for message in loop:
        if isinstance(message, AIMessage) and REFUSED not in message.additional_kwargs:
            said.append(message)
            continue
        if said:
            yield _decision(said, reads, asking=isinstance(message, HumanMessage))
            said = []
        yield _show(message)
    if said:
        yield _decision(said, reads, asking=False)


def _decision(said: list[AIMessage], reads: frozenset[str], *, asking: bool) -> AIMessage:
    calls = [{"name": call["name"], "arguments": call["args"]} for message in said for call in message.tool_calls]
    decided: dict[str, Any] = {"action": "ask_user" if asking else "continue"}
    if calls and all(call["name"] in reads for call in calls):
        decided = {"action": "continue", "tool_calls": calls}
    elif calls:
        decided = {"action": "confirm", "tool_call": calls[-1]}
    spoken = "\n".join(message.text for message in said if message.text)
    return AIMessage(json.dumps({**decided, "speak": spoken}, ensure_ascii=False, separators=(",", ":")))


def _show(message: AnyMessage) -> AnyMessage:
    if isinstance(message, ToolMessage):
        return HumanMessage(fence(f"{message.name}: {message.text}"))
    if isinstance(message, SystemMessage):
        return HumanMessage(fence(message.text))
    return message
