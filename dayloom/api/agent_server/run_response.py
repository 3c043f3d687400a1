"""A run as a response: its JSON, a stream of server-sent events, or its result."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from typing import Any

from fastapi.responses import JSONResponse

from dayloom.api.agent_server.ephemeral_threads import EphemeralThreads
from dayloom.api.agent_server.sse import HEARTBEAT
from dayloom.api.agent_server.step_cache import StepCache
from dayloom.api.agent_server.stream_event import START, Cursor
from dayloom.api.agent_server.stream_mode import StreamMode
from dayloom.api.agent_server.stream_reader import RunStreamReader, wait_for_result
from dayloom.api.agent_server.thread_json import run_json
from dayloom.api.http.streaming import EVENTS, JSON, KeepAliveResponse
from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant

PATIENCE = 5.0
"""Seconds after which somebody who waits for a result is told that it is still worked on."""


@dataclass(frozen=True)
class RunResponse:
    """Hands out one run of a user.

    With `cancel_on_disconnect` the run ends when its reader goes away; with `ephemeral` its thread is deleted when the
    run has ended. A `stateless` run is called by its id only, not by that of its thread.
    """

    tenant: Tenant
    steps: StepCache
    run: Run
    cancel_on_disconnect: bool = False
    ephemeral: EphemeralThreads | None = None
    stateless: bool = False

    def as_json(self) -> JSONResponse:
        """Return the run."""
        return JSONResponse(run_json(self.run), headers={"Content-Location": self._content_location})

    def as_stream(self, modes: Collection[StreamMode], after: Cursor | None = START) -> KeepAliveResponse:
        """Return the run as server-sent events, from a place on, or without one what comes next."""
        named = after not in (None, START) or bool(self.run.asked.about.get("kwargs", {}).get("resumable"))
        reader = RunStreamReader(self.tenant, self.steps, self.run.thread, self.run.id, modes, after, named)
        frames = self._with_deletion(reader.frames(self.run.asked.about))
        return KeepAliveResponse(
            frames,
            media_type=EVENTS,
            keepalive=HEARTBEAT,
            on_disconnect=self._on_disconnect,
            headers=self._headers("stream"),
        )

    def as_result(self) -> KeepAliveResponse:
        """Return what the run comes to, once it has ended."""
        body = self._with_deletion(wait_for_result(self.tenant, self.steps, self.run.thread, self.run.id))
        headers = self._headers("join")
        return KeepAliveResponse(
            body,
            media_type=JSON,
            keepalive=b"\n",
            on_disconnect=self._on_disconnect,
            headers=headers,
            interval=PATIENCE,
        )

    def _with_deletion(self, pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        return self.ephemeral.stream_then_delete(pieces, self.tenant, self.run) if self.ephemeral else pieces

    def _headers(self, again: str) -> dict[str, str]:
        return {"Location": f"{self._url}/{again}", "Content-Location": self._content_location}

    @property
    def _content_location(self) -> str:
        return f"/runs/{self.run.id}" if self.stateless else self._url

    @property
    def _url(self) -> str:
        return f"/threads/{self.run.thread}/runs/{self.run.id}"

    @property
    def _on_disconnect(self) -> Any:
        return self._cancel if self.cancel_on_disconnect else None

    async def _cancel(self) -> None:
        await self.tenant.runs.cancel(self.run.thread, self.run.id)
