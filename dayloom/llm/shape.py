"""The ladder of ways to ask for a decision, and which rung each model stands on."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import openai

from dayloom.llm.schema import one_object
from state.decision import ResponseFormat


class Rung(IntEnum):
    """Ways to ask for one JSON object, best first."""

    JSON_SCHEMA = 0
    TOOL_CALL = 1
    JSON_OBJECT = 2
    TEXT = 3


class Ladder:
    """Remembers the best rung that each model of one API has accepted."""

    def __init__(self) -> None:
        self._rungs: dict[str, Rung] = {}

    def rung(self, model: str) -> Rung:
        """Return where to start with a model."""
        return self._rungs.get(model, Rung.JSON_SCHEMA)

    def stand(self, model: str, rung: Rung) -> None:
        """Note that a model accepted this rung."""
        self._rungs[model] = rung


def asked_for(rung: Rung, wanted: ResponseFormat) -> dict[str, Any]:
    """Return the parameters of a request that ask for the wanted object.

    The schema is sent with `strict` false: strict mode wants every field required and forbids free-form objects, but a
    decision's fields depend on its action, and the arguments of a tool call are free. The parser stays the judge.
    """
    match rung:
        case Rung.JSON_SCHEMA:
            schema = {"name": wanted.name, "schema": one_object(wanted.json_schema), "strict": False}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case Rung.TOOL_CALL:
            function = {
                "name": wanted.name,
                "description": "Give your decision.",
                "parameters": one_object(wanted.json_schema),
            }
            return {
                "tools": [{"type": "function", "function": function}],
                "tool_choice": {"type": "function", "function": {"name": wanted.name}},
            }
        case Rung.JSON_OBJECT:
            return {"response_format": {"type": "json_object"}}
        case Rung.TEXT:
            return {}


SHAPE_PARAMETERS: Final = ("response_format", "tools", "tool_choice")
SHAPE_WORDS: Final = (
    "response_format",
    "response format",
    "json",
    "schema",
    "tool",
    "function",
    "grammar",
    "structured",
)
OTHER_CODES: Final = frozenset({"context_length_exceeded", "string_above_max_length", "model_not_found"})


def refuses_shape(error: openai.APIStatusError, rung: Rung) -> bool:
    """Tell whether an API rejects how the shape was asked for, rather than the request as such.

    `param` decides where the API names one. Many compatible APIs do not; there, and only there, its words are read for
    the names of what was sent.
    """
    if rung is Rung.TEXT or error.status_code not in {400, 422} or error.code in OTHER_CODES:
        return False
    if error.param:
        return error.param.startswith(SHAPE_PARAMETERS)
    words = f"{error.message} {error.body}".lower()
    return any(word in words for word in SHAPE_WORDS)
