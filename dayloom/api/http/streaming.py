"""Answers that are sent piece by piece while a run is at work, and that notice when their reader goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

EVENTS: Final = "text/event-stream; charset=utf-8"
JSON: Final = "application/json"

QUIET: Final = 15.0
"""Seconds after which a silent stream says that it is alive."""


class Flow(Response):
    """Sends pieces as they come; `idle` is sent when there is nothing to say, `gone` done when the reader went away."""

    def __init__(
        self,
        pieces: AsyncGenerator[bytes],
        *,
        media_type: str,
        idle: bytes,
        gone: Callable[[], Awaitable[object]] | None = None,
        headers: Mapping[str, str] | None = None,
        quiet: float = QUIET,
    ) -> None:
        super().__init__(None, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no", **(headers or {})})
        del self.headers["content-length"]
        self.headers["content-type"] = media_type
        self._pieces = pieces
        self._idle = idle
        self._quiet = quiet
        self._gone = gone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything, or stop when the reader is gone."""
        leaving = asyncio.ensure_future(_left(receive))
        sending = asyncio.ensure_future(self._sent(send))
        try:
            await asyncio.wait((leaving, sending), return_when=asyncio.FIRST_COMPLETED)
            went_away = not sending.done() or isinstance(sending.exception(), OSError)
        finally:
            await _stopped(leaving)
            await _stopped(sending)
        if went_away:
            if self._gone is not None:
                await self._gone()
            return
        sending.result()

    async def _sent(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with aclosing(_alive(self._pieces, self._idle, self._quiet)) as pieces:
            async for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _alive(pieces: AsyncGenerator[bytes], idle: bytes, quiet: float) -> AsyncGenerator[bytes]:
    """Yield the pieces, and a sign of life whenever none came for a while."""
    waiting: asyncio.Future[bytes] = asyncio.ensure_future(anext(pieces, b""))
    try:
        while True:
            done, _ = await asyncio.wait((waiting,), timeout=quiet)
            if not done:
                yield idle
                continue
            if not (piece := waiting.result()):
                return
            yield piece
            waiting = asyncio.ensure_future(anext(pieces, b""))
    finally:
        await _stopped(waiting)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stopped(task: asyncio.Future[Any]) -> None:
    if not task.done():
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
