"""The middleware around every route: metrics, security headers, CORS, problems, checks, body."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dayloom.api.http.authorization import Authorization
from dayloom.api.http.backend import Backend
from dayloom.api.http.body import BodyMiddleware
from dayloom.api.http.origin import OriginCheck
from dayloom.api.http.problem import handle_error
from dayloom.api.http.request_metrics import MetricsMiddleware
from dayloom.api.http.streaming import HEAD_ONLY
from dayloom.settings import Settings

HEADERS: Final = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
"""Set unless a route has set its own."""
_EXPOSED: Final = (
    "Content-Location",
    "Location",
    "ETag",
    "Retry-After",
    "WWW-Authenticate",
    "X-Pagination-Next",
    "X-Pagination-Total",
    "X-Thread-Id",
)


def _larger_bodies(settings: Settings) -> dict[str, int]:
    """Return the limits of routes that take a calendar: as it is, or in base64 inside a message."""
    inside = settings.max_calendar * 4 // 3 + settings.max_body
    return {"/calendar": settings.max_calendar, "/v1/chat/completions": inside}


def make_middleware(backend: Backend) -> list[Middleware]:
    """Return the middleware of every route, outermost first."""
    settings = backend.settings
    # Whatever answers is counted and gets the headers. Problems are made inside CORS, so that an allowed page can read
    # them. Who asks is settled before a byte of the body is read.
    return [
        Middleware(MetricsMiddleware, backend=backend),
        Middleware(SecurityHeadersMiddleware),
        *_cors(settings.allowed_origins),
        Middleware(ProblemMiddleware),
        Middleware(CheckMiddleware, check=OriginCheck(settings)),
        Middleware(CheckMiddleware, check=Authorization(backend)),
        Middleware(BodyMiddleware, limit=settings.max_body, larger=_larger_bodies(settings)),
        Middleware(HeadMiddleware),
    ]


def _cors(origins: Sequence[str]) -> list[Middleware]:
    """Let these pages ask and read the answers; without any, no page but our own may."""
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=[origin.rstrip("/") for origin in origins],
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )
    ]


class ProblemMiddleware:
    """Answers with the problem an error is; after the answer has begun, an error ends the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            await (await handle_error(Request(scope), error))(scope, receive, send)


class CheckMiddleware:
    """Lets requests pass that a check does not object to."""

    def __init__(self, app: ASGIApp, check: Callable[[Scope], Awaitable[None]]) -> None:
        self._app = app
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then hand on."""
        if scope["type"] == "http":
            await self._check(scope)
        await self._app(scope, receive, send)


class HeadMiddleware:
    """Answers HEAD as GET; the server leaves the body out, and a stream ends before it begins."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on as GET, until the answer begins."""
        if scope.get("method") != "HEAD":
            await self._app(scope, receive, send)
            return

        async def restored(message: Message) -> None:
            scope["method"] = "HEAD"
            await send(message)

        scope.update({"method": "GET", HEAD_ONLY: True})
        try:
            await self._app(scope, receive, restored)
        finally:
            scope["method"] = "HEAD"


class SecurityHeadersMiddleware:
    """Adds the headers that keep a browser from doing more with an answer than it should."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, and complete the headers of the answer."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(message)
            await send(message)

        await self._app(scope, receive, complete)


def _complete(message: MutableMapping[str, Any]) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
