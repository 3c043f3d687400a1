"""The schema that is sent: plain enough for every API, still allowing every decision."""

from __future__ import annotations

import json

import pytest

from dayloom.llm.schema import one_object
from state.decision import EXECUTE_DECISIONS, EXECUTE_FORMAT, PLAN_DECISIONS, PLAN_FORMAT


@pytest.mark.parametrize(("wanted", "decisions"), [(PLAN_FORMAT, PLAN_DECISIONS), (EXECUTE_FORMAT, EXECUTE_DECISIONS)])
def test_every_field_of_every_decision_is_a_property(wanted, decisions) -> None:
    schema = one_object(wanted.json_schema)

    fields = {name for decision in decisions.values() for name in decision.model_fields}
    assert schema["properties"].keys() == fields
    assert schema["properties"]["action"]["enum"] == list(decisions)


@pytest.mark.parametrize("wanted", [PLAN_FORMAT, EXECUTE_FORMAT])
def test_the_root_is_a_plain_object_that_requires_the_action(wanted) -> None:
    schema = one_object(wanted.json_schema)

    assert schema["type"] == "object"
    assert schema["required"] == ["action"]
    assert not schema.keys() & {"oneOf", "anyOf", "allOf", "enum", "not", "discriminator"}


@pytest.mark.parametrize("wanted", [PLAN_FORMAT, EXECUTE_FORMAT])
def test_every_reference_leads_somewhere(wanted) -> None:
    schema = one_object(wanted.json_schema)

    referred = {part.split('"')[0] for part in json.dumps(schema).split('"#/$defs/')[1:]}
    assert referred == schema["$defs"].keys()


def test_a_schema_without_a_union_stays_as_it_is() -> None:
    assert one_object({"type": "object", "properties": {}}) == {"type": "object", "properties": {}}
