"""The newest preview of each thread."""

from __future__ import annotations

from pydantic import ValidationError

from dayloom.stores.owner import preview_lua as scripts
from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys
from dayloom.stores.redis.round_trips import send
from dayloom.stores.redis.serializer import DataSerializer
from state.ids import ThreadId
from state.preview import Preview


class RedisPreviews:
    """Keeps the previews of one owner's threads; versions only grow, however late a write arrives."""

    def __init__(self, client: AsyncRedis, *, owner: str = LOCAL_OWNER) -> None:
        self.client = client
        self.owner = owner
        self.serde = DataSerializer()

    async def put(self, thread: ThreadId, preview: Preview) -> None:
        """Replace the preview unless a newer version is there; raises StoreUnavailable."""
        keys = ThreadKeys(self.owner, thread)
        value = [preview.version, preview.state, preview.schedule, preview.changes]
        sealed = Codec(keys, self.serde).seal(KeyKind.PREVIEW, b"value", value)
        await send(self.client, scripts.PUT_PREVIEW([keys.of(KeyKind.PREVIEW)], preview.version, sealed))

    async def get(self, thread: ThreadId) -> Preview | None:
        """Return the preview, or None when there is none; raises StoreUnavailable and Damaged."""
        codec = Codec(ThreadKeys(self.owner, thread), self.serde)
        keys = [codec.keys.of(kind) for kind in (KeyKind.PREVIEW, KeyKind.BLOBS)]
        version, sealed, number, stored = await send(self.client, scripts.GET_PREVIEW(keys))
        if version is None:
            return None
        number_of, state, schedule, changes = codec.open(KeyKind.PREVIEW, b"value", sealed)
        if version != str(number_of).encode():
            raise Damaged(f"Thread {thread}: the preview has version {number_of}, and another one stands beside it.")
        if number is not None:
            schedule = codec.open(KeyKind.BLOBS, number, stored)
        try:
            return Preview(version=number_of, state=state, schedule=schedule, changes=changes)
        except ValidationError as error:
            raise Damaged(
                f"Thread {thread}: the preview does not fit its schema: {error.errors()[0]['msg']}."
            ) from error
