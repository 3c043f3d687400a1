"""Which schema a store has: one of another dayloom is named before anybody takes it for empty."""

from __future__ import annotations

import re
from typing import Final

from dayloom.stores.redis.connection import AsyncRedis, address, as_text, reaching
from dayloom.stores.redis.errors import TooNew, Unreadable
from dayloom.stores.redis.keys import SCHEMA

MARKER: Final = "dayloom:schema"
"""String: the schema of the store; its own name is the same in every schema, and it never expires."""
_NUMBERED: Final = re.compile(rb"dayloom:(\d+):")
_AT_ONCE: Final = 1000


async def check_schema(client: AsyncRedis) -> None:
    """Mark an empty store as one of this schema; raises TooNew, Unreadable for an older one, and StoreUnavailable."""
    with reaching(client):
        marked = await client.get(MARKER)
        found = {as_text(marked)} if marked is not None else await _schemas(client)
        for other in sorted(found - {str(SCHEMA)}):
            raise _foreign(address(client), other)
        if marked is None:
            await client.set(MARKER, SCHEMA, nx=True)


async def _schemas(client: AsyncRedis) -> set[str]:
    """Return every schema that a key of the store has; asked once, of a store from before there was a marker."""
    names = client.scan_iter(match="dayloom:*", count=_AT_ONCE)
    return {number[1].decode() async for name in names if (number := _NUMBERED.match(name))}


def _foreign(where: str, schema: str) -> Unreadable:
    if schema.isdecimal() and int(schema) < SCHEMA:
        return Unreadable(
            f"The store at {where} was written by an older dayloom (store schema {schema}, this one reads {SCHEMA}). "
            "It was left as it is; use that dayloom, or another store or DAYLOOM_DATA_DIR."
        )
    return TooNew(
        f"The store at {where} was written by a newer dayloom (store schema {schema}, this one reads {SCHEMA}). "
        "It was left as it is; update dayloom, or use another store or DAYLOOM_DATA_DIR."
    )
