"""A proxy that counts round trips: how often a client sends something and then waits for the answer.

Calls of dayloom's scripts are also counted by name, and each trip is named by what it sends.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from dayloom.stores.owner import calendar_lua, due, item_lua, job_lua, told_lua, user_events, workspace_lua
from dayloom.stores.redis.round_trips import Script
from dayloom.stores.threads import index_lua, lua

_NAMES: Final = {
    script.sha.encode(): name.lower()
    for module in (calendar_lua, due, item_lua, job_lua, told_lua, user_events, workspace_lua, index_lua, lua)
    for name, script in vars(module).items()
    if isinstance(script, Script)
}
_COMMAND: Final = re.compile(rb"\*\d+\r\n\$\d+\r\n([A-Z]+)\r\n(?:\$\d+\r\n([^\r\n]*))?")
"""A command and its first argument, which is a key, a script or a channel."""


class CountingProxy:
    """Passes bytes between a client and the server on a unix socket; `trips` counts changes of direction.

    `sent` names them: the commands of each, in capitals, and scripts by their own names.
    """

    def __init__(self, upstream: str) -> None:
        self._upstream = unquote(urlsplit(upstream).path)
        self._folder = tempfile.TemporaryDirectory(prefix="trips")
        self.url = f"unix://{self._folder.name}/p.sock"
        self.trips = 0
        self.calls: Counter[str] = Counter()
        self.sent: list[str] = []

    def reset(self) -> None:
        """Count anew."""
        self.trips = 0
        self.calls.clear()
        self.sent.clear()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._serve, Path(self._folder.name) / "p.sock")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._folder.cleanup()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(self._upstream)
        waiting = False

        async def there() -> None:
            nonlocal waiting
            while sent := await reader.read(1 << 16):
                if not waiting:
                    self.trips += 1
                    self.sent.append(_names_of(sent))
                self.calls.update(name for sha, name in _NAMES.items() if sha in sent)
                waiting = True
                server_writer.write(sent)

        async def back() -> None:
            nonlocal waiting
            while answered := await server_reader.read(1 << 16):
                waiting = False
                writer.write(answered)

        ways = [asyncio.ensure_future(way()) for way in (there, back)]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        server_writer.close()
        writer.close()


def _names_of(sent: bytes) -> str:
    """Return the commands of a trip as far as its first bytes show them."""
    return " + ".join(_NAMES.get(first) or _with_key(command, first) for command, first in _COMMAND.findall(sent))


def _with_key(command: bytes, first: bytes) -> str:
    """Return `HGET calendar`: a command and what kind of key it is on."""
    kind = re.match(r"dayloom:\d+:(?:\{.*\}:)?(\w+)", first.decode(errors="replace"))
    return f"{command.decode()} {kind[1]}" if kind else command.decode()
