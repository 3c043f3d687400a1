"""A JSON schema as a signature: what a model needs to know of it, in a third of the tokens."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]


class Signatures:
    """Writes signatures; a description, and a type with a name, is spelled out only where it is met first."""

    def __init__(self) -> None:
        self._described: set[str] = set()
        self._defined: set[str] = set()

    def fields(self, schema: Schema, *, without: frozenset[str] = frozenset()) -> str:
        """Return `day: int (Day of the window), limit?: int = 10` for the properties of an object."""
        definitions, required = schema.get("$defs", {}), schema.get("required", [])
        return ", ".join(
            self._field(name, field, definitions, name in required)
            for name, field in schema.get("properties", {}).items()
            if name not in without
        )

    def _field(self, name: str, field: Schema, definitions: Schema, required: bool) -> str:
        kind = self._kind(field if required else _not_null(field), definitions)
        default = field.get("default")
        preset = f" = {json.dumps(default)}" if default and not isinstance(default, dict) else ""
        return f"{name}{'' if required else '?'}: {kind}{preset}{self._describe(field)}"

    def _describe(self, field: Schema) -> str:
        described = field.get("description", "")
        if not described or described in self._described:
            return ""
        self._described.add(described)
        return f" ({described})"

    def _kind(self, field: Schema, definitions: Schema) -> str:
        match field:
            case {"$ref": str(reference)}:
                return self._name_definition(reference.rpartition("/")[2], definitions)
            case {"anyOf": choices}:
                return "|".join(self._kind(choice, definitions) for choice in choices)
            case {"enum": values}:
                return "|".join(map(json.dumps, values))
            case {"items": items}:
                return f"{self._kind(items, definitions)}[]"
            case {"type": str(kind)}:
                return _SHORT.get(kind, kind)
            case _:
                return "any"

    def _name_definition(self, name: str, definitions: Schema) -> str:
        definition = definitions[name]
        if "enum" in definition:
            return self._kind(definition, definitions)
        if name in self._defined:
            return name
        self._defined.add(name)
        return f"{name}{{{self.fields({**definition, '$defs': definitions})}}}"


_SHORT = {"integer": "int", "string": "str", "boolean": "bool"}


def _not_null(field: Schema) -> Schema:
    """Return the field of an argument that may be left out: that it may be null as well need not be said."""
    choices = [choice for choice in field.get("anyOf", []) if choice != {"type": "null"}]
    return {**field, "anyOf": choices} if choices else field
