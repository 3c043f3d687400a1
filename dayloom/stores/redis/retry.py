"""One command sent to the server, again when its reply is lost, until it is known whether it was applied."""

from __future__ import annotations

from typing import Any, Final

from redis.exceptions import ConnectionError, TimeoutError

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import StoreUnavailable
from dayloom.stores.redis.round_trips import Command, send

ATTEMPTS: Final = 3
"""How often a commit whose reply was lost is repeated before its fate is reported as unknown."""


async def send_repeatedly(client: AsyncRedis, command: Command) -> Any:
    """Return the reply to a command that may be repeated; raises StoreUnavailable."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await send(client, command)
        except StoreUnavailable as lost:
            if attempt == ATTEMPTS or not isinstance(lost.__cause__, ConnectionError | TimeoutError | OSError):
                raise
    raise AssertionError("unreachable")
