"""Saying one script to the server, whole, until it is known whether it was applied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from redis.exceptions import ConnectionError, TimeoutError

from dayloom.stores.connection import AsyncRedis
from dayloom.stores.errors import StoreUnavailable
from dayloom.stores.keys import ThreadKeys
from dayloom.stores.run_scripts import RUN_KEYS
from dayloom.stores.trips import Script, Talk, Word, talk

ATTEMPTS: Final = 3
"""How often a commit whose reply was lost is repeated before its fate is reported as unknown."""


async def said(client: AsyncRedis, keys: ThreadKeys, script: Script, *words: Word) -> Any:
    """Return what the script returns, repeating it when the reply is lost; raises StoreUnavailable.

    Every script of a run may be repeated: it finds out by itself that it was applied before.
    """
    return await repeated(client, [keys.of(kind) for kind in RUN_KEYS], script, *words)


async def repeated(client: AsyncRedis, names: Sequence[str], script: Script, *words: Word) -> Any:
    """Return what a script that may be repeated returns on these keys; raises StoreUnavailable."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await talk(client, _once(script, names, words))
        except StoreUnavailable as lost:
            if attempt == ATTEMPTS or not isinstance(lost.__cause__, ConnectionError | TimeoutError | OSError):
                raise
    raise AssertionError("unreachable")


def listed(words: Sequence[Word]) -> list[Word]:
    """Return a list as the scripts read it: its length, then its items."""
    return [len(words), *words]


def _once(script: Script, names: Sequence[str], words: Sequence[Word]) -> Talk[Any]:
    [reply] = yield [script(names, *words)]
    return reply
