"""Which model a run thinks with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dayloom.llm.mode import Mode
from dayloom.offline import OfflineModel
from dayloom.settings import OFFLINE
from state.errors import UnknownModel
from state.ports import ChatModel

if TYPE_CHECKING:
    from dayloom.llm.openai import OpenAIChatModel


class Models:
    """Every model a run may ask for: the configured one, its fallbacks, and `offline`.

    `api` is the one client of all remote models; whoever opened it closes it.
    """

    def __init__(self, default: str = OFFLINE, remote: Sequence[str] = (), api: OpenAIChatModel | None = None) -> None:
        self.default = default
        self.names = tuple(dict.fromkeys((default, *remote, OFFLINE)))
        self._api = api
        self._offline = OfflineModel()

    def known(self, name: str) -> bool:
        """Tell whether a run may ask for this model."""
        return name in self.names

    def of(self, model: str | None = None, mode: Mode | None = None) -> ChatModel:
        """Return the model of this name, the configured one for None, thinking as hard as the mode says.

        When a remote one fails, the other remote ones are asked in their order; `offline` takes no notice of modes.
        Raises UnknownModel.
        """
        name = model or self.default
        if not self.known(name):
            raise UnknownModel(f"There is no model {name!r} here; there are {', '.join(self.names)}.")
        if name == OFFLINE or self._api is None:
            return self._offline
        return self._api.preferring(name, mode.effort if mode else None)
