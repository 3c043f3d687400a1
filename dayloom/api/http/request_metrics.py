"""Every request counted, timed and told to the log; streams kept in view, so that they end when the service does."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dayloom.api.http.backend import Backend
from dayloom.traces.logs import log_extra

_log: Final = logging.getLogger("dayloom.api")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_UNLOGGED: Final = frozenset({"/ok", "/healthz", "/metrics"})
"""Routes that machines ask so often that the log would be about nothing else."""
_ID: Final = re.compile(r"[\w.:-]{1,64}")


@dataclass
class _Exchange:
    """What is known of one request; nothing was answered means that the client went first."""

    began: float = field(default_factory=time.perf_counter)
    status: int = 499
    task: asyncio.Task[Any] | None = None


class MetricsMiddleware:
    """Counts and tells what is answered."""

    def __init__(self, app: ASGIApp, backend: Backend) -> None:
        self._app = app
        self._metrics = backend.metrics
        self._streams = backend.streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, and note what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note_start(scope, exchange, message)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except asyncio.CancelledError:
            if not self._streams.was_cut(exchange.task):
                raise
        except Exception:
            exchange.status = 500
            raise
        finally:
            self._note_end(scope, exchange)

    def _note_start(self, scope: Scope, exchange: _Exchange, message: Message) -> None:
        exchange.status = message["status"]
        self._metrics.seconds.labels(_method(scope), route_of(scope)).observe(time.perf_counter() - exchange.began)
        if Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream"):
            exchange.task = asyncio.current_task()
            self._streams.add(exchange.task)
            self._metrics.streams.inc()

    def _note_end(self, scope: Scope, exchange: _Exchange) -> None:
        if exchange.task is not None:
            self._streams.discard(exchange.task)
            self._metrics.streams.dec()
        route, method = route_of(scope), _method(scope)
        self._metrics.requests.labels(method, route, str(exchange.status)).inc()
        if route not in _UNLOGGED:
            took = round(time.perf_counter() - exchange.began, 4)
            extra = log_extra(method=method, route=route, status=exchange.status, duration=took, **_ids(scope))
            _log.info("request", extra=extra)


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, such as `/threads/{thread_id}`."""
    return getattr(scope.get("route"), "path_format", None) or "unknown"


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"


def _ids(scope: Scope) -> Mapping[str, str]:
    """Return the ids in the path, as far as they are made like ids."""
    given = scope.get("path_params", {})
    named = {"thread": given.get("thread_id"), "run": given.get("run_id")}
    return {name: value for name, value in named.items() if isinstance(value, str) and _ID.fullmatch(value)}
