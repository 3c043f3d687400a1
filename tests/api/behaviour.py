"""What a client sees of an Agent Server: one side to talk to, and a row of the list both sides are compared by."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import uuid4

import httpx

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
"""An id nothing has."""

WEEK: Final = {
    "timezone": "Europe/Berlin",
    "window": {"start": "2026-11-23", "days": 7, "allow_past": True},
    "grid": [{"slot": slot, "start": f"{7 + slot:02}:00", "end": f"{7 + slot:02}:45"} for slot in range(1, 13)],
    "tasks": [{"id": 1, "title": "Essay", "duration": 2}],
}
TALK: Final = "what can you do?"
APPROVED: Final = {"assistant_id": "dayloom", "command": {"resume": {"decisions": [{"type": "approve"}]}}}
SLOW: Final = {"configurable": {"model": "slow"}}
"""Configures a run whose model never answers."""

Json: TypeAlias = dict[str, Any]


def saying(text: str, *, schedule: Json | None = None, **more: Any) -> Json:
    """Return the body of a run that says something."""
    given: Json = {"messages": [{"role": "user", "content": text}]}
    return {"assistant_id": "dayloom", "input": given | ({"schedule": schedule} if schedule else {}), **more}


def planning(**more: Any) -> Json:
    """Return the body of a run that ends in a card."""
    return saying("Plan my tasks", schedule=WEEK, **more)


@dataclass(frozen=True)
class Sent:
    """One server-sent event."""

    event: str
    data: Any
    id: str | None


@dataclass(frozen=True)
class Streamed:
    """A whole stream: its head, and what was sent."""

    response: httpx.Response
    sent: list[Sent]

    @property
    def names(self) -> list[str]:
        """The events' names in order, repetitions once."""
        names = [one.event for one in self.sent]
        return [name for name, before in zip(names, [None, *names], strict=False) if name != before]

    @property
    def ids(self) -> list[str | None]:
        """The events' ids in order."""
        return [one.id for one in self.sent]


@dataclass(frozen=True)
class Side:
    """One of the two servers."""

    http: httpx.AsyncClient

    async def thread(self, **given: Any) -> str:
        """Return the id of a new thread."""
        return (await self.http.post("/threads", json=given)).json()["thread_id"]

    async def wait(self, thread: str, body: Json) -> httpx.Response:
        """Run to the end, or to a card."""
        return await self.http.post(f"/threads/{thread}/runs/wait", json=body)

    async def start(self, thread: str, body: Json) -> Json:
        """Start a run and return it at once."""
        return (await self.http.post(f"/threads/{thread}/runs", json=body)).json()

    async def get(self, path: str) -> Any:
        """Return what stands at a path."""
        return (await self.http.get(path)).json()

    async def post(self, path: str, body: Json) -> Any:
        """Return what a post is answered with."""
        return (await self.http.post(path, json=body)).json()

    async def code(self, method: str, path: str, body: Json | None = None) -> int:
        """Return the status a request is answered with."""
        return (await self.http.request(method, path, json=body)).status_code

    async def stream(self, method: str, path: str, body: Json | None = None, **headers: str) -> Streamed:
        """Read a stream to its end."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self.http.request(method, path, json=body, headers=named)
        return Streamed(response, sent(response.text))

    async def said(self, body: Json) -> Streamed:
        """Stream a run on a thread of its own."""
        return await self.stream("POST", f"/threads/{await self.thread()}/runs/stream", body)

    async def slowly(self) -> tuple[str, str]:
        """Return a thread and the run at work on it, whose model does not answer."""
        thread = await self.thread()
        run = await self.start(thread, saying("hello", config=SLOW))
        while await self._pending(thread, run["run_id"]):  # noqa: ASYNC110 - it begins in another process
            await asyncio.sleep(0.05)
        return thread, run["run_id"]

    async def _pending(self, thread: str, run: str) -> bool:
        return (await self.get(f"/threads/{thread}/runs/{run}"))["status"] == "pending"


def sent(text: str) -> list[Sent]:
    """Return the events of a stream; comments are skipped."""
    found: list[Sent] = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.partition(": ")[::2] for line in block.splitlines() if line and not line.startswith(":")]
        fields = dict(lines)
        if "event" in fields:
            data = "\n".join(value for name, value in lines if name == "data")
            found.append(Sent(fields["event"], json.loads(data) if data else None, fields.get("id")))
    return found


def unique() -> str:
    """Return a word nobody else used."""
    return uuid4().hex


Play: TypeAlias = Callable[[Side], Awaitable[Any]]


@dataclass(frozen=True)
class Behaviour:
    """One row: what to do, what LangGraph's own server shows then, and what ours shows.

    Where ours differs, `why` says so.
    """

    play: Play
    there: Any
    ours: Any
    why: str

    @property
    def name(self) -> str:
        """What the row is about."""
        return self.play.__name__


@dataclass
class Rows:
    """The list, filled by a decorator over each row's play."""

    rows: list[Behaviour]

    def alike(self, seen: Any) -> Callable[[Play], Play]:
        """Enter a row both sides show alike."""
        return self.unlike(there=seen, ours=seen, why="")

    def unlike(self, *, there: Any, ours: Any, why: str) -> Callable[[Play], Play]:
        """Enter a row where ours is meant to differ."""

        def enter(play: Play) -> Play:
            self.rows.append(Behaviour(play, there, ours, why))
            return play

        return enter
