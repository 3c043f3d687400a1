"""A server that tests share, one with a model that answers from a script, and a backend in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from backstage import backstage
from doubles import Fault, ScriptedModelServer
from drafting import house
from langgraph_sdk.client import LangGraphClient, get_client
from serving import Serving

__all__ = ["backstage", "house"]

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


class Script:
    """What the shared model answers; a test puts its own lines in."""

    def __init__(self) -> None:
        self.lines: list[Any] = []
        self.asked = 0

    def __call__(self, request: Any) -> Any:
        """Return the next line."""
        self.asked += 1
        return self.lines.pop(0) if self.lines else Fault("status", 400, message="the script has no answer")


@pytest.fixture(scope="session")
def scripted_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Script]]:
    """A server whose model answers what the script of the test says."""
    script = Script()
    folder = tmp_path_factory.mktemp("scripted") / "home"
    with ScriptedModelServer(script) as model, Serving(folder, model=model.base_url, **OPEN) as server:
        yield server, script


Scripted = Callable[..., tuple[LangGraphClient, Script, Serving]]


@pytest.fixture
def scripted(scripted_server: tuple[Serving, Script]) -> Scripted:
    """Let the model answer exactly this, and return the SDK, the script, and the server."""
    server, script = scripted_server

    def begin(*lines: Any) -> tuple[LangGraphClient, Script, Serving]:
        script.lines, script.asked = list(lines), 0
        return get_client(url=server.url, api_key=None), script, server

    return begin
