"""What a request for a run crosses before the model is asked: round trips to the store, and modules of dayloom.

Measured on the third thread of a service that runs in this process, with an embedded store and no one else about, for
somebody of whom something is remembered.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sys
import tempfile
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final

import httpx
import uvicorn

from bench.counting import CountingProxy
from bench.table import table
from dayloom.api.app import make_app
from dayloom.api.http.authentication import Authentication
from dayloom.api.http.backend import Backend
from dayloom.api.http.rate_limit import RateLimit
from dayloom.api.http.request_head import BoundedHttp
from dayloom.llm.ask import Ask
from dayloom.llm.effort import Effort
from dayloom.llm.failure import Endpoint
from dayloom.llm.models import Models
from dayloom.runs.observer import Observers
from dayloom.settings import Settings
from dayloom.stores.redis.background import in_background
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.embedded import embedded
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, owner_key
from dayloom.traces.metrics import Metrics
from dayloom.traces.redact import redactor
from dayloom.traces.run_log import RunLog
from dayloom.wiring import at_work
from state.events import Emit
from state.prompt import ModelReply

GOAL_TRIPS: Final = 10
GOAL_MODULES: Final = 50
_BACKGROUND: Final = ("HGETALL active", "EXISTS lease", "renew", "take_due")
"""Trips that time makes, and no request: the looks for runs nobody is at and for what is due, and what tells of a run
that takes long.
"""
_ROOT: Final = Path(__file__).parents[1]
_OURS: Final = ("dayloom", "graph", "nodes", "prompts", "state", "tools")
_HERE: Final = Endpoint(where="here", protocol="none", address="", key="")
_REPLY: Final = json.dumps({"action": "reply", "speak": "Hello."})


@dataclass
class Crossing:
    """What one request crossed until the model was asked."""

    trips: list[str] = field(default_factory=list)
    modules: frozenset[str] = frozenset()


@dataclass
class _Watch:
    """A model that says when it is asked, and the list of modules entered before."""

    proxy: CountingProxy
    client: AsyncRedis
    name: str = "watched"
    endpoint: Endpoint = _HERE
    files: set[str] = field(default_factory=set)
    found: Crossing | None = None

    def begin(self) -> None:
        """Count from now on."""
        self.files.clear()
        self.found = None
        self.proxy.reset()
        sys.setprofile(self._note)
        threading.setprofile(self._note)

    async def attempt(self, ask: Ask, effort: Effort | None, emit: Emit) -> ModelReply:
        """End the count, and answer."""
        sys.setprofile(None)
        threading.setprofile(None)
        trips = [trip for trip in self.proxy.sent if not trip.startswith(_BACKGROUND)]
        self.found = Crossing(trips, frozenset(filter(None, map(_module, self.files))))
        return ModelReply(text=_REPLY, model=self.name)

    def _note(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "call":
            self.files.add(frame.f_code.co_filename)


def _module(file: str) -> str | None:
    """Return the name of a module of dayloom; None for any other."""
    path = Path(file)
    if not path.is_relative_to(_ROOT):
        return None
    parts = path.relative_to(_ROOT).with_suffix("").parts
    return ".".join(parts) if parts[0] in _OURS else None


async def crossing() -> Crossing:
    """Return what the third thread's first request crosses."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), rate_limit=0, model="watched")
        async with _serve_watched(settings) as (watch, http):
            (await http.post("/memory", json={"rule": "Say hello before anything else."})).raise_for_status()
            for _ in range(2):
                await _ask(http)
            thread = await _new_thread(http)
            await _at_rest(watch.client)
            watch.begin()
            await _ask(http, thread)
    assert watch.found is not None, "the model was asked"
    return watch.found


@asynccontextmanager
async def _serve_watched(settings: Settings) -> AsyncGenerator[tuple[_Watch, httpx.AsyncClient]]:
    async with (
        embedded(settings.data_dir, settings.redis_server) as url,
        CountingProxy(url) as proxy,
        connect(proxy.url) as client,
    ):
        watch, metrics = _Watch(proxy, client), Metrics()
        observers = Observers((metrics, RunLog()))
        models = Models(watch.name, [watch])
        async with at_work(settings, client, models, observers) as jobs:
            house = Backend(
                settings=settings,
                client=client,
                jobs=jobs,
                authentication=Authentication({}, None, None),
                rate_limit=RateLimit(settings.rate_limit),
                metrics=metrics,
                redact=redactor(settings.secrets()),
            )
            async with _listening(house) as address, httpx.AsyncClient(base_url=address, trust_env=False) as http:
                yield watch, http


@asynccontextmanager
async def _listening(house: Backend) -> AsyncGenerator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(make_app(house), http=BoundedHttp, ws="none", lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        async with in_background(server._serve([listener])):
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"


async def _at_rest(client: AsyncRedis) -> None:
    """Wait until the runs before have let go of their workspace, which is the last they do."""
    while await client.exists(owner_key(LOCAL_OWNER, KeyKind.WORKSPACES)):  # noqa: ASYNC110 - it is in the store
        await asyncio.sleep(0.01)


async def _new_thread(http: httpx.AsyncClient) -> str:
    return (await http.post("/threads", json={})).json()["thread_id"]


async def _ask(http: httpx.AsyncClient, thread: str | None = None) -> None:
    """Post a message and read the whole stream."""
    thread = thread or await _new_thread(http)
    body = {"assistant_id": "dayloom", "input": {"messages": [{"role": "user", "content": "Hello"}]}}
    (await http.post(f"/threads/{thread}/runs/stream", json=body)).raise_for_status()


def main() -> None:
    """Measure, and print a table or one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m bench.crossing", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--modules", action="store_true", help="name the modules too")
    given = parser.parse_args()
    found = asyncio.run(crossing())
    if given.json:
        print(json.dumps({"trips": found.trips, "modules": len(found.modules)}))
        return
    rows = [("round trips to the store", len(found.trips), GOAL_TRIPS), ("modules", len(found.modules), GOAL_MODULES)]
    print(table(("from the post of a run to the first call of the model", "figure", "goal"), rows))
    print("\n".join(f"  {name}" for name in (*found.trips, *(sorted(found.modules) if given.modules else ()))))


if __name__ == "__main__":
    main()
