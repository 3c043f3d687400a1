"""What is known of the models of one API: which way to ask for a decision they accept, and who refuses an effort."""

from __future__ import annotations

from dataclasses import dataclass, field

from dayloom.llm.chat_completions.shape import Rung


@dataclass
class Capabilities:
    """What the models of one API were seen to accept, by their names; only what a request has proved.

    `opens_thinking` are those whose answers begin within a thought, `without_system` those whose template knows no
    system message, `ignored` those that answered once as if there was no schema on their rung.
    """

    rungs: dict[str, Rung] = field(default_factory=dict)
    without_effort: set[str] = field(default_factory=set)
    opens_thinking: set[str] = field(default_factory=set)
    without_system: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)

    def rung(self, model: str) -> Rung:
        """Return where on the ladder to start with a model: on the best rung it has accepted."""
        return self.rungs.get(model, Rung.JSON_SCHEMA)

    def accepted(self, model: str, rung: Rung) -> None:
        """Note that a model accepted this rung."""
        self.rungs[model] = rung

    def answered(self, model: str, rung: Rung, *, kept_to_schema: bool) -> None:
        """Note whether a schema was kept to; a rung that ignored it twice running is left for the next."""
        if kept_to_schema or rung >= Rung.JSON_OBJECT:
            self.ignored.discard(model)
        elif model not in self.ignored:
            self.ignored.add(model)
        else:
            self.ignored.discard(model)
            self.rungs[model] = Rung(rung + 1)

    def refused_effort(self, model: str) -> None:
        """Note that a model is not to be asked for an effort again."""
        self.without_effort.add(model)
