"""Which schema a store has: one of another dayloom is named before anybody takes it for empty."""

from __future__ import annotations

import re
from typing import Final

from dayloom.stores.redis.connection import AsyncRedis, address, as_text, reaching
from dayloom.stores.redis.errors import TooNew, Unreadable
from dayloom.stores.redis.keys import SCHEMA
from dayloom.stores.redis.round_trips import Script, send

MARKER: Final = "dayloom:schema"
"""String: the schema of the store; its own name is the same in every schema, and it never expires."""
READABLE: Final = {str(number) for number in range(1, SCHEMA + 1)}
"""The schemas whose names are the same and whose records are read as they are: fields that came later have defaults."""
_NUMBERED: Final = re.compile(rb"dayloom:(\d+):")
_AT_ONCE: Final = 1000


_RAISE: Final = Script("""
-- KEYS marker; ARGV what it was found to be ('' for none), what it shall be. Another process may have been faster.
if (redis.call('GET', KEYS[1]) or '') == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
""")


async def check_schema(client: AsyncRedis) -> None:
    """Mark a store that is empty, or has a schema this one holds, as of this schema.

    Raises TooNew, Unreadable for another older one, and StoreUnavailable.
    """
    with reaching(client):
        marked = await client.get(MARKER)
        found = {as_text(marked)} if marked is not None else await _schemas(client)
        for other in sorted(found - READABLE):
            raise _foreign(address(client), other)
        if found != {str(SCHEMA)} or marked is None:
            await send(client, _RAISE([MARKER], as_text(marked), SCHEMA))


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
