"""Which model a run thinks with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from dayloom.llm.chain import ModelChain, Sleep
from dayloom.llm.language_model import LanguageModel
from dayloom.llm.limits import Limits
from dayloom.llm.mode import Mode
from dayloom.settings import OFFLINE
from state.errors import UnknownModel
from state.ports import ChatModel


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

    def chain(self, name: str, mode: Mode | None = None) -> ModelChain:
        """Return a remote model, which can be asked with a prompt too, and the others behind it as fallbacks."""
        preferred = self._remote[name]
        others = [other for other in self._remote.values() if other is not preferred]
        effort = mode.effort if mode else None
        models = [preferred, *others]
        return ModelChain(models, effort=effort, limits=self._limits, sleep=self._sleep, discreet=self._discreet)
