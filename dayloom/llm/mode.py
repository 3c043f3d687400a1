"""How hard a run thinks: a mode is an effort asked of the model, and budgets around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dayloom.llm.effort import Effort
from state.common import RunSettings

MOST_ROUNDS: Final = 1000
"""No mode gives a run more rounds than settings may."""


class Mode(StrEnum):
    """How hard a run thinks; without a mode the model is asked for no effort, and budgets are as they are set."""

    FAST = "fast"
    THINKING = "thinking"
    DEEP = "deep"

    @property
    def effort(self) -> Effort:
        """What the model is asked for."""
        return _MEANS[self].effort

    def budgets(self, settings: RunSettings) -> RunSettings:
        """Return the settings with this mode's budgets; apply it before what the person set for this one run."""
        means = _MEANS[self]
        rounds = min(max(round(settings.max_rounds * means.rounds), 1), MOST_ROUNDS)
        context = max(round(settings.context_tokens * means.context), 1000)
        return settings.model_copy(update={"max_rounds": rounds, "context_tokens": context})


@dataclass(frozen=True)
class _Means:
    """`rounds` and `context` are multiples of what is set: rounds of execute, tokens of a prompt."""

    effort: Effort
    rounds: float
    context: float


_MEANS: Final[Mapping[Mode, _Means]] = {
    Mode.FAST: _Means(Effort.LOW, rounds=0.5, context=0.5),
    Mode.THINKING: _Means(Effort.MEDIUM, rounds=1, context=1),
    Mode.DEEP: _Means(Effort.HIGH, rounds=2, context=2),
}
