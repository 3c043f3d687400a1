"""Whether an API rejects how it was asked, rather than the request as such.

`param` decides where the API names one. Many compatible APIs do not; there, and only there, its words are read for the
names of what was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import openai

from dayloom.llm.chat_completions.capabilities import Bound, Manner
from dayloom.llm.chat_completions.shape import Rung

EFFORT_WORDS: Final = ("reasoning_effort", "reasoning effort", "reasoning.effort")
SHAPE_PARAMETERS: Final = ("response_format", "tools", "tool_choice")
SHAPE_WORDS: Final = (
    "response_format",
    "response format",
    "json",
    "schema",
    "tool",
    "function",
    "grammar",
    "structured",
)
GRAMMAR_WORDS: Final = ("grammar", "schema", "response_format", "guided", "structured output", "xgrammar", "outlines")
"""How servers that fail at a schema, instead of refusing it, say so."""
USAGE_WORDS: Final = ("stream_options", "include_usage")
BOUND_PARAMETERS: Final = ("max_completion_tokens", "max_tokens")
BOUND_WORDS: Final = (*BOUND_PARAMETERS, "max_new_tokens", "in the completion", "of completion tokens")
TOO_LONG_WORDS: Final = (
    "context_length",
    "context length",
    "context size",
    "context window",
    "exceed_context_size",
    "maximum model length",
    "max_model_len",
    "prompt is too long",
    "prompt too long",
    "input token count",
    "reduce the length of",
)
"""How OpenAI, llama.cpp and its Python server, vLLM, Ollama, LM Studio, Anthropic, Gemini and Groq say it."""
NO_SYSTEM_WORDS: Final = (
    "system role",
    "role 'system'",
    "role system",
    "system message",
    "only user and assistant",
    "roles must alternate",
)
"""How chat templates say that they know no system message."""
OTHER_CODES: Final = frozenset({"context_length_exceeded", "string_above_max_length", "model_not_found"})


def lesser_manner(error: openai.APIStatusError, manner: Manner, *, effort: bool, decision: bool) -> Manner | None:
    """Return the next best way to ask after a refusal, or None when it was not the way of asking that was refused.

    `effort` and `decision` tell what was asked for.
    """
    if manner.effort and effort and refuses_effort(error):
        return replace(manner, effort=False)
    if manner.usage and _refuses(error, ("stream_options",), USAGE_WORDS):
        return replace(manner, usage=False)
    if manner.bound and _refuses(error, BOUND_PARAMETERS, BOUND_WORDS):
        return replace(manner, bound=Bound.OLD if manner.bound is Bound.NEW else Bound.NONE)
    if manner.system and refuses_system(error):
        return replace(manner, system=False)
    if decision and refuses_shape(error, manner.rung):
        return replace(manner, rung=rung_below(error, manner.rung))
    return None


def refuses_effort(error: openai.APIStatusError) -> bool:
    """Tell whether it is the effort, or its value, that is rejected."""
    return _refuses(error, ("reasoning",), EFFORT_WORDS)


def says_too_long(error: openai.APIError) -> bool:
    """Tell whether the model has no room for all it was sent."""
    return error.code == "string_above_max_length" or says(error, TOO_LONG_WORDS)


def refuses_system(error: openai.APIStatusError) -> bool:
    """Tell whether it is the system message that the model's template rejects, with whatever status."""
    return not error.param and says(error, NO_SYSTEM_WORDS)


def refuses_shape(error: openai.APIStatusError, rung: Rung) -> bool:
    """Tell whether it is the way the shape was asked for that is rejected."""
    if rung is Rung.TEXT or error.code in OTHER_CODES or says_too_long(error):
        return False
    if error.status_code >= 500:
        return says(error, GRAMMAR_WORDS)
    return _refuses(error, SHAPE_PARAMETERS, SHAPE_WORDS)


def rung_below(error: openai.APIStatusError, rung: Rung) -> Rung:
    """Return the way to try when this one is refused; the tools themselves only where it is forcing one that is."""
    if rung is Rung.TOOL_CALL and not _refuses(error, ("tool_choice",), ("tool_choice", "tool choice")):
        return Rung.JSON_OBJECT
    return Rung(rung + 1)


def _refuses(error: openai.APIStatusError, parameters: tuple[str, ...], words: Sequence[str]) -> bool:
    if error.status_code not in {400, 422}:
        return False
    if error.param:
        return error.param.startswith(parameters)
    return says(error, words)


def says(error: openai.APIError, words: Sequence[str]) -> bool:
    """Tell whether a server says one of these words."""
    said = f"{error.message} {error.body}".lower()
    return any(word in said for word in words)
