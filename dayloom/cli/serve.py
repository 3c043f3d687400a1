"""`dayloom serve`: the chat backend."""

from __future__ import annotations

import asyncio

import uvicorn

from dayloom.api.app import make_app
from dayloom.cli.guard import guarded
from dayloom.cli.report import ExitCode
from dayloom.cli.terminal import Terminal
from dayloom.settings import Settings, read_settings
from dayloom.wiring import backend


@guarded
def serve(screen: Terminal, *, host: str | None, port: int | None) -> ExitCode:
    """Serve until told to stop."""
    settings = read_settings().at(host, port)
    asyncio.run(_served(settings, screen))
    return ExitCode.DONE


async def _served(settings: Settings, screen: Terminal) -> None:
    async with backend(settings) as house:
        config = uvicorn.Config(
            make_app(house), host=settings.host, port=settings.port, http="httptools", access_log=False
        )
        screen.note(f"dayloom listens on http://{settings.host}:{settings.port}")
        await uvicorn.Server(config).serve()
