"""`dayloom worker`: does the runs that others accept, on a store that is shared."""

from __future__ import annotations

import asyncio
import signal

from dayloom.cli.errors import report_errors
from dayloom.cli.report import ExitCode
from dayloom.cli.terminal import Terminal
from dayloom.runs.observer import Observers
from dayloom.settings import Settings, read_settings
from dayloom.stores.redis.connection import check, without_password
from dayloom.wiring import at_work, open_models, open_store
from state.errors import StoreUnavailable


@report_errors
def worker(screen: Terminal) -> ExitCode:
    """Work until told to stop."""
    settings = read_settings()
    if settings.redis_url is None:
        raise StoreUnavailable(
            "A worker needs the store of those it works for. Set DAYLOOM_REDIS_URL to the one `dayloom serve` uses."
        )
    asyncio.run(_work_until_stopped(settings, without_password(settings.redis_url), screen))
    return ExitCode.DONE


async def _work_until_stopped(settings: Settings, where: str, screen: Terminal) -> None:
    stopped = _stop_event()
    async with open_store(settings) as client, open_models(settings, client, discreet=True) as models:
        for warning in await check(client):
            screen.note(f"store: {warning}", "yellow")
        async with at_work(settings, client, models, Observers()):
            screen.note(f"dayloom works for {where}")
            await stopped.wait()
    screen.note("dayloom has stopped; what it was at goes on with another worker.")


def _stop_event() -> asyncio.Event:
    """Return what is set by SIGTERM and by Ctrl-C, which from now on end nothing by themselves."""
    stopped = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, stopped.set)
    return stopped
