"""One nudge followed to its end: tried again while something outside is down, and never the end of its neighbours."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from dayloom.runs.queue import Nudge, Work
from state.errors import Unavailable

LONGEST_PAUSE: Final = 5.0
_FIRST_PAUSE: Final = 0.1

T = TypeVar("T")

_log = logging.getLogger(__name__)


async def carry_through(work: Work, nudge: Nudge) -> None:
    """Follow the nudge; what it raises is logged by kind and place only, because messages may quote a person."""
    try:
        await until_available(lambda: work(nudge.given), nudge)
    except Exception as error:
        _log.error("nudge %s (%s) failed: %s", nudge.id, nudge.name, kind_and_place(error))


async def until_available(attempt: Callable[[], Awaitable[T]], nudge: Nudge) -> T:
    """Return what the attempt for this nudge returns, trying again as long as it says that something is down."""
    pause = _FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except Unavailable as error:
            _log.warning("nudge %s (%s) waits %.1f s: %s", nudge.id, nudge.name, pause, type(error).__name__)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def kind_and_place(error: BaseException) -> str:
    """Return the error's type and the line that raised it, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
