"""The JSON schema of a decision: what the parser takes, and as little else as providers can express.

Strict modes want an object at the root, every field required, no other field, and null for what is left out; some
grammars know no bounds. So the decision hangs below one root field, as a choice of plain objects in
which each tool stands by its constant name with the types of its arguments. That a text is not blank, that a number is
in range and that an id exists is left to the parser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from state.decision import DECISION, EXECUTE_DECISIONS, PLAN_DECISIONS, ResponseFormat
from state.tool import Effect, ToolSpec

Schema: TypeAlias = dict[str, Any]


def execute_format(catalogue: tuple[ToolSpec, ...]) -> ResponseFormat:
    """Return the shape of a decision to work with these tools."""
    shared: Schema = {}
    reads = _calls([spec for spec in catalogue if spec.effect is Effect.READ], shared)
    writes = _calls([spec for spec in catalogue if spec.effect is not Effect.READ], shared)
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


def _calls(specs: Iterable[ToolSpec], shared: Schema) -> list[Schema]:
    """Return the calls of tools, those that take the same arguments as one."""
    arguments = [(spec.name, _bare(spec.parameters, spec.parameters.get("$defs", {}), shared)) for spec in specs]
    return [_object({"name": _one_of(names), "arguments": alike}) for names, alike in _group(arguments)]


def _group(named: Iterable[tuple[str, Schema]]) -> list[tuple[list[str], Schema]]:
    """Return each schema once, with all names it goes by."""
    groups: list[tuple[list[str], Schema]] = []
    for name, schema in named:
        names = next((names for names, known in groups if known == schema), None)
        if names is None:
            groups.append(([name], schema))
        else:
            names.append(name)
    return groups


def _one_of(names: list[str]) -> Schema:
    return {"type": "string", "enum": names}


def _variants(decisions: Mapping[str, type[BaseModel]]) -> Iterator[Schema]:
    """Yield the decisions with the reason before the action, and last what is spoken; those with like fields as one."""
    fields = ((action, _fields(kind)) for action, kind in decisions.items())
    for actions, alike in _group(fields):
        reason, speak = alike.pop("reason"), alike.pop("speak")
        yield _object({"reason": reason, "action": _one_of(actions), **alike, "speak": speak})


def _fields(kind: type[BaseModel]) -> Schema:
    schema = kind.model_json_schema()
    fields = _bare(schema, schema.get("$defs", {}))["properties"]
    return {name: field for name, field in fields.items() if name != "action"}


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
        case {"anyOf": [choice, {"type": "null"}]}:
            return _or_null(_bare(choice, definitions, shared))
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


def _or_null(bare: Schema) -> Schema:
    kind = bare.get("type")
    if isinstance(kind, str) and "enum" not in bare:
        return {**bare, "type": [kind, "null"]}
    return {"anyOf": [bare, {"type": "null"}]}


_EXECUTE: Final = tuple(_variants(EXECUTE_DECISIONS))
PLAN_FORMAT: Final = ResponseFormat(name="plan_decision", json_schema=_root(list(_variants(PLAN_DECISIONS))))
"""The shape of a decision to plan."""
