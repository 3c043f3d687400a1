"""The schema of a decision: accepted by the strictest provider, and nothing it permits is refused for its shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from prompts.decision_format import PLAN_FORMAT, execute_format
from state.decision import DECISION, Confirm, Continue, parse_execute_decision, parse_plan_decision
from state.errors import BadArguments
from state.tool import ToolCall
from tools import TOOLBOX
from tools.dispatch import check

EXECUTE_FORMAT = execute_format(TOOLBOX.specs)
KNOWN_EVERYWHERE = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "$ref", "$defs"}
SHAPE = ("Field required", "Extra inputs", "Input should be a valid")
"""Complaints about the shape of arguments, rather than about a value."""


def nodes(schema: dict[str, Any], depth: int = 1) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield every schema inside a schema, with how deep its object lies."""
    yield schema, depth
    for name in ("properties", "$defs"):
        for inner in schema.get(name, {}).values():
            yield from nodes(inner, depth + 1)
    for inner in [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]:
        yield from nodes(inner, depth)


@pytest.mark.parametrize("wanted", [PLAN_FORMAT, EXECUTE_FORMAT])
def test_strict_mode_accepts_it(wanted: Any) -> None:
    """As OpenAI's guide to structured outputs has it: objects closed, all fields required, ten deep, 5,000 fields."""
    found = list(nodes(wanted.json_schema))
    objects = [schema for schema, _ in found if schema.get("type") == "object"]

    assert wanted.json_schema["type"] == "object"
    assert not {name for schema, _ in found for name in schema} - KNOWN_EVERYWHERE
    assert all(schema["additionalProperties"] is False for schema in objects)
    assert all(schema["required"] == list(schema["properties"]) for schema in objects)
    assert max(depth for _, depth in found) <= 10
    assert sum(len(schema["properties"]) for schema in objects) <= 5000


@pytest.mark.parametrize("wanted", [PLAN_FORMAT, EXECUTE_FORMAT])
def test_the_reason_comes_before_the_action_and_what_is_spoken_last(wanted: Any) -> None:
    for variant in wanted.json_schema["properties"][DECISION]["anyOf"]:
        names = list(variant["properties"])
        assert names[:2] == ["reason", "action"]
        assert names[-1] == "speak"


def a_value(schema: dict[str, Any], defs: dict[str, Any], choice: Random) -> Any:
    """Return something the schema permits."""
    if "$ref" in schema:
        return a_value(defs[schema["$ref"].rpartition("/")[2]], defs, choice)
    if "anyOf" in schema:
        return a_value(choice.choice(schema["anyOf"]), defs, choice)
    if "enum" in schema:
        return choice.choice(schema["enum"])
    kind = schema["type"] if isinstance(schema["type"], str) else choice.choice(schema["type"])
    match kind:
        case "object":
            return {name: a_value(field, defs, choice) for name, field in schema["properties"].items()}
        case "array":
            return [a_value(schema["items"], defs, choice) for _ in range(choice.randint(1, 3))]
        case "integer":
            return choice.randint(1, 7)
        case "boolean":
            return choice.random() < 0.5
        case _:
            return {"string": "words", "null": None}[kind]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_schema_permits_is_a_decision_with_calls_that_exist(seed: int) -> None:
    choice = Random(seed)
    schema = EXECUTE_FORMAT.json_schema
    parse_plan_decision(json.dumps(a_value(PLAN_FORMAT.json_schema, {}, choice)))
    decision = parse_execute_decision(json.dumps(a_value(schema, schema["$defs"], choice)))

    calls = decision.tool_calls or () if isinstance(decision, Continue) else ()
    proposed = (decision.tool_call,) if isinstance(decision, Confirm) else ()
    assert all(TOOLBOX[call.name].writes for call in proposed)
    assert not any(TOOLBOX[call.name].writes for call in calls)
    assert not [wrong for call in (*proposed, *calls) if any(words in (wrong := complaint(call)) for words in SHAPE)]


def complaint(call: ToolCall) -> str:
    """Return what is wrong with a call's arguments, if anything."""
    try:
        check(TOOLBOX, call)
    except BadArguments as wrong:
        return wrong.complaint
    return ""


@pytest.mark.parametrize(
    "refused", [{"action": "done"}, {"action": "confirm"}, {"action": "next_plan", "goal_check": None}]
)
def test_no_variant_lets_out_what_the_parser_requires(refused: dict[str, Any]) -> None:
    variants = EXECUTE_FORMAT.json_schema["properties"][DECISION]["anyOf"]
    (variant,) = [each for each in variants if refused["action"] in each["properties"]["action"]["enum"]]

    assert not set(variant["required"]) <= {name for name, value in refused.items() if value is not None}
