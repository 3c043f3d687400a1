"""What an adapter of a protocol offers: single attempts to have a prompt answered."""

from __future__ import annotations

from typing import Protocol

from dayloom.llm.ask import Ask
from dayloom.llm.effort import Effort
from dayloom.llm.failure import Endpoint
from state.events import Emit
from state.prompt import ModelReply


class LanguageModel(Protocol):
    """One model at one endpoint; whoever asks it decides about time, repetition and fallbacks."""

    @property
    def name(self) -> str:
        """What the model is called in settings, and by a run that asks for it."""
        ...

    @property
    def endpoint(self) -> Endpoint:
        """Where it is asked; the same value for all models that one address and key lead to."""
        ...

    async def attempt(self, ask: Ask, effort: Effort | None, emit: Emit) -> ModelReply:
        """Return the whole answer, having emitted it piece by piece as `message.delta` (`speak` only, when JSON).

        Raises AttemptFailed; the words of a failed attempt may stay, whoever asked takes them back. Cancelling it ends
        the request at once. `effort` None leaves it to the model how hard it thinks. A protocol that cannot answer in
        one piece may stream all the same.
        """
        ...
