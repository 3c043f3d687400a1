"""A relay between a client and a server whose connections can be cut: bytes pass through it until then.

    with Relay(upstream, folder / "relay.sock") as relay:  # unix to unix
    with Relay(("127.0.0.1", 2024)) as relay:              # a loopback port, `relay.port`, to a port
        relay.cut()

It runs in a thread of its own, so it also serves child processes. While the server is away, clients are hung up on.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from loop_thread import LoopThread

Where = Path | tuple[str, int]


class Relay(LoopThread):
    """Listens on a unix socket, or on a loopback port, and passes on to `upstream`."""

    def __init__(self, upstream: Where, path: Path | None = None) -> None:
        super().__init__()
        self._upstream = upstream
        self._path = path
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    def cut(self) -> None:
        """Break off every connection, at both ends."""
        self._loop.call_soon_threadsafe(self._hang_up)

    async def _listen(self) -> asyncio.Server:
        if self._path is not None:
            return await asyncio.start_unix_server(self._serve, self._path)
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def _hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, server = await self._dialled()
        except OSError:
            writer.transport.abort()
            return
        both = {writer, server}
        self._writers |= both
        try:
            await asyncio.gather(_passed(reader, server), _passed(answers, writer))
        finally:
            self._writers -= both
            for each in both:
                each.transport.abort()

    async def _dialled(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._upstream, Path):
            return await asyncio.open_unix_connection(self._upstream)
        return await asyncio.open_connection(*self._upstream)


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes until either end is gone."""
    try:
        while arrived := await reader.read(1 << 18):
            writer.write(arrived)
            await writer.drain()
        writer.close()  # what was written goes out first
    except OSError:
        writer.transport.abort()
