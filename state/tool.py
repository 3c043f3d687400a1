"""What the model may call, and what comes back: values shared by tools, prompts and nodes."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from state.change import Unplaced
from state.schedule import Value
from state.violation import Violation


class Effect(StrEnum):
    """What a tool touches: nothing, the draft (and the queue), or the world outside the draft."""

    READ = "read"
    DRAFT = "draft"
    OUTSIDE = "outside"


class ToolSpec(Value):
    """A tool as the model sees it: name, one-line summary, JSON schema of its arguments, effect, editable fields."""

    name: str
    summary: str
    parameters: dict[str, Any]
    effect: Effect
    editable: tuple[str, ...] = ()


class ToolCall(Value):
    """A call the model proposes."""

    name: str = Field(description="Name of a tool from the catalogue")
    arguments: dict[str, Any] = Field(default_factory=dict, description="Arguments that fit the tool's schema")


class Objective(Value):
    """What a planner achieved: the figure before and after, and how far from the proven best it can be at most.

    `bound` is the best value any plan could have; `proven` tells that `after` reaches it. Smaller is better.
    """

    name: str
    before: float
    after: float
    bound: float | None = None
    proven: bool = False


class ToolReport(Value):
    """What a tool has to say: `text` for the model, `data` for the interface, and why something was refused.

    `violations` non-empty means the write was refused and nothing changed. `reasons` says for each moved task id why;
    `note` is what the person's card says beside the changes, in their language.
    """

    text: str
    data: dict[str, Any] = Field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    objectives: tuple[Objective, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    reasons: dict[int, str] = Field(default_factory=dict)
    note: str = ""
