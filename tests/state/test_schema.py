"""What is stored of a thread has a version, and a version has one shape, kept in `schema/`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import create_model

from dayloom.stores.threads.migrations import MIGRATIONS
from state.common import SCHEMA_VERSION, CommonState

SHAPES = Path(__file__).parent / "schema"
WHAT_TO_DO = (
    "What is stored of a thread is not what schema version {version} stands for, so threads of before would not open. "
    "Raise SCHEMA_VERSION in state/common.py to {next}, say in MIGRATIONS (dayloom/stores/threads/migrations.py) how "
    "values of version {version} become those of {next}, and run this test again: it writes schema/{next}.json."
)


def shape() -> str:
    """Every field of the state and of the values in it, without their descriptions; messages are LangChain's."""
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in CommonState.model_fields.items() if name != "messages"
    }
    return json.dumps(bare(create_model("Stored", **fields).model_json_schema()), indent=1, sort_keys=True) + "\n"


def bare(schema: Any) -> Any:
    """The schema without titles and descriptions; a field of that name stays."""
    if isinstance(schema, list):
        return [bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    words = ("title", "description")
    return {name: bare(each) for name, each in schema.items() if not (name in words and isinstance(each, str))}


def test_a_changed_field_takes_a_new_schema_version() -> None:
    known, now = SHAPES / f"{SCHEMA_VERSION}.json", shape()
    if not known.exists():
        known.write_text(now, "utf-8")
        pytest.fail(f"{known.name} was missing and is written now; commit it and run again")

    assert now == known.read_text("utf-8"), WHAT_TO_DO.format(version=SCHEMA_VERSION, next=SCHEMA_VERSION + 1)


def test_every_version_there_was_has_its_shape_and_a_way_up() -> None:
    assert sorted(int(path.stem) for path in SHAPES.iterdir()) == list(range(1, SCHEMA_VERSION + 1))
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA_VERSION))
