"""Whether an API rejects how it was asked, rather than the request as such.

`param` decides where the API names one. Many compatible APIs do not; there, and only there, its words are read for the
names of what was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import openai

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
OTHER_CODES: Final = frozenset({"context_length_exceeded", "string_above_max_length", "model_not_found"})


def refuses_effort(error: openai.APIStatusError) -> bool:
    """Tell whether it is the effort, or its value, that is rejected."""
    return _refuses(error, ("reasoning",), EFFORT_WORDS)


def refuses_shape(error: openai.APIStatusError, rung: Rung) -> bool:
    """Tell whether it is the way the shape was asked for that is rejected."""
    if rung is Rung.TEXT or error.code in OTHER_CODES:
        return False
    return _refuses(error, SHAPE_PARAMETERS, SHAPE_WORDS)


def _refuses(error: openai.APIStatusError, parameters: tuple[str, ...], words: Sequence[str]) -> bool:
    if error.status_code not in {400, 422}:
        return False
    if error.param:
        return error.param.startswith(parameters)
    said = f"{error.message} {error.body}".lower()
    return any(word in said for word in words)
