"""The FastAPI application: routers, middleware and error handlers put together."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from dayloom.api.agent_server import assistants, crons, runs, stateless, states, store, threads
from dayloom.api.agent_server.ephemeral_threads import EphemeralThreads
from dayloom.api.agent_server.protocol import routes as protocol
from dayloom.api.agent_server.step_cache import StepCache
from dayloom.api.completions import routes as completions
from dayloom.api.drafts import (
    apply,
    attempts,
    audit,
    calendar,
    calendar_events,
    events,
    feedback,
    feeds,
    inbox,
    jobs,
    limits,
    memory,
    preview,
    replay,
    risks,
    start,
    tasks,
    tools,
    trace,
    user_events,
    week,
)
from dayloom.api.drafts import (
    threads as thread_list,
)
from dayloom.api.http import docs, health, openapi, page, sign_in
from dayloom.api.http.backend import Backend
from dayloom.api.http.middleware import make_middleware
from dayloom.api.http.openapi import OpenApiSchema
from dayloom.api.http.problem import handle_error
from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant
from state.errors import DayloomError

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    openapi.router,
    docs.router,
    page.router,
    sign_in.router,
    assistants.router,
    crons.router,
    stateless.router,
    threads.router,
    states.router,
    store.router,
    runs.router,
    protocol.router,
    start.router,
    calendar.router,
    calendar_events.router,
    feedback.router,
    feeds.router,
    jobs.router,
    inbox.router,
    attempts.router,
    risks.router,
    tasks.router,
    limits.router,
    memory.router,
    preview.router,
    thread_list.router,
    week.router,
    apply.router,
    replay.router,
    audit.router,
    trace.router,
    events.router,
    user_events.router,
    tools.router,
    completions.router,
)
"""Everything that is served; a new router is entered here and nowhere else."""


async def _note_end(backend: Backend, tenant: Tenant, run: Run) -> None:
    await backend.jobs.post_of(tenant.user).note_end(run.id)


def make_routes(middleware: Sequence[Middleware] = ()) -> FastAPI:
    """Return the application without a backend: good for its schema only."""
    app = FastAPI(
        title="dayloom",
        version=version("dayloom"),
        openapi_url=None,
        redirect_slashes=False,
        middleware=middleware,
        # The framework's own telemetry would record whole URLs and the texts of exceptions.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.openapi = OpenApiSchema(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


def make_app(backend: Backend) -> FastAPI:
    """Return the application over an open backend."""
    app = make_routes(make_middleware(backend))
    app.state.backend = backend
    app.state.steps = StepCache()
    app.state.ephemeral_threads = EphemeralThreads(partial(_note_end, backend))
    for error in (DayloomError, RedisError, RequestValidationError, HTTPException):
        app.add_exception_handler(error, handle_error)
    app.mount(docs.FILES, docs.swagger_files())
    app.mount(page.ASSETS, page.page_files())
    return app


if __name__ == "__main__":  # the schema, which the page's types are made from
    sys.stdout.buffer.write(asyncio.run(make_routes().state.openapi.json()))
