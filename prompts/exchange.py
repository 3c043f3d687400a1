"""A call of a tool and its answer as a pair of messages, which providers take only together."""

from __future__ import annotations

from typing import Any, Final

from langchain_core.messages import AIMessage, AnyMessage, SystemMessage, ToolMessage

from state.errors import Correctable
from state.tool import ToolCall

REFUSED: Final = "dayloom_refused"
"""Marks, in `additional_kwargs`, a reply of the model that was corrected: it is no word of the agent."""

OF_CARD: Final = "dayloom_of_card"
"""Marks, in `additional_kwargs`, words that only tell what the card behind them shows."""


def tool_exchange(call: ToolCall, call_id: str, told: str, artifact: dict[str, Any] | None = None) -> list[AnyMessage]:
    """Return the call and its answer, tied together by the call id."""
    asked = AIMessage("", tool_calls=[{"name": call.name, "args": call.arguments, "id": call_id}])
    return [asked, ToolMessage(told, tool_call_id=call_id, name=call.name, artifact=artifact)]


def correction(reply: str, wrong: Correctable) -> list[AnyMessage]:
    """Return what the model said and what was wrong with it."""
    said = AIMessage(reply or "(empty reply)", additional_kwargs={REFUSED: True})
    return [said, SystemMessage(f"Refused: {wrong.complaint}. {wrong.hint}")]
