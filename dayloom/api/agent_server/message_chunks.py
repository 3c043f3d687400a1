"""The agent's messages as they are streamed: chunks of one message share one id, a retracted one is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, ToolMessage

from dayloom.api.agent_server.state_json import message_json, removal
from state.events import EventType
from state.ids import RunId


@dataclass
class MessageChunks:
    """Translates events into message chunks; holds the message being said and the open tool calls."""

    run: RunId
    id: str | None = None
    text: str = ""
    calls: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    def translate(self, index: int, type: EventType, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the messages, or pieces of one, that an event says."""
        match type:
            case EventType.MESSAGE_DELTA:
                return [self._add(self._id(index, data), data.get("text", ""))]
            case EventType.MESSAGE:
                return self._finish(self._id(index, data), data.get("text", ""))
            case EventType.MESSAGE_RETRACTED:
                return self._retract()
            case EventType.TOOL_STARTED:
                self.calls[data.get("call_id", "")] = data
                return []
            case EventType.TOOL_COMPLETED | EventType.TOOL_BLOCKED:
                return self._exchange(data)
            case _:
                return []

    def _id(self, index: int, data: Mapping[str, Any]) -> str:
        """Return the id of a message: the log names it; one that was cut off keeps its own."""
        return f"{self.run}-{data.get('message') or index}"

    def _add(self, id: str, text: str) -> dict[str, Any]:
        if self.id != id:
            self.id, self.text = id, ""
        self.text += text
        return _chunk(id, text)

    def _finish(self, new: str, text: str) -> list[dict[str, Any]]:
        """End the message that was being said; one that turned out otherwise is said anew."""
        id, said = self.id, self.text
        self.id, self.text = None, ""
        if id is not None and text.startswith(said):
            return [_chunk(id, text[len(said) :], last=True)]
        if id is not None and said.strip() == text.strip():
            return [_chunk(id, "", last=True)]
        taken_back = [removal(id)] if id is not None else []
        return [*taken_back, _chunk(new if new != id else f"{new}-again", text, last=True)]

    def _retract(self) -> list[dict[str, Any]]:
        id, self.id, self.text = self.id, None, ""
        return [removal(id)] if id is not None else []

    def _exchange(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        call_id = data.get("call_id", "")
        begun = self.calls.pop(call_id, {})
        call = {"name": data.get("name", ""), "args": begun.get("arguments", {}), "id": call_id}
        asked = AIMessage("", id=f"{self.run}-{call_id}-call", tool_calls=[call])
        told = ToolMessage(
            data.get("text", ""), id=f"{self.run}-{call_id}", tool_call_id=call_id, name=data.get("name", "")
        )
        return [message_json(asked), message_json(told)]


def _chunk(id: str, text: str, *, last: bool = False) -> dict[str, Any]:
    return AIMessageChunk(content=text, id=id, chunk_position="last" if last else None).model_dump(mode="json")


def whole_message(chunk: dict[str, Any], before: str) -> dict[str, Any]:
    """Return a piece as the whole message it makes with what was said before it."""
    if chunk["type"] != "AIMessageChunk":
        return chunk
    return AIMessage(before + chunk["content"], id=chunk["id"]).model_dump(mode="json")
