"""The JSON schema of a decision: what the parser takes, and as little else as providers can express.

Strict modes want an object at the root, every field required, no other field, and null for what is left out; some
grammars know no bounds. So the decision hangs below one root field, as a choice of plain objects in
which each tool stands by its constant name with the types of its arguments. That a text is not blank, that a number is
in range and that an id exists is left to the parser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from state.decision import DECISION, EXECUTE_DECISIONS, PLAN_DECISIONS, ResponseFormat
from state.tool import Effect, ToolSpec

Schema: TypeAlias = dict[str, Any]


def execute_format(catalogue: tuple[ToolSpec, ...]) -> ResponseFormat:
    """Return the shape of a decision to work with these tools."""
    shared: Schema = {}
    reads = [_call(spec, shared) for spec in catalogue if spec.effect is Effect.READ]
    writes = [_call(spec, shared) for spec in catalogue if spec.effect is not Effect.READ]
    variants = [_with_calls(variant, reads, writes) for variant in _EXECUTE]
    return ResponseFormat(name="execute_decision", json_schema=_root(variants) | {"$defs": shared})


def _with_calls(variant: Schema, reads: list[Schema], writes: list[Schema]) -> Schema:
    """Return the variant with the calls it may make: reads, as many as it likes, or the one write it proposes."""
    fields = variant["properties"]
    if "tool_calls" in fields:
        return _object({**fields, "tool_calls": {"type": "array", "items": _any(reads)}}, without="tool_call")
    if "tool_call" in fields:
        return _object({**fields, "tool_call": _any(writes)})
    return variant


def _call(spec: ToolSpec, shared: Schema) -> Schema:
    arguments = _bare(spec.parameters, spec.parameters.get("$defs", {}), shared)
    return _object({"name": {"type": "string", "enum": [spec.name]}, "arguments": arguments})


def _variants(decisions: Mapping[str, type[BaseModel]]) -> Iterator[Schema]:
    """Yield each decision with the reason before the action, and last what is spoken."""
    for kind in decisions.values():
        schema = kind.model_json_schema()
        fields = _bare(schema, schema.get("$defs", {}))["properties"]
        speak = fields.pop("speak")
        yield _object({"reason": fields.pop("reason"), "action": fields.pop("action"), **fields, "speak": speak})


def _root(variants: list[Schema]) -> Schema:
    return _object({DECISION: _any(variants)})


def _any(choices: list[Schema]) -> Schema:
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _object(fields: Schema, *, without: str = "") -> Schema:
    kept = {name: field for name, field in fields.items() if name != without}
    return {"type": "object", "properties": kept, "required": list(kept), "additionalProperties": False}


def _bare(schema: Schema, definitions: Schema, shared: Schema | None = None) -> Schema:
    """Return types alone: no titles, descriptions, defaults or bounds; objects of the definitions go to `shared`."""
    match schema:
        case {"$ref": str(reference)}:
            name = reference.rpartition("/")[2]
            bare = _bare(definitions[name], definitions, shared)
            if shared is None or "enum" in bare:
                return bare
            assert shared.setdefault(name, bare) == bare, f"two types are called {name}"
            return {"$ref": f"#/$defs/{name}"}
        case {"anyOf": choices}:
            return {"anyOf": [_bare(choice, definitions, shared) for choice in choices]}
        case {"const": value}:
            return {"type": "string", "enum": [value]}
        case {"enum": values}:
            return {"type": "string", "enum": values}
        case {"items": items}:
            return {"type": "array", "items": _bare(items, definitions, shared)}
        case {"properties": fields}:
            return _object({name: _bare(field, definitions, shared) for name, field in fields.items()})
        case _:
            return {"type": schema["type"]}


_EXECUTE: Final = tuple(_variants(EXECUTE_DECISIONS))
PLAN_FORMAT: Final = ResponseFormat(name="plan_decision", json_schema=_root(list(_variants(PLAN_DECISIONS))))
"""The shape of a decision to plan."""
