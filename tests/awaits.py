"""A coroutine whose every await is counted, so that something can happen at the n-th."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any

Happens = Callable[[int], object]
"""Called with the number of each await, counted from 1 over all tasks, just before the task goes on."""


class Counted(Coroutine[Any, Any, Any]):
    """Passes everything on to a coroutine, and says each time it is resumed."""

    def __init__(self, inner: Any, resumed: Callable[[], object]) -> None:
        self._inner = inner
        self._resumed = resumed

    def send(self, value: Any) -> Any:
        self._resumed()
        return self._inner.send(value)

    def throw(self, *error: Any) -> Any:
        return self._inner.throw(*error)

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()


def counting(happens: Happens) -> Callable[..., asyncio.Task[Any]]:
    """Return a task factory that counts."""
    number = 0

    def resumed() -> None:
        nonlocal number
        number += 1
        happens(number)

    def made(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        return asyncio.Task(Counted(work, resumed), loop=loop, **options)

    return made


def run_counting(work: Coroutine[Any, Any, Any], happens: Happens) -> None:
    """Run as `asyncio.run` does, counting."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_task_factory(counting(happens))
        runner.run(work)
