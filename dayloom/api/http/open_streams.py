"""The event streams being sent, so that a service that stops can cut them."""

from __future__ import annotations

import asyncio
from typing import Any, TypeAlias

Task: TypeAlias = asyncio.Task[Any]


class OpenStreams:
    """Knows the streams that are open, and can cut them all."""

    def __init__(self) -> None:
        self._open: set[Task] = set()
        self._cut: set[Task] = set()

    def add(self, task: Task | None) -> None:
        """Note that this task sends a stream."""
        if task is not None:
            self._open.add(task)

    def discard(self, task: Task) -> None:
        """Note that its stream is over."""
        self._open.discard(task)
        self._cut.discard(task)

    def was_cut(self, task: Task | None) -> bool:
        """Tell whether this stream was cut by `close_all`."""
        return task in self._cut

    def close_all(self) -> None:
        """Cut all of them: the clients go on elsewhere, from the event they saw last."""
        self._cut |= self._open
        for task in self._open:
            task.cancel()
