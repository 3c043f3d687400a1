"""What the offline model can do next about one request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from state.outcome import NOT_POSSIBLE
from state.tool import ToolCall


@dataclass(frozen=True)
class Propose:
    """A write for the person to confirm."""

    call: ToolCall
    speak: str


@dataclass(frozen=True)
class Look:
    """Reads that are needed first."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True)
class Ask:
    """A question only the person can answer."""

    question: str


@dataclass(frozen=True)
class Reached:
    """Nothing is left to do; `text` is the answer, or empty when the changes speak for themselves."""

    text: str = ""


@dataclass(frozen=True)
class Unable:
    """It cannot be done; `text` says why."""

    text: str
    code: str = NOT_POSSIBLE


Act: TypeAlias = Propose | Look | Ask | Reached | Unable


def call(name: str, **arguments: Any) -> ToolCall:
    """Return a tool call, arguments that are None left out."""
    return ToolCall(name=name, arguments={key: value for key, value in arguments.items() if value is not None})
