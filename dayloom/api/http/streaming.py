"""Responses streamed while a run is at work: with a keep-alive when silent, and noticing a client that disconnects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

EVENTS: Final = "text/event-stream; charset=utf-8"
JSON: Final = "application/json"

HEAD_ONLY: Final = "dayloom.head_only"
"""In the scope of a request that asks for no body."""
INTERVAL: Final = 15.0
"""Seconds after which a silent stream sends its keep-alive."""


class KeepAliveResponse(Response):
    """Sends chunks as they come and `keepalive` meanwhile; awaits `on_disconnect` when the client has gone."""

    def __init__(
        self,
        chunks: AsyncGenerator[bytes],
        *,
        media_type: str,
        keepalive: bytes,
        on_disconnect: Callable[[], Awaitable[object]] | None = None,
        headers: Mapping[str, str] | None = None,
        interval: float = INTERVAL,
    ) -> None:
        super().__init__(None, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no", **(headers or {})})
        del self.headers["content-length"]
        self.headers["content-type"] = media_type
        self._chunks = chunks
        self._keepalive = keepalive
        self._interval = interval
        self._on_disconnect = on_disconnect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything, or stop when the reader is gone."""
        if HEAD_ONLY in scope:
            await self._chunks.aclose()
            await self._send_start(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        leaving = asyncio.ensure_future(_wait_for_disconnect(receive))
        sending = asyncio.ensure_future(self._send_all(send))
        try:
            await asyncio.wait((leaving, sending), return_when=asyncio.FIRST_COMPLETED)
            # Sending may meet the broken connection before `receive` tells of it.
            went_away = not sending.done() or isinstance(sending.exception(), OSError)
        finally:
            await _cancel(leaving)
            await _cancel(sending)
        if went_away:
            if self._on_disconnect is not None:
                await self._on_disconnect()
            return
        sending.result()

    async def _send_start(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})

    async def _send_all(self, send: Send) -> None:
        await self._send_start(send)
        async with aclosing(_with_keepalive(self._chunks, self._keepalive, self._interval)) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _with_keepalive(chunks: AsyncGenerator[bytes], keepalive: bytes, interval: float) -> AsyncGenerator[bytes]:
    """Yield the chunks, and a sign of life whenever none came for a while."""
    waiting: asyncio.Future[bytes] = asyncio.ensure_future(anext(chunks, b""))
    try:
        while True:
            # Not `wait_for`, which would cancel the generator at the first silence.
            done, _ = await asyncio.wait((waiting,), timeout=interval)
            if not done:
                yield keepalive
                continue
            if not (chunk := waiting.result()):
                return
            yield chunk
            waiting = asyncio.ensure_future(anext(chunks, b""))
    finally:
        await _cancel(waiting)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(task: asyncio.Future[Any]) -> None:
    if not task.done():
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
