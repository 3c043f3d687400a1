"""Models behind a desk, with everything they emit and wait for written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AnyMessage, HumanMessage, SystemMessage

from dayloom.llm.chain import ModelChain
from dayloom.llm.language_model import LanguageModel
from dayloom.llm.limits import Limits
from dayloom.llm.models import Models
from prompts.decision_format import execute_format
from state.decision import ResponseFormat
from state.events import Event, EventType
from state.prompt import ModelReply, Prompt
from tools import TOOLBOX

EXECUTE_FORMAT = execute_format(TOOLBOX.specs)
KEY = "sk-canary-0123456789"
SOME_MESSAGES: tuple[AnyMessage, ...] = (SystemMessage("You plan weeks."), HumanMessage("Plan my week."))


@dataclass
class Desk:
    """One model and what was seen of it: `waits` between attempts, `events` emitted."""

    model: ModelChain
    waits: list[float]
    events: list[Event] = field(default_factory=list)

    async def decide(self, wanted: ResponseFormat | None = EXECUTE_FORMAT, messages: Any = SOME_MESSAGES) -> ModelReply:
        """Ask for a decision; None asks for plain text."""
        return await self.model.answer(Prompt(tuple(messages), wanted, TOOLBOX.specs), self.events.append)

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


def desk(remote: Sequence[LanguageModel], limits: Limits) -> Desk:
    """Return a desk at these models, the first one preferred."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    return Desk(Models(remote[0].name, remote, limits=limits, sleep=sleep).chain(remote[0].name), waits)
