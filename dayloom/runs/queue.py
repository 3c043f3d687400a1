"""The port to background work: a nudge is handed over here, and whoever is alive follows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Work: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Nudge:
    """A reminder that there is work: which handler looks after it, and what it is given (plain JSON)."""

    id: str
    name: str
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Queue(Protocol):
    """Takes nudges."""

    async def enqueue(self, nudge: Nudge) -> None:
        """Take the nudge; the same id is the same nudge as long as nobody has followed it."""
        ...


class Engine(Queue, Protocol):
    """Follows nudges at least once, in no promised order, also when the process that began one dies.

    An adapter is made with the work it knows, by name.
    """

    async def run(self) -> None:
        """Work until cancelled."""
        ...
