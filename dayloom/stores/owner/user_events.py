"""The one event stream of a user: numbered, the newest thousand kept, read from any number on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from dayloom.stores.owner.told_lua import MOST_EVENTS, NEWS
from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.envelope import as_damaged
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, OwnerKeys
from dayloom.stores.redis.round_trips import NamedScript, command, pairs, send, transact
from dayloom.stores.redis.serializer import DataSerializer
from state.user_event import UserEvent, UserEventType

KEPT: Final = MOST_EVENTS
"""So many of the newest events are kept."""
_EVENT: Final = b"event"

TELL: Final = NamedScript(
    NEWS + "return tell_news(event, most)",
    keys=(KeyKind.NEWS,),
    arguments=("event", "most"),
)


def seal_event(codec: Codec, type: UserEventType, data: Mapping[str, Any]) -> bytes:
    """Return the stored form of an event that happens now."""
    now = int(datetime.now(UTC).timestamp() * 1000)
    return codec.seal(KeyKind.NEWS, _EVENT, [type.value, dict(data), now])


@dataclass(frozen=True)
class UserEventPage:
    """Events from a number on; `next` is the one to go on with, `dropped` counts those that are kept no longer."""

    events: tuple[UserEvent, ...]
    next: int
    first: int
    dropped: int


class RedisUserEvents:
    """Tells and reads the events of one owner; raises StoreUnavailable and Damaged."""

    def __init__(self, client: AsyncRedis, *, owner: str = LOCAL_OWNER) -> None:
        self._client = client
        self._owner = owner
        self._codec = Codec(OwnerKeys(owner), DataSerializer())

    @property
    def channel(self) -> str:
        """What is published on when there is something new."""
        return self._codec.keys.of(KeyKind.NEWS)

    async def tell(self, type: UserEventType, **data: Any) -> int:
        """Add an event and return its number."""
        event = seal_event(self._codec, type, data)
        return int(await send(self._client, TELL.on(self._codec.keys, {"event": event, "most": KEPT})))

    async def page(self, start: int, limit: int = 100) -> UserEventPage:
        """Return events from a number on; 0 begins with the oldest. A number beyond the newest begins behind it."""
        key = self.channel
        oldest, newest, found = await transact(
            self._client,
            command("XRANGE", key, "-", "+", "COUNT", 1),
            command("XREVRANGE", key, "+", "-", "COUNT", 1),
            command("XRANGE", key, f"{start}-0", "+", "COUNT", limit),
        )
        first = _number(oldest[0][0]) if oldest else 1
        last = _number(newest[0][0]) if newest else 0
        with as_damaged(self._owner):
            events = tuple(self._read(entry, pairs(fields)) for entry, fields in found)
        following = events[-1].number + 1 if events else min(max(start, 1), last + 1)
        return UserEventPage(events, following, first, max(0, first - max(start, 1)))

    def _read(self, entry: bytes, fields: Any) -> UserEvent:
        type, data, at = self._codec.open(KeyKind.NEWS, _EVENT, fields[_EVENT])
        when = datetime.fromtimestamp(at / 1000, UTC)
        return UserEvent(number=_number(entry), type=UserEventType(type), data=data, at=when)


def _number(entry: bytes) -> int:
    return int(entry.partition(b"-")[0])
