"""A proxy in front of a Redis server that understands the protocol and strikes at the n-th command.

    with RedisProxy(store_url) as proxy:
        proxy.arm(Fault(Strike.DROP_REPLY, at=7))
        ...  # point the program at proxy.url
    assert proxy.struck

It runs in a thread of its own, so it also serves child processes. Commands are counted over all connections since the
last `arm`, the greetings of a new connection included; replies are matched to commands by their order.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
import tempfile
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from loop_thread import LoopThread
from resp import Frames, is_push, words


class Strike(StrEnum):
    """What happens at the chosen command."""

    KILL_BEFORE = "kill before"
    """The client dies; the server never sees the command."""
    KILL_AFTER = "kill after"
    """The server carries the command out; the client dies before it reads the reply."""
    DROP_REPLY = "drop reply"
    """The server carries the command out; the client finds the connection closed instead of a reply."""
    RESET = "reset"
    """The client finds the connection reset; the server never sees the command."""
    SWALLOW = "swallow"
    """The server carries the command out; nothing comes back, and the connection stays open."""
    SLOW = "slow"
    """The command reaches the server `seconds` later."""
    HOLD = "hold"
    """The command, and all that follow on its connection, wait until `release`."""
    HOLD_REPLY = "hold reply"
    """The server carries the command out; the reply, and all that follow on its connection, wait until `release`."""


@dataclass(frozen=True)
class Fault:
    """One strike at the n-th command, counted from 1."""

    strike: Strike
    at: int
    seconds: float = 0.0


@dataclass(eq=False)
class _Line:
    """One client's connection through the proxy."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    server_reader: asyncio.StreamReader
    server_writer: asyncio.StreamWriter
    awaited: deque[int] = field(default_factory=deque)

    @property
    def client_pid(self) -> int:
        """The process at the other end of a unix socket."""
        sock: socket.socket = self.writer.get_extra_info("socket")
        return struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]

    def reset(self) -> None:
        """Hang up on the client the rude way."""
        sock: socket.socket = self.writer.get_extra_info("socket")
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class RedisProxy(LoopThread):
    """Passes commands on to the server at `upstream` (a `unix://` or `redis://` URL), and strikes when armed.

    Listens on a unix socket, or with `tcp` on a loopback port; only over the former can it kill its client.
    """

    def __init__(self, upstream: str, *, tcp: bool = False) -> None:
        super().__init__()
        self._upstream = urlsplit(upstream)
        self._tcp = tcp
        self._folder = tempfile.TemporaryDirectory(prefix="proxy")
        self._lines: set[_Line] = set()
        self._free = asyncio.Event()
        self._fault: Fault | None = None
        self.commands: list[str] = []
        self.struck = False
        self.url = ""

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self._folder.cleanup()

    def arm(self, fault: Fault | None = None) -> None:
        """Begin to count anew, and strike when the count says so."""
        self._run(self._armed(fault))

    def release(self) -> None:
        """Let go of what is held."""
        self._loop.call_soon_threadsafe(self._free.set)

    def strikes(self, otherwise: Callable[[], bool]) -> bool:
        """Wait until the strike has come; False when it is `otherwise` and there is nothing to wait for."""
        while not self.struck and not otherwise():
            time.sleep(0.002)
        return self.struck

    @property
    def seen(self) -> int:
        """Commands seen since the last `arm`."""
        return len(self.commands)

    async def _armed(self, fault: Fault | None) -> None:
        self._fault, self.struck, self.commands = fault, False, []
        self._free.clear()

    async def _listen(self) -> asyncio.Server:
        if self._tcp:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
            return server
        path = Path(self._folder.name) / "p.sock"
        self.url = f"unix://{path}"
        return await asyncio.start_unix_server(self._serve, path)

    def _hang_up(self) -> None:
        for line in list(self._lines):
            line.writer.transport.abort()
            line.server_writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = _Line(reader, writer, *await self._dialled())
        except OSError:
            writer.transport.abort()
            return
        self._lines.add(line)
        try:
            await _first(self._requests(line), self._replies(line))
        finally:
            self._lines.discard(line)
            line.server_writer.close()
            line.writer.close()

    async def _dialled(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._upstream.scheme == "unix":
            return await asyncio.open_unix_connection(unquote(self._upstream.path))
        return await asyncio.open_connection(self._upstream.hostname, self._upstream.port)

    async def _requests(self, line: _Line) -> None:
        frames = Frames()
        while arrived := await line.reader.read(1 << 18):
            for frame in frames.cut(arrived):
                self.commands.append(b" ".join(words(frame)[:2])[:60].decode(errors="replace"))
                if self._due(self.seen) and not await self._passes(line):
                    return
                line.awaited.append(self.seen)
                line.server_writer.write(frame)
            await line.server_writer.drain()

    async def _replies(self, line: _Line) -> None:
        frames = Frames()
        while arrived := await line.server_reader.read(1 << 18):
            for frame in frames.cut(arrived):
                if not is_push(frame) and await self._answers(line.awaited.popleft(), line):
                    continue
                line.writer.write(frame)
            await line.writer.drain()

    def _due(self, number: int) -> bool:
        return self._fault is not None and self._fault.at == number

    async def _passes(self, line: _Line) -> bool:
        """Do what is due when the command arrives; tell whether the server may see it."""
        fault = self._fault
        assert fault is not None
        self.struck = True
        match fault.strike:
            case Strike.KILL_BEFORE:
                os.kill(line.client_pid, signal.SIGKILL)
                return False
            case Strike.RESET:
                line.reset()
                return False
            case Strike.SLOW:
                await asyncio.sleep(fault.seconds)
            case Strike.HOLD:
                await self._free.wait()
            case Strike.KILL_AFTER | Strike.DROP_REPLY | Strike.SWALLOW | Strike.HOLD_REPLY:
                pass
        return True

    async def _answers(self, number: int, line: _Line) -> bool:
        """Do what is due when the reply arrives; tell whether the client never gets it."""
        if not self._due(number) or self._fault is None:
            return False
        match self._fault.strike:
            case Strike.KILL_AFTER:
                os.kill(line.client_pid, signal.SIGKILL)
            case Strike.DROP_REPLY:
                line.writer.close()
            case Strike.HOLD_REPLY:
                await self._free.wait()
                return False
            case Strike.SWALLOW:
                pass
            case _:
                return False
        return True


async def _first(*doing: Coroutine[Any, Any, None]) -> None:
    """Return when one of them has ended, and end the others."""
    tasks = [asyncio.ensure_future(each) for each in doing]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
