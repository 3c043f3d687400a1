"""Layer one of every prompt: rules, tools and decisions; the same for every call, so that caches hit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from langchain_core.messages import SystemMessage
from pydantic import BaseModel

from prompts.signature import Signatures
from state.decision import EXECUTE_DECISIONS, PLAN_DECISIONS
from state.tool import Effect, ToolSpec
from state.when import Locale

# Read once at import: a node runs in an event loop, where reading a file would hold everyone up.
_RULES: Final[Mapping[Locale, str]] = {
    locale: (files("prompts") / "rules" / f"system.{locale.value}.md").read_text("utf-8").strip() for locale in Locale
}

_TOOLS: Final[Mapping[Effect, str]] = {
    Effect.READ: "Tools that only look, or keep the work queue (`continue`, `tool_calls`):",
    Effect.DRAFT: "Tools that change the draft (`confirm`, `tool_call`):",
    Effect.OUTSIDE: "Tools that change the person's tasks or calendar (`confirm`, `tool_call`; always asked):",
}

_SHAPE: Final = """\
A decision is one JSON object: "reason" (why, in one sentence), "action", the fields of that action, and last "speak" \
(what the person sees right now, in their language; short). For example:
{"reason":"They want it on Tuesday, where slots 5-6 are free.","action":"confirm","tool_call":{"name":"place",\
"arguments":{"task_id":3,"day":2,"slot_start":5}},"speak":"The essay would go on Tuesday."}"""

_OF_EVERY_DECISION: Final = frozenset({"action", "reason", "speak"})
_OF_EVERY_PLAN: Final = _OF_EVERY_DECISION | {"allow_reorder"}


def instructions(locale: Locale, catalogue: tuple[ToolSpec, ...]) -> SystemMessage:
    """Return the rules, the tools that may be named, and the decisions that may be taken."""
    return SystemMessage("\n\n".join([rules(locale), _decisions(), "\n".join(_tools(catalogue))]))


def rules(locale: Locale) -> str:
    """Return the rules in a language."""
    return _RULES[locale]


def describe(decisions: Mapping[str, type[BaseModel]]) -> str:
    """Return one line per decision, taken from the docstring of its type."""
    return "\n".join(f"- {action}: {_summary(kind)}" for action, kind in decisions.items())


def _summary(kind: type[BaseModel]) -> str:
    return " ".join((kind.__doc__ or "").split())


@cache
def _decisions() -> str:
    return "\n".join(_say_decisions())


def _say_decisions() -> Iterator[str]:
    yield f"# Decisions\n\n{_SHAPE}"
    for purpose, decisions, common in (
        ("To plan, each with `allow_reorder`: bool", PLAN_DECISIONS, _OF_EVERY_PLAN),
        ("To work", EXECUTE_DECISIONS, _OF_EVERY_DECISION),
    ):
        yield f"\n{purpose}:"
        signatures = Signatures()
        for action, kind in decisions.items():
            schema = kind.model_json_schema()
            single = {"tool_call"} if "tool_calls" in schema["properties"] else frozenset[str]()
            fields = signatures.fields(schema, without=common | single)
            yield f"- {action}({fields}): {_summary(kind)}" if fields else f"- {action}: {_summary(kind)}"


def _tools(catalogue: tuple[ToolSpec, ...]) -> Iterator[str]:
    yield "# Tools"
    signatures = Signatures()
    for effect, head in _TOOLS.items():
        tools = [spec for spec in catalogue if spec.effect is effect]
        if tools:
            yield f"\n{head}"
            yield from (f"- {spec.name}({signatures.fields(spec.parameters)}): {spec.summary}" for spec in tools)
