"""Layer one of every prompt: rules, tools and the JSON schema; the same for every call, so that caches hit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from langchain_core.messages import SystemMessage
from pydantic import BaseModel

from state.decision import EXECUTE_DECISIONS, EXECUTE_FORMAT, PLAN_DECISIONS, PLAN_FORMAT, ResponseFormat
from state.tool import ToolSpec
from state.when import Locale

Node = Literal["plan", "execute", "deliver"]

_DECISIONS: Mapping[Node, tuple[Mapping[str, type[BaseModel]], ResponseFormat]] = {
    "plan": (PLAN_DECISIONS, PLAN_FORMAT),
    "execute": (EXECUTE_DECISIONS, EXECUTE_FORMAT),
}

# Read once at import: a node runs in an event loop, where reading a file would hold everyone up.
_RULES: Mapping[tuple[Node, Locale], str] = {
    (node, locale): (files("prompts") / "rules" / f"{node}.{locale.value}.md").read_text("utf-8").strip()
    for node in get_args(Node)
    for locale in Locale
}


def instructions(node: Node, locale: Locale, catalogue: tuple[ToolSpec, ...]) -> SystemMessage:
    """Return the rules of a node, the tools it may name, and the decisions it may take."""
    parts = [rules(node, locale)]
    if catalogue:
        parts.append("# Tools\n\n" + "\n".join(map(_tool, catalogue)))
    if node in _DECISIONS:
        parts.append(_decisions(node))
    return SystemMessage("\n\n".join(parts))


def rules(node: Node, locale: Locale) -> str:
    """Return the rules of a node in a language."""
    return _RULES[node, locale]


def describe(decisions: Mapping[str, type[BaseModel]]) -> str:
    """Return one line per decision, taken from the docstring of its type."""
    return "\n".join(f"- {action}: {' '.join((kind.__doc__ or '').split())}" for action, kind in decisions.items())


@cache
def _decisions(node: Node) -> str:
    decisions, shape = _DECISIONS[node]
    schema = json.dumps(shape.json_schema, ensure_ascii=False, separators=(",", ":"))
    return f"# Decisions\n\n{describe(decisions)}\n\n# JSON schema\n\n{schema}"


def _tool(spec: ToolSpec) -> str:
    return f"- {spec.name} ({spec.effect.value}): {spec.summary} Arguments: {spec.schema_text}"
