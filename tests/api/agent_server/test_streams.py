"""Streams are counted while they are sent, and cut when the service ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from dayloom.api.http.backend import Backend
from dayloom.api.http.request_metrics import MetricsMiddleware
from dayloom.settings import Settings
from dayloom.wiring import backend

ASKED: dict[str, Any] = {"type": "http", "method": "GET", "path": "/threads/x/stream", "headers": []}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Backend]:
    async with backend(Settings(data_dir=tmp_path)) as house:
        yield house


async def endless(scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await asyncio.Event().wait()


async def begun(house: Backend) -> asyncio.Task[None]:
    """Ask for an endless stream, and return when it has begun."""
    told = asyncio.Event()

    async def send(message: Message) -> None:
        told.set()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    asked = asyncio.create_task(MetricsMiddleware(endless, house)(dict(ASKED), receive, send))
    await told.wait()
    return asked


def open_streams(house: Backend) -> float | None:
    return house.metrics.registry.get_sample_value("dayloom_streams_open")


async def test_an_open_stream_is_counted_until_its_client_leaves(house: Backend) -> None:
    streams = [await begun(house) for _ in range(2)]
    assert open_streams(house) == 2

    streams[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await streams[0]
    assert open_streams(house) == 1

    streams[1].cancel()


async def test_all_streams_end_when_the_service_does(house: Backend) -> None:
    streams = [await begun(house) for _ in range(3)]

    house.streams.close_all()
    async with asyncio.timeout(60):
        await asyncio.gather(*streams)

    assert open_streams(house) == 0
