"""What is known of the models of one API: the way to ask each of them, remembered across processes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from dayloom.llm.chat_completions.shape import Rung
from state.errors import Unavailable


class Bound(StrEnum):
    """The parameter that bounds the tokens of an answer."""

    NEW = "max_completion_tokens"
    OLD = "max_tokens"
    NONE = ""


@dataclass(frozen=True)
class Manner:
    """A way to ask: how for a decision, and what may be sent beside it.

    `effort` how hard to think, `system` a system message, `usage` the wish to be told the tokens; `opens_thinking`
    tells that answers begin within a thought.
    """

    rung: Rung = Rung.JSON_SCHEMA
    effort: bool = True
    system: bool = True
    usage: bool = True
    bound: Bound = Bound.NEW
    opens_thinking: bool = False


class MannerStore(Protocol):
    """Where what was learned of models outlives the process; it may forget."""

    async def load(self, api: str, model: str) -> Mapping[str, Any] | None:
        """Return what was saved of a model, None when nothing is known. Raises Unavailable."""
        ...

    async def save(self, api: str, model: str, manner: Mapping[str, Any]) -> None:
        """Keep it for a while. Raises Unavailable."""
        ...


@dataclass
class Capabilities:
    """How the models of one API are asked, by their names: the best way that was not refused.

    `accepted` are the rungs that an answer has proved, `ignored` the models that answered once as if there was no
    schema on their rung. What rests on a guess is not saved.
    """

    api: str = ""
    store: MannerStore | None = None
    known: dict[str, Manner] = field(default_factory=dict)
    accepted: set[tuple[str, Rung]] = field(default_factory=set)
    guessed: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)

    async def manner(self, model: str) -> Manner:
        """Return how to ask a model."""
        if model not in self.known:
            self.known[model] = await self._load_saved(model) or Manner()
        return self.known[model]

    async def learn(self, model: str, manner: Manner) -> None:
        """Ask a model so from now on."""
        if manner == self.known.get(model):
            return
        self.known[model] = manner
        if self.store is not None and model not in self.guessed:
            with suppress(Unavailable):
                await self.store.save(self.api, model, asdict(manner))

    def doubt(self, model: str, rung: Rung) -> None:
        """Begin a rung lower the next time, because this one met an error and was never accepted."""
        if (model, rung) in self.accepted:
            return
        lower = Rung.JSON_SCHEMA if rung is Rung.TEXT else Rung.JSON_OBJECT if rung is Rung.TOOL_CALL else rung + 1
        self.guessed.add(model)
        self.known[model] = replace(self.known[model], rung=Rung(lower))

    async def note_answer(self, model: str, rung: Rung, *, kept_to_schema: bool) -> None:
        """Note whether an answer kept to its schema; a rung that ignored it twice running is left for the next."""
        self.accepted.add((model, rung))
        if kept_to_schema or rung >= Rung.JSON_OBJECT:
            self.ignored.discard(model)
        elif model not in self.ignored:
            self.ignored.add(model)
        else:
            self.ignored.discard(model)
            await self.learn(model, replace(self.known[model], rung=Rung(rung + 1)))

    async def _load_saved(self, model: str) -> Manner | None:
        with suppress(Unavailable, ValidationError):
            saved = await self.store.load(self.api, model) if self.store else None
            manner = TypeAdapter(Manner).validate_python(saved) if saved else None
            if manner is not None:
                self.accepted.add((model, manner.rung))
            return manner
        return None
