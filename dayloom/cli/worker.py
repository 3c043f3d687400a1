"""`dayloom worker`: does the runs that others accept, on a store that is shared."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from dayloom.cli.guard import guarded
from dayloom.cli.report import ExitCode
from dayloom.cli.terminal import Terminal
from dayloom.settings import Settings, read_settings
from dayloom.stores.connection import check, without_password
from dayloom.wiring import backend
from state.errors import StoreUnavailable


@guarded
def worker(screen: Terminal) -> ExitCode:
    """Work until told to stop."""
    settings = read_settings()
    if settings.redis_url is None:
        raise StoreUnavailable(
            "A worker needs the store of those it works for. Set DAYLOOM_REDIS_URL to the one `dayloom serve` uses."
        )
    asyncio.run(_worked(settings, without_password(settings.redis_url), screen))
    return ExitCode.DONE


async def _worked(settings: Settings, where: str, screen: Terminal) -> None:
    async with backend(settings) as house:
        for warning in await check(house.client):
            screen.note(f"store: {warning}", "yellow")
        screen.note(f"dayloom works for {where}")
        await _until_told(house.jobs.run())
    screen.note("dayloom has stopped; what it was at goes on with another worker.")


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """Go on until SIGTERM or Ctrl-C, and end in order."""
    task = asyncio.ensure_future(work)
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, task.cancel)
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
