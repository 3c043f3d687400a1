"""What a model means that calls tools instead of deciding: the decision its calls amount to.

Models know tool calls better than our decisions. A call of read tools is a `continue`, a call that writes a `confirm`;
before there is a plan, any call means going to work.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

from state.decision import DECISION, EXECUTE_DECISIONS, PLAN_DECISIONS
from state.prompt import Prompt
from state.tool import Effect

Fields: TypeAlias = dict[str, Any]

ACTIONS: Final = PLAN_DECISIONS.keys() | EXECUTE_DECISIONS.keys()
_NAMES: Final = ("name", "tool", "tool_name", "function")
_ARGUMENTS: Final = ("arguments", "parameters", "args", "input")
_SAID: Final = ("speak", "reason")


class Twice(ValueError):
    """A field of an object is given twice."""


@dataclass(frozen=True)
class DecisionReader:
    """Reads what a prompt is answered with: which tools may be named, and what the decision itself is called."""

    arguments: Mapping[str, frozenset[str]]
    writes: frozenset[str]
    decision: str
    planning: bool

    @classmethod
    def of(cls, prompt: Prompt | None) -> DecisionReader:
        """Return the reader for answers to a prompt; without one no tool is known."""
        tools = prompt.tools if prompt else ()
        name = prompt.format.name if prompt and prompt.format else ""
        return cls(
            arguments={tool.name: frozenset(tool.parameters.get("properties", {})) for tool in tools},
            writes=frozenset(tool.name for tool in tools if tool.effect is not Effect.READ),
            decision=name,
            planning=name == "plan_decision",
        )

    def decision_of(self, value: Any) -> Fields | None:
        """Return the decision that a JSON value is or amounts to; None when it is neither a decision nor calls."""
        if isinstance(value, list) and value:
            return self._of_items(cast("list[Any]", value))
        if not isinstance(value, dict):
            return None
        fields = cast("Fields", value)
        if DECISION in fields:
            return self.decision_of(fields[DECISION])
        if isinstance(action := fields.get("action"), str):
            return self._of_action(fields, action)
        if (call := _call(fields)) is not None:
            return self._of_named(call, fields)
        wanted = _calls_in(fields)
        return self.of_calls(wanted, fields) if wanted else None

    def of_calls(self, calls: Sequence[Fields], said: Fields) -> Fields:
        """Return what calls amount to; of several, a write comes first, for the person has to see it."""
        if self.planning:
            return {**_spoken_fields(said), "action": "execute"}
        write = next((call for call in calls if call["name"] in self.writes), None)
        if write is not None:
            return {**_spoken_fields(said), "action": "confirm", "tool_call": write}
        if len(calls) == 1:
            return {**_spoken_fields(said), "action": "continue", "tool_call": calls[0]}
        return {**_spoken_fields(said), "action": "continue", "tool_calls": list(calls)}

    def _of_items(self, items: list[Any]) -> Fields | None:
        if len(items) == 1:
            return self.decision_of(items[0])
        calls = [_call(item) for item in items]
        known = [call for call in calls if call is not None and call["name"] in self.arguments]
        return self.of_calls(known, {}) if len(known) == len(items) else None

    def _of_named(self, call: Fields, fields: Fields) -> Fields | None:
        if call["name"] == self.decision:
            return self.decision_of(call["arguments"])
        return self.of_calls([call], fields) if call["name"] in self.arguments else None

    def _of_action(self, fields: Fields, action: str) -> Fields:
        name = action.strip().lower().replace("-", "_").replace(" ", "_")
        if action not in ACTIONS and name in ACTIONS:
            fields = {**fields, "action": name}
        elif action not in ACTIONS and name in self.arguments:
            return self.of_calls([self._call_of_action(fields, name)], fields)
        wanted = _calls_in(fields)
        if self.planning and any(call["name"] in self.arguments for call in wanted):
            return self.of_calls(wanted, fields)
        return _with_plain_calls(fields)

    def _call_of_action(self, fields: Fields, name: str) -> Fields:
        """Return the call of an object whose action is a tool, with the arguments beside it or in it."""
        for inside in _calls_in(fields):
            if inside["name"] == name:
                return inside
        given = _arguments(fields)
        if given is None:
            given = {key: value for key, value in fields.items() if key in self.arguments[name]}
        return {"name": name, "arguments": given}


def strict_json(text: str) -> Any:
    """Return the value of a JSON text. Raises ValueError, also when a field is given twice."""
    return json.loads(text, object_pairs_hook=unique_fields)


def unique_fields(pairs: list[tuple[str, Any]]) -> Fields:
    """Return the fields of an object. Raises Twice when one is given twice: nobody can say which is meant."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Twice("a field is given twice")
    return fields


def native_call(name: str, arguments: Any) -> Fields:
    """Return a call as decisions have it; arguments may come as text."""
    return {"name": name, "arguments": _open_arguments(arguments)}


def _call(value: Any) -> Fields | None:
    """Return the call that an object is, under any of the names models give its parts; None when it is none."""
    if not isinstance(value, dict):
        return None
    fields = cast("Fields", value)
    if isinstance(inner := fields.get("function"), dict):
        return _call(inner)
    name = next((fields[key] for key in _NAMES if isinstance(fields.get(key), str)), None)
    arguments = _arguments(fields)
    return None if name is None or arguments is None else {"name": name, "arguments": arguments}


def _arguments(fields: Fields) -> Any:
    return next((_open_arguments(fields[key]) for key in _ARGUMENTS if key in fields), None)


def _open_arguments(arguments: Any) -> Any:
    if arguments is None or arguments == "":
        return {}
    if not isinstance(arguments, str):
        return arguments
    try:
        value = strict_json(arguments)
    except (ValueError, RecursionError):
        return arguments
    return value if isinstance(value, dict | str) and value != arguments else arguments


def _calls_in(fields: Fields) -> list[Fields]:
    several = fields.get("tool_calls")
    inside = [fields.get("tool_call"), *(cast("list[Any]", several) if isinstance(several, list) else [])]
    return [call for call in map(_call, inside) if call is not None]


def _with_plain_calls(fields: Fields) -> Fields:
    """Return a decision whose calls have the names and types of a decision's, and without fields that are null."""
    plain = {name: field for name, field in fields.items() if field is not None}
    if (call := _call(plain.get("tool_call"))) is not None:
        plain["tool_call"] = call
    if isinstance(several := plain.get("tool_calls"), list):
        plain["tool_calls"] = [_call(item) or item for item in cast("list[Any]", several)]
    return plain


def _spoken_fields(fields: Fields) -> Fields:
    return {name: fields[name] for name in _SAID if isinstance(fields.get(name), str)}
