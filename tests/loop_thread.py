"""An event loop on a thread of its own: what listens there also serves child processes, and a test that blocks."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any, Self


class LoopThread(ABC):
    """Listens from `with` on until its end; whoever listens there gives `_listen` and `_hang_up`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(30)

    @abstractmethod
    async def _listen(self) -> asyncio.Server: ...

    @abstractmethod
    def _hang_up(self) -> None: ...

    async def _close(self) -> None:
        self._server.close()
        self._hang_up()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
