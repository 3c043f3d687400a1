"""Answers that are sent piece by piece: signs of life, and readers that go away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dayloom.api.http.streaming import KeepAliveResponse


async def slowly(*pieces: bytes, pause: float = 0.0) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(pause)
        yield piece


async def sent(flow: KeepAliveResponse, receive: Any, *, seen: asyncio.Event | None = None) -> list[bytes]:
    """Return the pieces that go out; the first of them sets `seen`."""
    bodies: list[bytes] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            bodies.append(message["body"])
            if seen is not None:
                seen.set()

    await flow({"type": "http"}, receive, send)
    return bodies


async def never() -> Any:
    await asyncio.Event().wait()


async def gone() -> Any:
    return {"type": "http.disconnect"}


async def test_pieces_go_out_one_by_one() -> None:
    flow = KeepAliveResponse(slowly(b"a", b"b"), media_type="text/event-stream", keepalive=b":")

    assert await sent(flow, never) == [b"a", b"b", b""]


async def test_a_silent_stream_says_that_it_is_alive() -> None:
    alive = asyncio.Event()

    async def silent() -> AsyncIterator[bytes]:
        await alive.wait()
        yield b"a"

    flow = KeepAliveResponse(silent(), media_type="text/event-stream", keepalive=b":", interval=0.02)

    bodies = await sent(flow, never, seen=alive)

    assert bodies[0] == b":"
    assert [body for body in bodies if body != b":"] == [b"a", b""]


async def test_a_reader_that_went_away_is_noticed_while_nothing_is_sent() -> None:
    noticed = asyncio.Event()

    async def notice() -> None:
        noticed.set()

    flow = KeepAliveResponse(
        slowly(b"a", pause=60), media_type="text/event-stream", keepalive=b":", on_disconnect=notice
    )

    assert await sent(flow, gone) == []
    assert noticed.is_set()


async def test_what_goes_wrong_before_the_end_is_not_hidden() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"a"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await sent(KeepAliveResponse(broken(), media_type="text/event-stream", keepalive=b":"), never)
