"""How a run is handed out: as itself, as a stream, or as its result."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from typing import Any

from fastapi.responses import JSONResponse

from dayloom.api.agent_server.ephemeral_threads import Passing
from dayloom.api.agent_server.sse import HEARTBEAT, START, Cursor
from dayloom.api.agent_server.step_cache import Steps
from dayloom.api.agent_server.stream_mode import Mode
from dayloom.api.agent_server.stream_reader import Reader, waited
from dayloom.api.agent_server.thread_json import run_json
from dayloom.api.http.streaming import EVENTS, JSON, KeepAliveResponse
from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant

PATIENCE = 5.0
"""Seconds after which somebody who waits for a result is told that it is still worked on."""


@dataclass(frozen=True)
class Answers:
    """Hands out one run of a user; with `cancel` the run ends when its reader goes away, with `passing` its thread.

    A run that stands `alone` is called by its id only, not by that of its thread.
    """

    tenant: Tenant
    steps: Steps
    run: Run
    cancel: bool = False
    passing: Passing | None = None
    alone: bool = False

    def itself(self) -> JSONResponse:
        """Return the run."""
        return JSONResponse(run_json(self.run), headers={"Content-Location": self._name})

    def stream(self, modes: Collection[Mode], after: Cursor | None = START) -> KeepAliveResponse:
        """Return the run as server-sent events, from a place on, or without one what comes next."""
        named = after not in (None, START) or bool(self.run.asked.about.get("kwargs", {}).get("resumable"))
        reader = Reader(self.tenant, self.steps, self.run.thread, self.run.id, modes, after, named)
        frames = self._read(reader.frames(self.run.asked.about))
        return KeepAliveResponse(
            frames, media_type=EVENTS, keepalive=HEARTBEAT, on_disconnect=self._gone, headers=self._headers("stream")
        )

    def result(self) -> KeepAliveResponse:
        """Return what the run comes to, once it has ended."""
        body = self._read(waited(self.tenant, self.run.thread, self.run.id))
        headers = self._headers("join")
        return KeepAliveResponse(
            body, media_type=JSON, keepalive=b"\n", on_disconnect=self._gone, headers=headers, interval=PATIENCE
        )

    def _read(self, pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        return self.passing.read(pieces, self.tenant, self.run) if self.passing else pieces

    def _headers(self, again: str) -> dict[str, str]:
        return {"Location": f"{self._url}/{again}", "Content-Location": self._name}

    @property
    def _name(self) -> str:
        return f"/runs/{self.run.id}" if self.alone else self._url

    @property
    def _url(self) -> str:
        return f"/threads/{self.run.thread}/runs/{self.run.id}"

    @property
    def _gone(self) -> Any:
        return self._cancelled if self.cancel else None

    async def _cancelled(self) -> None:
        await self.tenant.runs.cancel(self.run.thread, self.run.id)
