"""The event loop of a service: background work gets what time requests leave it, so that reading never waits for runs.

A run is a long chain of short steps. Taken in turns with fifty runs, a request of five steps would wait for 250 of
theirs; here it waits for a slice of theirs at each of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context, ContextVar
from typing import Any, Final

import uvloop

SLICE: Final = 0.001
"""Seconds of background work between two looks at what else there is to do; one step of it is never cut."""

_FOREGROUND: Final = Context()
_in_background: ContextVar[bool] = ContextVar("dayloom_in_background", default=False)


def enter_background() -> None:
    """Let the current task, and those it creates from now on, run in the background."""
    _in_background.set(True)


class PriorityLoop(uvloop.Loop):
    """Runs the callbacks of background tasks in their own order, after those of all others and `slice` seconds long."""

    def __init__(self, slice: float = SLICE) -> None:
        self._slice = slice
        self._background: deque[tuple[asyncio.Handle, Callable[..., Any], tuple[Any, ...], Context]] = deque()

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Run the callback soon, in the background when its context belongs there."""
        if context is None or not context.get(_in_background):
            return super().call_soon(callback, *args, context=context)
        if not self._background:
            super().call_soon(self._run_background, context=_FOREGROUND)
        handle = asyncio.Handle(callback, args, self, context)
        self._background.append((handle, callback, args, context))
        return handle

    def _run_background(self) -> None:
        end = time.monotonic() + self._slice
        try:
            while self._background:
                self._run_next()
                if time.monotonic() >= end:
                    return
        finally:
            if self._background:
                super().call_soon(self._run_background, context=_FOREGROUND)

    def _run_next(self) -> None:
        handle, callback, args, context = self._background[0]
        try:
            if not handle.cancelled():
                context.run(callback, *args)
        except Exception as error:
            self.call_exception_handler({"message": f"Exception in {callback!r}", "exception": error, "handle": handle})
        finally:
            self._background.popleft()
