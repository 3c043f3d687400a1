"""The port to whoever watches runs: metrics, spans, logs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from dayloom.stores.threads.store import RedisThreads
from state.events import Event
from state.ids import RunId, ThreadId


class Observer(Protocol):
    """Watches the runs this process works on; must neither block nor fail."""

    def on_event(self, thread: ThreadId, run: RunId, event: Event) -> None:
        """Take note of what happened in a run, in the order it happened."""
        ...

    def on_leave(self, thread: ThreadId, run: RunId) -> None:
        """Take note that this process works on the run no longer, ended or not; may be said twice."""
        ...


Export: TypeAlias = Callable[[RedisThreads, ThreadId, RunId], Awaitable[None]]
"""Writes elsewhere what a run did that has ended; does nothing while it has not, and must not fail."""


async def export_nothing(threads: RedisThreads, thread: ThreadId, run: RunId) -> None:
    """Leave it where it is."""


@dataclass(frozen=True)
class Observers:
    """Several observers, as one."""

    each: tuple[Observer, ...] = ()

    def on_event(self, thread: ThreadId, run: RunId, event: Event) -> None:
        """Tell all of them."""
        for observer in self.each:
            observer.on_event(thread, run, event)

    def on_leave(self, thread: ThreadId, run: RunId) -> None:
        """Tell all of them."""
        for observer in self.each:
            observer.on_leave(thread, run)
