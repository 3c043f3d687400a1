"""A model pointed at a scripted server, with short limits, and everything it emits and waits for written down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from doubles import ScriptedModelServer
from langchain_core.messages import AnyMessage, HumanMessage, SystemMessage

from dayloom.llm import OpenAIChatModel
from dayloom.llm.limits import Limits
from state.common import CommonState
from state.decision import EXECUTE_FORMAT, ResponseFormat
from state.events import Event, EventType
from state.prompt import ModelReply, Prompt

KEY = "sk-canary-0123456789"
SOME_MESSAGES: tuple[AnyMessage, ...] = (SystemMessage("You plan weeks."), HumanMessage("Plan my week."))


@dataclass
class Desk:
    """One model and what was seen of it: `waits` between attempts, `events` emitted."""

    model: OpenAIChatModel
    waits: list[float]
    events: list[Event] = field(default_factory=list)

    async def decide(self, wanted: ResponseFormat | None = EXECUTE_FORMAT, messages: Any = SOME_MESSAGES) -> ModelReply:
        """Ask for a decision; None asks for plain text."""
        return await self.model.reply(Prompt(tuple(messages), wanted, CommonState()), self.events.append)

    async def tell(self) -> ModelReply:
        """Ask for plain text."""
        return await self.decide(None)

    @property
    def shown(self) -> str:
        """What the person sees in the end."""
        text = ""
        for event in self.events:
            if event.type is EventType.MESSAGE_DELTA:
                text += event.data["text"]
            if event.type is EventType.MESSAGE_RETRACTED:
                text = ""
        return text

    def of(self, kind: EventType) -> list[Event]:
        """The events of one type."""
        return [event for event in self.events if event.type is kind]


Seat = Callable[..., Desk]


@pytest.fixture
async def seat() -> AsyncIterator[Seat]:
    """Build desks; `limits` are changes to short ones, waits are written down instead of waited."""
    models: list[OpenAIChatModel] = []

    def build(server: ScriptedModelServer | str, *, fallbacks: tuple[str, ...] = (), **limits: Any) -> Desk:
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        model = OpenAIChatModel(
            model="first",
            api_key=KEY,
            base_url=server if isinstance(server, str) else server.base_url,
            fallback_models=fallbacks,
            limits=replace(Limits(), **limits),
            sleep=sleep,
        )
        models.append(model)
        return Desk(model, waits)

    yield build
    for model in models:
        await close(model)


def close(model: OpenAIChatModel) -> Awaitable[None]:
    """Close a model's connections."""
    return model.aclose()
