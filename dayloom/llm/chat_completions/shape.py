"""The ladder of ways to ask for a decision."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from state.decision import ResponseFormat, parse_execute_decision, parse_plan_decision
from state.errors import MalformedDecision


class Rung(IntEnum):
    """Ways to ask for one JSON object, best first."""

    JSON_SCHEMA = 0
    TOOL_CALL = 1
    JSON_OBJECT = 2
    TEXT = 3


def keeps_to_schema(wanted: ResponseFormat, text: str) -> bool:
    """Tell whether a decision could have come from the schema: one that can be read, or lacks at most a value."""
    try:
        parse_plan_decision(text) if wanted.name == "plan_decision" else parse_execute_decision(text)
    except MalformedDecision:
        return all(f'"{name}"' in text for name in ("reason", "action", "speak"))
    return True


def shape_parameters(rung: Rung, wanted: ResponseFormat) -> dict[str, Any]:
    """Return the parameters of a request that ask for the wanted object.

    Where the schema is kept to, the answer is a decision the parser reads; the parser stays the judge.
    """
    match rung:
        case Rung.JSON_SCHEMA:
            schema = {"name": wanted.name, "schema": wanted.json_schema, "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case Rung.TOOL_CALL:
            function = {
                "name": wanted.name,
                "description": "Give your decision.",
                "parameters": wanted.json_schema,
            }
            return {
                "tools": [{"type": "function", "function": function}],
                "tool_choice": {"type": "function", "function": {"name": wanted.name}},
            }
        case Rung.JSON_OBJECT:
            return {"response_format": {"type": "json_object"}}
        case Rung.TEXT:
            return {}
