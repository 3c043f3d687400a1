"""Which model a run thinks with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from dayloom.llm.chain import ModelChain, Sleep
from dayloom.llm.language_model import LanguageModel
from dayloom.llm.limits import Limits
from dayloom.llm.mode import Mode
from dayloom.settings import OFFLINE
from state.errors import ModelUnavailable, UnknownModel
from state.events import Emit, Event, EventType
from state.ports import ChatModel
from state.prompt import ModelReply, Question


@dataclass(frozen=True)
class FirstThat:
    """Asks one model, and where it cannot be had another: a `state.ports.ChatModel`."""

    model: ChatModel
    otherwise: ChatModel

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Return the answer of the first one that answers; raises ModelUnavailable."""
        try:
            return await self.model.reply(question, emit)
        except ModelUnavailable as down:
            last = down.tries[-1]
            told = {"attempt": len(down.tries), "reason": last.reason, "wait": 0.0, "model": OFFLINE}
            emit(Event(type=EventType.MODEL_RETRY, data={**told, "failed": last.model}))
            reply = await self.otherwise.reply(question, emit)
            usage, tries = down.usage.plus(reply.usage), (*down.tries, *reply.tries)
            return reply.model_copy(update={"usage": usage, "tries": tries})


class Models:
    """Every model a run may ask for: the configured one, its fallbacks, and `offline`.

    `remote` are models of whatever protocol and address, in the order in which they stand in for each other. `limits`
    bound how often and how long they are asked; `sleep` waits between attempts. Where others than the operator chat,
    failures are to be `discreet`: the address of a model is told to the log alone.
    """

    def __init__(
        self,
        default: str = OFFLINE,
        remote: Sequence[LanguageModel] = (),
        *,
        limits: Limits | None = None,
        sleep: Sleep = asyncio.sleep,
        discreet: bool = False,
    ) -> None:
        self.default = default
        self.names = tuple(dict.fromkeys((default, *(model.name for model in remote), OFFLINE)))
        self._remote = {model.name: model for model in remote}
        self._limits = limits or Limits()
        self._sleep = sleep
        self._discreet = discreet

    def of(self, model: str | None = None, mode: Mode | None = None) -> ChatModel:
        """Return the model of this name, the configured one for None, thinking as hard as the mode says.

        When a remote one fails, the other remote ones are asked in their order; `offline` takes no notice of modes.
        Raises UnknownModel.
        """
        name = model or self.default
        if name not in self.names:
            raise UnknownModel(f"There is no model {name!r} here; there are {', '.join(self.names)}.")
        if name != OFFLINE:
            return self.chain(name, mode)
        from dayloom.offline import OfflineModel  # noqa: PLC0415 its grammar takes a quarter of a second to read

        return OfflineModel()

    def in_turn(self, names: Sequence[str], mode: Mode | None = None) -> ChatModel:
        """Return the models of these names, the next asked where one fails; the configured one for no names.

        Those that are not configured are left out. Raises UnknownModel when all of them are.
        """
        known = [name for name in names if name in self.names]
        if not known and names:
            raise UnknownModel(f"None of {', '.join(names)} is configured here; there are {', '.join(self.names)}.")
        if not known or known[0] == OFFLINE:
            return self.of(OFFLINE if known else None, mode)
        last = known.index(OFFLINE) if OFFLINE in known else len(known)
        chain = self._chain([self._remote[name] for name in known[:last]], mode)
        return FirstThat(chain, self.of(OFFLINE)) if last < len(known) else chain

    def chain(self, name: str, mode: Mode | None = None) -> ModelChain:
        """Return a remote model, which can be asked with a prompt too, and the others behind it as fallbacks."""
        preferred = self._remote[name]
        others = [other for other in self._remote.values() if other is not preferred]
        return self._chain([preferred, *others], mode)

    def _chain(self, models: Sequence[LanguageModel], mode: Mode | None) -> ModelChain:
        effort = mode.effort if mode else None
        return ModelChain(models, effort=effort, limits=self._limits, sleep=self._sleep, discreet=self._discreet)
