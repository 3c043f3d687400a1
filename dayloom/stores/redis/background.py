"""Work beside the body of a context, such as watching a connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def in_background(*work: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Do the work until the end of the context; an error of either ends both, and is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
    except ExceptionGroup as several:
        raise _first(several) from several


def _first(error: Exception) -> Exception:
    """Return what came first of all that a group holds."""
    return _first(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error
