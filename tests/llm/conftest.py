"""Desks at models of a scripted server, and an end for whatever a test opens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from doubles import ScriptedModelServer
from model_desk import KEY, Desk, desk

from dayloom.llm.chat_completions.model import ChatCompletionsApi
from dayloom.llm.limits import Limits

Seat = Callable[..., Desk]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Close at the end whatever a test opens."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def seat(stack: AsyncExitStack) -> Seat:
    """Build desks; `limits` are changes to short ones, waits are written down instead of waited."""

    def build(server: ScriptedModelServer | str, *, fallbacks: tuple[str, ...] = (), **changed: Any) -> Desk:
        limits = replace(Limits(), **changed)
        url = server if isinstance(server, str) else server.base_url
        api = ChatCompletionsApi(base_url=url, api_key=KEY, limits=limits)
        stack.push_async_callback(api.aclose)
        return desk([api.model(name) for name in ("first", *fallbacks)], limits)

    return build
