"""What the model may decide: two discriminated unions, each the one source of schema, prompt text and parser."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar, cast

import jiter
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import to_json

from state.errors import MalformedDecision
from state.tool import ToolCall

DECISION: Final = "decision"
"""The root field under which a schema wants the decision, because providers take no choice at the root."""

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Text that may not be blank."""


class Complexity(StrEnum):
    """How much work a plan is."""

    SIMPLE = "simple"
    MODERATE = "moderate"
    COMPLEX = "complex"


class PlanStep(BaseModel):
    """One step of a plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: Said = Field(description="What to do in this step")
    done_when: str = Field(default="", description="How to tell that the step is done")


def _only_fields_of(kind: type[BaseModel]) -> BeforeValidator:
    """Return what drops surplus fields: an id or a type beside those of a value is no reason to ask again."""

    def kept(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: field for name, field in cast("dict[str, Any]", value).items() if name in kind.model_fields}

    return BeforeValidator(kept)


Call = Annotated[ToolCall, _only_fields_of(ToolCall)]
"""A call as a model writes it."""


class AbortReason(BaseModel):
    """Why the turn cannot go on."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: Said = Field(description="Short snake_case code, such as impossible_request")
    user_message: Said = Field(description="What the person is told; polite, says how to go on")
    internal_reason: str = Field(default="", description="For the log only; never shown to anyone")


class _Decided(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    speak: str = Field(default="", description="What the person sees right now, in their language; short")
    reason: str = Field(default="", description="Why you decide so, in one sentence")


class _Planned(_Decided):
    allow_reorder: bool = Field(
        default=False,
        description="True only when the person said that the order of tasks does not matter; if one message both "
        "allows and forbids it, false",
    )


class Reply(_Planned):
    """Answer without any scheduling: small talk, a question you can answer from what you see."""

    action: Literal["reply"]
    speak: Said = Field(description="The answer, in the person's language")


class Execute(_Planned):
    """One obvious step: go to work without showing a plan."""

    action: Literal["execute"]


class AskBeforePlan(_Planned):
    """Ask the person for what you cannot find out yourself; `speak` is the question."""

    action: Literal["ask_user"]


class PlanDone(_Planned):
    """The plan is ready: its steps in order."""

    action: Literal["plan_done"]
    plan_steps: Annotated[
        tuple[Annotated[PlanStep, _only_fields_of(PlanStep)], ...], Field(min_length=1, description="Steps in order")
    ]
    complexity: Complexity = Complexity.MODERATE


class ContinuePlanning(_Planned):
    """Think one more round before the plan is ready."""

    action: Literal["continue"]


class AbortPlan(_Planned):
    """Give up, and say why."""

    action: Literal["abort"]
    abort: AbortReason


PlanDecision: TypeAlias = Annotated[
    Reply | Execute | AskBeforePlan | PlanDone | ContinuePlanning | AbortPlan, Field(discriminator="action")
]


class Continue(_Decided):
    """Work on: call a tool, or several read tools in one round with `tool_calls`, or only think aloud."""

    action: Literal["continue"]
    tool_call: Call | None = None
    tool_calls: tuple[Call, ...] | None = Field(
        default=None, description="Several read-only calls, run in order; never a write"
    )


class AskUser(_Decided):
    """Ask the person for what you cannot find out yourself; `speak` is the question."""

    action: Literal["ask_user"]


class Confirm(_Decided):
    """Propose a change: the person sees what would happen and approves, edits or rejects it."""

    action: Literal["confirm"]
    tool_call: Call


class NextPlan(_Decided):
    """Declare the current step of the plan done, with evidence."""

    action: Literal["next_plan"]
    goal_check: Said = Field(description="Evidence that the step is done")


class Done(_Decided):
    """Declare the whole goal reached, with evidence; refused while steps of the plan remain."""

    action: Literal["done"]
    goal_check: Said = Field(description="Evidence that the goal is reached")


class Abort(_Decided):
    """Give up, and say why."""

    action: Literal["abort"]
    abort: AbortReason


ExecuteDecision: TypeAlias = Annotated[
    Continue | AskUser | Confirm | NextPlan | Done | Abort, Field(discriminator="action")
]

_plan: Final[TypeAdapter[PlanDecision]] = TypeAdapter(PlanDecision)
_execute: Final[TypeAdapter[ExecuteDecision]] = TypeAdapter(ExecuteDecision)


class ResponseFormat(BaseModel):
    """The name and JSON schema of the one object the model must answer with."""

    model_config = ConfigDict(frozen=True)

    name: Literal["plan_decision", "execute_decision"]
    json_schema: dict[str, Any]


PLAN_DECISIONS: Final[Mapping[str, type[BaseModel]]] = {
    "reply": Reply,
    "execute": Execute,
    "ask_user": AskBeforePlan,
    "plan_done": PlanDone,
    "continue": ContinuePlanning,
    "abort": AbortPlan,
}
EXECUTE_DECISIONS: Final[Mapping[str, type[BaseModel]]] = {
    "continue": Continue,
    "ask_user": AskUser,
    "confirm": Confirm,
    "next_plan": NextPlan,
    "done": Done,
    "abort": Abort,
}


_FIELDS: Final = frozenset(
    name for kinds in (PLAN_DECISIONS, EXECUTE_DECISIONS) for kind in kinds.values() for name in kind.model_fields
)


def parse_plan_decision(reply: str) -> PlanDecision:
    """Read the planner's reply, or raise MalformedDecision naming each wrong field."""
    return _parse(_plan, reply, "reply, execute, ask_user, plan_done, continue or abort")


def parse_execute_decision(reply: str) -> ExecuteDecision:
    """Read the executor's reply, or raise MalformedDecision naming each wrong field."""
    return _parse(_execute, reply, "continue, ask_user, confirm, next_plan, done or abort")


D = TypeVar("D")


def _parse(adapter: TypeAdapter[D], reply: str, actions: str) -> D:
    if not reply.strip():
        raise MalformedDecision("the reply is empty", hint=_hint(actions))
    try:
        return adapter.validate_json(to_json(_decision(_unique(_strip_fence(reply)))))
    except ValidationError as error:
        wrong = "; ".join(f"{_where(e['loc'])}: {e['msg']}" for e in error.errors(include_url=False))
    except ValueError as error:
        wrong = f"reply: Invalid JSON: {error}"
    raise MalformedDecision(wrong, hint=_hint(actions))


def _unique(text: str) -> Any:
    """Return the value of a JSON text. Raises ValueError, also when a field is given twice: which counts?"""
    return jiter.from_json(text.encode(), allow_inf_nan=False, catch_duplicate_keys=True)


def _decision(value: Any) -> Any:
    """Return the fields of the decision, with or without the root field above it.

    What is null was left out, and what no decision knows is dropped; a field of another action stays, to be refused.
    """
    if not isinstance(value, dict):
        return value
    fields = cast("dict[str, Any]", value)
    if DECISION in fields:
        return _decision(fields[DECISION])
    return {name: field for name, field in fields.items() if field is not None and name in _FIELDS}


def _hint(actions: str) -> str:
    return f"Reply with exactly one JSON object whose action is {actions}, and only the fields that action allows."


def _strip_fence(reply: str) -> str:
    text = reply.strip()
    if not text.startswith("```"):
        return text
    return text.removeprefix("```json").removeprefix("```").removesuffix("```").strip()


def _where(loc: tuple[int | str, ...]) -> str:
    return ".".join(map(str, loc)) or "reply"
