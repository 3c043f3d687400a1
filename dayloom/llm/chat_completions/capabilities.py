"""What is known of the models of one API: which way to ask for a decision they accept, and who refuses an effort."""

from __future__ import annotations

from dataclasses import dataclass, field

from dayloom.llm.chat_completions.shape import Rung


@dataclass
class Capabilities:
    """What the models of one API were seen to accept, by their names; only what a request has proved.

    `opens_thinking` are those whose answers begin within a thought.
    """

    rungs: dict[str, Rung] = field(default_factory=dict)
    without_effort: set[str] = field(default_factory=set)
    opens_thinking: set[str] = field(default_factory=set)

    def rung(self, model: str) -> Rung:
        """Return where on the ladder to start with a model: on the best rung it has accepted."""
        return self.rungs.get(model, Rung.JSON_SCHEMA)

    def accepted(self, model: str, rung: Rung) -> None:
        """Note that a model accepted this rung."""
        self.rungs[model] = rung

    def refused_effort(self, model: str) -> None:
        """Note that a model is not to be asked for an effort again."""
        self.without_effort.add(model)
