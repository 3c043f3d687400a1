"""What tests of the Agent Server share: a server, its SDK, and the words of a conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

from langgraph_sdk.client import LangGraphClient, get_client
from shell import place

__all__ = ["ALL_MODES", "ASSISTANT", "DELIVERED", "MODES", "SCRIPT", "WEEK"]
__all__ += ["collected", "events", "get_client", "place", "said", "settled"]

ASSISTANT: Final = "dayloom"
MODES: Final = ["values", "updates", "messages-tuple", "custom", "events"]
ALL_MODES: Final = [*MODES, "tasks", "checkpoints", "debug", "tools", "lifecycle"]

WEEK: Final = {
    "timezone": "Europe/Berlin",
    "window": {"start": "2026-11-23", "days": 7, "allow_past": True},
    "grid": [{"slot": slot, "start": f"{7 + slot:02}:00", "end": f"{7 + slot:02}:45"} for slot in range(1, 13)],
    "tasks": [{"id": 1, "title": "Essay", "duration": 2}, {"id": 2, "title": "Report", "duration": 1}],
}
EXECUTE: Final = {"action": "execute", "speak": "On it."}
REPLY: Final = {"action": "reply", "speak": "Tuesday."}
DONE: Final = {"action": "done", "goal_check": "placed"}
DELIVERED: Final = "Your essay is on Tuesday."
SCRIPT: Final = [EXECUTE, place(1, 2, 5), DONE, DELIVERED]
"""A turn with one card, and the rest of it after the card was approved."""
APPROVE: Final = {"resume": {"decisions": [{"type": "approve"}]}}


def said(text: str, **more: Any) -> dict[str, Any]:
    """Return the input of a turn."""
    return {"messages": [{"role": "user", "content": text}], **more}


async def collected(parts: AsyncIterator[Any]) -> list[Any]:
    """Return a whole stream."""
    return [part async for part in parts]


def events(parts: Iterable[Any], name: str) -> list[Any]:
    """Return the data of the parts of this name."""
    return [part.data for part in parts if part.event == name]


async def settled(client: LangGraphClient, thread: str, run: str) -> str:
    """Wait for the end of a run and return how it stands."""
    await client.runs.join(thread, run)
    return (await client.runs.get(thread, run))["status"]
