"""Asking a model for more or less reasoning, and remembering who does not know the question."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import openai

PARAMETER: Final = "reasoning_effort"
WORDS: Final = ("reasoning_effort", "reasoning effort", "reasoning.effort")


class Effort(StrEnum):
    """How much reasoning is asked for, in the words of Chat Completions."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Efforts:
    """Remembers which models of one API refuse the parameter."""

    def __init__(self) -> None:
        self._refusing: set[str] = set()

    def asked(self, model: str, effort: Effort | None) -> dict[str, Any]:
        """Return the parameters of a request that ask for the effort; none where it was refused before."""
        return {} if effort is None or model in self._refusing else {PARAMETER: effort.value}

    def refused(self, model: str) -> None:
        """Note that a model is not to be asked again."""
        self._refusing.add(model)


def refuses_effort(error: openai.APIStatusError) -> bool:
    """Tell whether an API rejects the parameter or its value, rather than the request as such.

    As with shapes, `param` decides where the API names one, and its words only where it does not.
    """
    if error.status_code not in {400, 422}:
        return False
    if error.param:
        return error.param.startswith("reasoning")
    words = f"{error.message} {error.body}".lower()
    return any(word in words for word in WORDS)
