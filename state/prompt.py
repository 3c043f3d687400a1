"""What the agent asks of a model, what a language model is shown, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from langchain_core.messages import AnyMessage
from pydantic import BaseModel, ConfigDict

from state.common import CommonState
from state.decision import ResponseFormat
from state.tool import ToolSpec
from state.usage import FailedTry, Usage


class Purpose(StrEnum):
    """What a model is asked for: how to go about a message, the next step, the final text, or about an open card."""

    PLAN = "plan"
    EXECUTE = "execute"
    DELIVER = "deliver"
    ANSWER = "answer"


@dataclass(frozen=True)
class Question:
    """What the agent asks of a model: for what, in which state, and with which tools it may name.

    A model that follows rules decides from the state; one that reads is shown it as a `Prompt` (`prompts.prompt`).
    """

    purpose: Purpose
    state: CommonState
    tools: tuple[ToolSpec, ...]


@dataclass(frozen=True)
class Prompt:
    """Messages, legal for a strict provider, the shape of the answer, and the tools it may name.

    `format` None asks for plain text. `brief` makes the same prompt shorter, for a model without room for all of it.
    """

    messages: tuple[AnyMessage, ...]
    format: ResponseFormat | None
    tools: tuple[ToolSpec, ...] = ()
    brief: Callable[[], Prompt] | None = None


class ModelReply(BaseModel):
    """The whole text of an answer, what it cost, which model gave it, and the requests that failed before.

    `served` is what its server calls that model, `shape` the way in which a decision was asked for, and `finish` why
    the answer ended, as far as they are known.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    usage: Usage = Usage()
    model: str = ""
    tries: tuple[FailedTry, ...] = ()
    served: str | None = None
    shape: str | None = None
    finish: str | None = None
