"""The plan of a turn and how far it is."""

from __future__ import annotations

from state.decision import Complexity, PlanStep
from state.schedule import Value


class Plan(Value):
    """Steps in order; `current` counts from 0 and equals `len(steps)` when all are done."""

    steps: tuple[PlanStep, ...]
    complexity: Complexity = Complexity.MODERATE
    current: int = 0

    @property
    def step(self) -> PlanStep | None:
        """The step being worked on, or None after the last."""
        return self.steps[self.current] if self.current < len(self.steps) else None

    @property
    def remaining(self) -> int:
        """Steps not yet declared done."""
        return len(self.steps) - self.current

    def advance(self) -> Plan:
        """Return the plan with its current step done."""
        return self.model_copy(update={"current": self.current + 1})
