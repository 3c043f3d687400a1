"""A request's head is bounded in size and time, whoever sends it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from dayloom.api.http import request_head
from dayloom.api.http.request_head import MAX_HEAD, BoundedHttp


async def told(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers with the size of the body it was sent."""
    size, more = 0, True
    while more:
        event = await receive()
        size, more = size + len(event.get("body", b"")), event.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


@pytest.fixture
async def address() -> AsyncIterator[tuple[str, int]]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(told, http=BoundedHttp, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([listener]))
    yield listener.getsockname()
    server.should_exit = True
    await serving


async def answer(address: tuple[str, int], *pieces: bytes) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection(*address)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    head = await reader.readuntil(b"\r\n\r\n")
    size = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    body = await reader.readexactly(int(size[0].split(b":")[1])) if size else await reader.read(100)
    writer.close()
    return int(head.split()[1]), body


START = b"POST / HTTP/1.1\r\nHost: x\r\n"


async def test_a_header_without_end_is_refused_soon(address: tuple[str, int]) -> None:
    status, body = await answer(address, START + b"X-A: ", *(b"a" * 16_000 for _ in range(6)))

    assert (status, json.loads(body)["code"]) == (431, "head_too_large")


async def test_a_whole_head_that_is_too_long_is_refused_too(address: tuple[str, int]) -> None:
    status, _ = await answer(address, START + b"X-A: " + b"a" * (2 * MAX_HEAD) + b"\r\n\r\n")

    assert status == 431


async def test_a_head_of_ordinary_size_is_answered_and_a_body_may_be_larger(address: tuple[str, int]) -> None:
    body = b"b" * (3 * MAX_HEAD)
    head = START + b"X-A: " + b"a" * 40_000 + b"\r\nContent-Length: %d\r\n\r\n" % len(body)

    assert (await answer(address, head, body))[0] == 200


async def test_trailers_without_end_are_refused(address: tuple[str, int]) -> None:
    chunked = START + b"Transfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\nX-T: "

    assert (await answer(address, chunked, *(b"t" * 16_000 for _ in range(6))))[0] == 431


async def test_a_head_that_never_ends_and_a_silent_connection_are_closed(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_head, "HEAD_SECONDS", 0.05)
    slow, silent = await asyncio.open_connection(*address), await asyncio.open_connection(*address)
    slow[1].write(START)

    assert (await slow[0].read()).startswith(b"HTTP/1.1 408 ")
    assert await silent[0].read() == b""
    for _, writer in (slow, silent):
        writer.close()
