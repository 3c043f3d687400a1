"""What is sent to a model, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from langchain_core.messages import AnyMessage
from pydantic import BaseModel, ConfigDict

from state.common import CommonState
from state.decision import ResponseFormat
from state.usage import Usage


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
