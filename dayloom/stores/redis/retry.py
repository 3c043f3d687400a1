"""One script sent to the server, again when its reply is lost, until it is known whether it was applied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from redis.exceptions import ConnectionError, TimeoutError

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import StoreUnavailable
from dayloom.stores.redis.round_trips import Argument, Script, send

ATTEMPTS: Final = 3
"""How often a commit whose reply was lost is repeated before its fate is reported as unknown."""


async def repeated(client: AsyncRedis, names: Sequence[str], script: Script, *words: Argument) -> Any:
    """Return what a script that may be repeated returns on these keys; raises StoreUnavailable."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await send(client, script(names, *words))
        except StoreUnavailable as lost:
            if attempt == ATTEMPTS or not isinstance(lost.__cause__, ConnectionError | TimeoutError | OSError):
                raise
    raise AssertionError("unreachable")


def listed(words: Sequence[Argument]) -> list[Argument]:
    """Return a list as the scripts read it: its length, then its items."""
    return [len(words), *words]
