"""One script of a run, sent to the server on the keys of its thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import ThreadKeys
from dayloom.stores.redis.retry import send_repeatedly
from dayloom.stores.redis.round_trips import Argument, NamedScript


async def run_script(
    client: AsyncRedis, keys: ThreadKeys, script: NamedScript, **given: Argument | Sequence[Argument]
) -> Any:
    """Return what the script returns, repeating it when the reply is lost; raises StoreUnavailable.

    Every script of a run may be repeated: it finds out by itself that it was applied before.
    """
    return await send_repeatedly(client, script.on(keys, given))
