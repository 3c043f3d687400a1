"""One script of a run, sent to the server on the keys of its thread."""

from __future__ import annotations

from typing import Any

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import ThreadKeys
from dayloom.stores.redis.retry import repeated
from dayloom.stores.redis.round_trips import Argument, Script
from dayloom.stores.threads.lua import RUN_KEYS


async def run_script(client: AsyncRedis, keys: ThreadKeys, script: Script, *words: Argument) -> Any:
    """Return what the script returns, repeating it when the reply is lost; raises StoreUnavailable.

    Every script of a run may be repeated: it finds out by itself that it was applied before.
    """
    return await repeated(client, [keys.of(kind) for kind in RUN_KEYS], script, *words)
