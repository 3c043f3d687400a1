"""The application: the routes, and what stands around them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response

from dayloom.api import health
from dayloom.api.backend import Backend
from dayloom.api.problem import told
from state.errors import DayloomError

ROUTERS: Final[tuple[APIRouter, ...]] = (health.router,)
"""Everything that is served; a new router is entered here and nowhere else."""


def make_app(backend: Backend) -> FastAPI:
    """Return the application over an open backend."""
    app = FastAPI(title="dayloom", version=version("dayloom"))
    app.state.backend = backend
    app.add_exception_handler(DayloomError, told)
    app.middleware("http")(_known)
    for router in ROUTERS:
        app.include_router(router)
    return app


async def _known(request: Request, follow: Callable[[Request], Awaitable[Response]]) -> Response:
    backend: Backend = request.app.state.backend
    request.scope["dayloom.user"] = await backend.door.who(request.headers)
    return await follow(request)
