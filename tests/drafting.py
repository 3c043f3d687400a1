"""A server with a thread that has a draft: the thread is begun beside the server, on the same store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from durable import CONFIRM, EXECUTE, WEEK, Person
from serving import Serving
from stage import ScriptedModel
from valkey import Valkey

from dayloom.stores.redis.connection import connect
from state.ids import ThreadId
from state.schedule import Schedule

REPLY = {"action": "reply", "speak": "Here it is."}


@dataclass
class Draft:
    """One thread, seen through a client of the server."""

    http: httpx.Client
    url: str
    thread: str

    def begin(self, *script: Any, schedule: Schedule = WEEK) -> None:
        """Say hello on the thread, to a model that answers so."""
        asyncio.run(self._begin(script or (REPLY,), schedule))

    def ask(self) -> None:
        """Begin with a turn that leaves a card open."""
        self.begin(EXECUTE, CONFIRM)

    async def _begin(self, script: tuple[Any, ...], schedule: Schedule) -> None:
        async with connect(self.url) as redis:
            person = Person(redis, thread=ThreadId(self.thread), name=f"{self.thread}-run")
            person.model = ScriptedModel(list(script))
            await person.say("Hello", schedule)

    def preview(self) -> httpx.Response:
        """Fetch the newest draft."""
        return self.http.get(f"/threads/{self.thread}/preview")

    def drag(self, *moves: tuple[int, int | None, int | None], match: str | None = None) -> httpx.Response:
        """Move entries, each a task with its day and slot, in the draft as it is now or as it was at `match`."""
        body = [{"task_id": task, "day": day, "slot_start": slot} for task, day, slot in moves]
        tag = match or self.preview().headers["etag"]
        return self.http.patch(f"/threads/{self.thread}/preview", json=body, headers={"If-Match": tag})

    def commit(self, act: str, key: str, version: int | None = None) -> httpx.Response:
        """Apply or undo; what was seen is the newest schedule unless another version is given."""
        seen = version if version is not None else self.preview().json()["schedule"]["version"]
        headers = {"Idempotency-Key": key}
        return self.http.post(f"/threads/{self.thread}/{act}", json={"state_version": seen}, headers=headers)


@dataclass
class House:
    """A server on a store of its own."""

    server: Serving
    store: Valkey

    @property
    def http(self) -> httpx.Client:
        """A client."""
        return self.server.http

    def draft(self, thread: str) -> Draft:
        """Return a thread on which nothing was said yet."""
        return Draft(self.server.http, self.store.url, thread)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server on a store of its own, for the tests of a module."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "store").mkdir()
    with Valkey(folder / "store") as store, Serving(folder / "home", redis_url=store.url) as server:
        yield House(server, store)
