"""The ladder of ways to ask for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, cast

from state.decision import ResponseFormat, parse_execute_decision, parse_plan_decision
from state.errors import MalformedDecision
from state.tool import ToolSpec


class Rung(IntEnum):
    """Ways to ask for one JSON object, best first."""

    JSON_SCHEMA = 0
    TOOL_CALL = 1
    TOOLS = 2
    """The tools themselves beside the decision, and the model may choose: for APIs that let nobody force a call."""
    JSON_OBJECT = 3
    TEXT = 4


def keeps_to_schema(wanted: ResponseFormat, text: str) -> bool:
    """Tell whether a decision could have come from the schema: one that can be read, or lacks at most a value."""
    try:
        parse_plan_decision(text) if wanted.name == "plan_decision" else parse_execute_decision(text)
    except MalformedDecision:
        return all(f'"{name}"' in text for name in ("reason", "action", "speak"))
    return True


def shape_parameters(rung: Rung, wanted: ResponseFormat, tools: Sequence[ToolSpec]) -> dict[str, Any]:
    """Return the parameters of a request that ask for the wanted object.

    Where the schema is kept to, the answer is a decision the parser reads; the parser stays the judge.
    """
    match rung:
        case Rung.JSON_SCHEMA:
            schema = {"name": wanted.name, "schema": wanted.json_schema, "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case Rung.TOOL_CALL:
            forced = {"type": "function", "function": {"name": wanted.name}}
            return {"tools": [_decision(wanted)], "tool_choice": forced}
        case Rung.TOOLS:
            offered = [_function(tool.name, tool.summary, tool.parameters) for tool in tools]
            return {"tools": [_decision(wanted), *offered], "tool_choice": "auto"}
        case Rung.JSON_OBJECT:
            return {"response_format": {"type": "json_object"}}
        case Rung.TEXT:
            return {}


def _decision(wanted: ResponseFormat) -> dict[str, Any]:
    return _function(wanted.name, "Give your decision.", _without_closing(wanted.json_schema))


def _without_closing(schema: Any) -> Any:
    """Return the schema of objects that are not said to be closed: a tool's is read as part of the prompt.

    What constrains calls by a grammar knows no other fields anyway, and the parser drops them.
    """
    match schema:
        case dict():
            fields = cast("dict[str, Any]", schema)
            return {name: _without_closing(field) for name, field in fields.items() if name != "additionalProperties"}
        case list():
            return [_without_closing(each) for each in cast("list[Any]", schema)]
        case _:
            return schema


def _function(name: str, description: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}
