"""Whether the service lives, and what it is."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter

from dayloom.api.who import House
from dayloom.stores.connection import reaching

router = APIRouter()


@router.get("/ok")
async def ok() -> dict[str, bool]:
    """Say that the process answers."""
    return {"ok": True}


@router.get("/healthz")
async def healthz(house: House) -> dict[str, str]:
    """Say that the process answers and the store too."""
    with reaching(house.client):
        await house.client.ping()
    return {"status": "ok"}


@router.get("/info")
async def info() -> dict[str, Any]:
    """Say what this is."""
    return {"version": version("dayloom")}
