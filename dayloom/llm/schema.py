"""A union of decisions as one plain object, which is all that many APIs accept."""

from __future__ import annotations

from typing import Any, TypeAlias

JsonSchema: TypeAlias = dict[str, Any]


def one_object(schema: JsonSchema) -> JsonSchema:
    """Return a schema without `oneOf` at its root that allows every variant of the union, and mixtures of them.

    OpenAI and others refuse a union at the root, with or without `type: object` beside it. Every field of every variant
    becomes a property; only what all variants require stays required; which action goes with which fields is said in
    the description. Which mixtures are wrong is for the parser to say.
    """
    if "oneOf" not in schema:
        return schema
    variants = [_resolved(schema, variant) for variant in schema["oneOf"]]
    inlined = {_name(variant) for variant in schema["oneOf"]}
    return {
        "type": "object",
        "description": "\n".join(_sentence(variant) for variant in variants),
        "properties": _properties(variants),
        "required": [name for name in variants[0]["required"] if all(name in each["required"] for each in variants)],
        "additionalProperties": False,
        "$defs": {name: definition for name, definition in schema.get("$defs", {}).items() if name not in inlined},
    }


def _properties(variants: list[JsonSchema]) -> JsonSchema:
    shapes: dict[str, list[JsonSchema]] = {}
    for variant in variants:
        for name, shape in variant["properties"].items():
            shapes.setdefault(name, []).append(shape)
    return {name: _either(alternatives) for name, alternatives in shapes.items()}


def _either(shapes: list[JsonSchema]) -> JsonSchema:
    if all("const" in shape for shape in shapes):
        return {"type": "string", "enum": [shape["const"] for shape in shapes]}
    if all(shape == shapes[0] for shape in shapes):
        return shapes[0]
    alternatives: list[JsonSchema] = []
    for shape in shapes:
        alternatives += [each for each in shape.get("anyOf", [shape]) if each not in alternatives]
    return {"anyOf": alternatives}


def _sentence(variant: JsonSchema) -> str:
    needed = [name for name in variant["required"] if name != "action"]
    needs = f" Needs {', '.join(needed)}." if needed else ""
    return f"{variant['properties']['action']['const']}: {variant.get('description', '')}{needs}"


def _resolved(schema: JsonSchema, variant: JsonSchema) -> JsonSchema:
    return schema["$defs"][_name(variant)]


def _name(variant: JsonSchema) -> str:
    return variant["$ref"].rpartition("/")[2]
