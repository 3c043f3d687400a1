"""What is sent to a model, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_core.messages import AnyMessage
from pydantic import BaseModel, ConfigDict

from state.decision import ResponseFormat

if TYPE_CHECKING:
    from state.common import CommonState


class Usage(BaseModel):
    """Tokens a model call, or a run, has used."""

    model_config = ConfigDict(frozen=True)

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def plus(self, other: Usage) -> Usage:
        """Return the sum."""
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


@dataclass(frozen=True)
class Prompt:
    """Messages, legal for a strict provider, and the shape of the answer; `format` None asks for plain text.

    `state` is what the messages were written from; the offline model reads it instead of the prose.
    """

    messages: tuple[AnyMessage, ...]
    format: ResponseFormat | None
    state: CommonState


class ModelReply(BaseModel):
    """The whole text of an answer, what it cost, and which model gave it."""

    model_config = ConfigDict(frozen=True)

    text: str
    usage: Usage = Usage()
    model: str = ""
