"""Whether the service lives, what it is, and how it does."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from dayloom.api.http.dependencies import CurrentBackend
from dayloom.api.http.responses import problems
from dayloom.stores.redis.connection import reaching

router = APIRouter(tags=["Service"], responses=problems())


@router.get("/ok")
async def ok() -> dict[str, bool]:
    """Say that the process answers."""
    return {"ok": True}


@router.get("/healthz")
async def healthz(backend: CurrentBackend) -> dict[str, str]:
    """Say that the process answers and the store too; 503 when it does not."""
    with reaching(backend.client):
        await backend.client.ping()
    return {"status": "ok"}


@router.get("/info")
async def info(backend: CurrentBackend) -> dict[str, Any]:
    """Say what this is, in the words of the Agent Server API."""
    flags = {"assistants": True, "crons": False, "langsmith": False, "langsmith_tracing_replicas": False}
    return {
        "name": "dayloom",
        "version": version("dayloom"),
        "langgraph_py_version": version("langgraph"),
        "flags": flags,
        "model": backend.settings.model,
    }


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"description": "The counters", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(backend: CurrentBackend) -> Response:
    """Return the counters of this process for Prometheus."""
    return Response(generate_latest(backend.metrics.registry), media_type=CONTENT_TYPE_LATEST)
