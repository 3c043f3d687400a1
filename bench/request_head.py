"""What the bounds of a request's head cost: processor time per request of an app that does nothing."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dayloom.api.http.request_head import BoundedHttp

REQUESTS: Final = 1000
ROUNDS: Final = 7
_PROTOCOLS: Final = {"with": BoundedHttp, "without": HttpToolsProtocol}
_HEADERS: Final = "".join(f"X-Header-{number}: {'v' * 40}\r\n" for number in range(12))
_REQUEST: Final = f"GET /ok HTTP/1.1\r\nHost: localhost\r\n{_HEADERS}\r\n".encode()


async def measure_head() -> dict[str, float]:
    """Return the microseconds per request, client included, at the best of some rounds that take turns."""
    times: dict[str, list[float]] = {name: [] for name in _PROTOCOLS}
    for _ in range(ROUNDS):
        for name, protocol in _PROTOCOLS.items():
            times[name].append(await _time(protocol))
    return {name: round(min(each) * 1e6, 1) for name, each in times.items()}


async def _time(protocol: type[HttpToolsProtocol]) -> float:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(_answer, http=protocol, ws="none", lifespan="off", log_config=None))
        serving = asyncio.create_task(server._serve([listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        begun = time.process_time()
        for _ in range(REQUESTS):
            writer.write(_REQUEST)
            await reader.readuntil(b"\r\n\r\n")
        spent = time.process_time() - begun
        writer.close()
        server.should_exit = True
        await serving
    return spent / REQUESTS


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})
