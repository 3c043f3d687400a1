"""What model calls cost in tokens."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class FailedTry(BaseModel):
    """A request to a model that came to nothing: which model, and the code of why."""

    model_config = ConfigDict(frozen=True)

    model: str
    reason: str


class Usage(BaseModel):
    """Tokens a model call, or a run, has used."""

    model_config = ConfigDict(frozen=True)

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def plus(self, other: Usage) -> Usage:
        """Return the sum."""
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )
