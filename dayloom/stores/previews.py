"""The newest preview of each thread."""

from __future__ import annotations

from pydantic import ValidationError

from dayloom.stores import scripts
from dayloom.stores.connection import AsyncRedis
from dayloom.stores.errors import Damaged
from dayloom.stores.keys import LOCAL_OWNER, Kind, ThreadKeys
from dayloom.stores.seal import missing, seal, unseal
from dayloom.stores.trips import Talk, command, talk
from state.ids import ThreadId
from state.preview import Preview

_TYPE = "preview1"
_FIELD = b"value"


class RedisPreviews:
    """Keeps the previews of one owner's threads; versions only grow, however late a write arrives."""

    def __init__(self, client: AsyncRedis, *, owner: str = LOCAL_OWNER) -> None:
        self.client = client
        self.owner = owner

    async def put(self, thread: ThreadId, preview: Preview) -> None:
        """Replace the preview unless a newer version is there; raises StoreUnavailable."""
        keys = ThreadKeys(self.owner, thread)
        sealed = seal(keys, Kind.PREVIEW, _FIELD, _TYPE, preview.model_dump_json().encode())
        await talk(self.client, _put(keys, preview.version, sealed))

    async def get(self, thread: ThreadId) -> Preview | None:
        """Return the preview, or None when there is none; raises StoreUnavailable and Damaged."""
        keys = ThreadKeys(self.owner, thread)
        version, sealed = await talk(self.client, _get(keys))
        if version is None:
            return None
        if sealed is None:
            raise missing(keys, Kind.PREVIEW, _FIELD)
        tag, content = unseal(keys, Kind.PREVIEW, _FIELD, sealed)
        if tag != _TYPE:
            raise Damaged(f"Thread {thread}: the preview has the type {tag!r}; only {_TYPE!r} is read.")
        try:
            return Preview.model_validate_json(content)
        except ValidationError as error:
            raise Damaged(
                f"Thread {thread}: the preview does not fit its schema: {error.errors()[0]['msg']}."
            ) from error


def _put(keys: ThreadKeys, version: int, sealed: bytes) -> Talk[None]:
    yield [scripts.PUT_PREVIEW([keys.of(Kind.PREVIEW)], version, sealed)]


def _get(keys: ThreadKeys) -> Talk[tuple[bytes | None, bytes | None]]:
    [(version, sealed)] = yield [command("HMGET", keys.of(Kind.PREVIEW), "version", "value")]
    return version, sealed
