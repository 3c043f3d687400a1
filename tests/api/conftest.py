"""A server that tests share, and one with a model that answers from a script."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from doubles import ScriptedModelServer
from langgraph_sdk.client import LangGraphClient, get_client
from serving import Serving

OPEN = {"DAYLOOM_WORKSPACE_EXCLUSION": "false", "DAYLOOM_RATE_LIMIT": "0"}


@pytest.fixture(scope="session")
def offline_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server with the built-in model, for everybody."""
    with Serving(tmp_path_factory.mktemp("offline") / "home", **OPEN) as server:
        yield server


@pytest.fixture
async def client(offline_server: Serving) -> AsyncIterator[LangGraphClient]:
    """LangGraph's SDK at the shared server."""
    async with get_client(url=offline_server.url, api_key=None) as sdk:
        yield sdk


Scripted = Callable[..., tuple[LangGraphClient, ScriptedModelServer, Serving]]


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[Scripted]:
    """Start a server whose model answers exactly this, and return the SDK at it, the model, and the server."""
    with ExitStack() as stack:

        def begin(*script: Any, **settings: str) -> tuple[LangGraphClient, ScriptedModelServer, Serving]:
            given = script[0] if len(script) == 1 and callable(script[0]) else list(script)
            model = stack.enter_context(ScriptedModelServer(given))
            server = stack.enter_context(Serving(tmp_path / "home", model=model.base_url, **{**OPEN, **settings}))
            return get_client(url=server.url, api_key=None), model, server

        yield begin
