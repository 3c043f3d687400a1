"""What an owner is told outside any run: events, messages in their inbox, and posts on their way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from dayloom.stores.owner import told_lua as scripts
from dayloom.stores.owner.due import Due, DueKind, wake_at, wake_by
from dayloom.stores.owner.user_events import seal_event
from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, OwnerKeys
from dayloom.stores.redis.round_trips import Argument, command, pairs, send, send_repeatedly
from dayloom.stores.redis.serializer import DataSerializer
from state.errors import UnknownMessage
from state.message import Contact, Message, Post
from state.user_event import UserEventType

T = TypeVar("T", bound=BaseModel)

_CONTACT: Final = b"contact"


@dataclass(frozen=True)
class Told:
    """What an owner is told at once: events with their data, messages, and what goes out of them."""

    events: Sequence[tuple[UserEventType, Mapping[str, Any]]] = ()
    messages: Sequence[Message] = ()
    posts: Sequence[Post] = ()

    def sealed(self, codec: Codec) -> dict[str, Sequence[Argument]]:
        """Return the lists that `tell_owner` takes."""
        mail = [
            (each.id, str(each.at.timestamp()), codec.seal(KeyKind.MAIL, each.id.encode(), each))
            for each in self.messages
        ]
        posts = [(each.id, codec.seal(KeyKind.OUTBOX, each.id.encode(), each)) for each in self.posts]
        return {
            "news": [seal_event(codec, type, data) for type, data in self.events],
            "mail": [part for each in mail for part in each],
            "posts": [part for each in posts for part in each],
        }


NOTHING: Final = Told()


@dataclass(frozen=True)
class _Owned:
    client: AsyncRedis
    owner: str = LOCAL_OWNER
    codec: Codec = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codec", Codec(OwnerKeys(self.owner), DataSerializer()))

    def _key(self, kind: KeyKind) -> str:
        return self.codec.keys.of(kind)

    def _read(self, model: type[T], kind: KeyKind, id: bytes, stored: bytes) -> T:
        try:
            return model.model_validate(self.codec.open(kind, id, stored))
        except ValidationError as error:
            wrong = error.errors()[0]
            raise Damaged(f"A stored {kind} does not fit its schema: {wrong['loc']} {wrong['msg']}.") from error


class RedisInbox(_Owned):
    """Keeps the messages to one owner, and where else they want to be told; raises StoreUnavailable and Damaged."""

    async def tell(self, told: Told, *, once: str = "") -> bool:
        """Tell something; False when the message or post `once` was there already, and nothing was told."""
        await remind_of(self.client, self.owner, told.posts)
        given = {"once": once, **told.sealed(self.codec)}
        is_new = bool(await send_repeatedly(self.client, scripts.TELL.on(self.codec.keys, given)))
        await remind_of(self.client, self.owner, told.posts)
        return is_new

    async def all(self) -> tuple[Message, ...]:
        """Return every message, the newest first."""
        found = pairs(await send(self.client, command("HGETALL", self._key(KeyKind.MAIL))))
        messages = [self._open(id, stored, b"\0" + id in found) for id, stored in found.items() if id[:1] != b"\0"]
        return tuple(sorted(messages, key=lambda each: (each.at, each.id), reverse=True))

    async def get(self, id: str) -> Message:
        """Return a message; raises UnknownMessage."""
        fields = command("HMGET", self._key(KeyKind.MAIL), id, f"\0{id}")
        stored, read = await send(self.client, fields)
        if stored is None or id.startswith("\0"):
            raise UnknownMessage(f"there is no message {id!r}")
        return self._open(id.encode(), stored, read is not None)

    async def mark(self, id: str, *, read: bool) -> Message:
        """Note that a message was read, or was not; raises UnknownMessage."""
        if await send(self.client, scripts.MARK_READ.on(self.codec.keys, {"id": id, "read": "1" if read else ""})):
            return await self.get(id)
        raise UnknownMessage(f"there is no message {id!r}")

    async def delete(self, id: str) -> None:
        """Forget a message; raises UnknownMessage."""
        if not await send(self.client, scripts.FORGET_MAIL.on(self.codec.keys, {"id": id})):
            raise UnknownMessage(f"there is no message {id!r}")

    async def contact(self) -> Contact:
        """Return where else the owner wants to be told."""
        stored = await send(self.client, command("GET", self._key(KeyKind.CONTACT)))
        return self._read(Contact, KeyKind.CONTACT, _CONTACT, stored) if stored else Contact()

    async def set_contact(self, contact: Contact) -> None:
        """Keep where else the owner wants to be told."""
        sealed = self.codec.seal(KeyKind.CONTACT, _CONTACT, contact)
        await send(self.client, command("SET", self._key(KeyKind.CONTACT), sealed))

    def _open(self, id: bytes, stored: bytes, read: bool) -> Message:
        return self._read(Message, KeyKind.MAIL, id, stored).model_copy(update={"read": read})


@dataclass(frozen=True)
class KeptPost:
    """A post as it lies in the outbox."""

    post: Post
    stored: bytes


class RedisOutbox(_Owned):
    """Keeps what is on its way from one owner; raises StoreUnavailable and Damaged."""

    async def get(self, id: str) -> KeptPost | None:
        """Return a post; None when there is none."""
        stored = await send(self.client, command("HGET", self._key(KeyKind.OUTBOX), id))
        return KeptPost(self._read(Post, KeyKind.OUTBOX, id.encode(), stored), stored) if stored else None

    async def all(self) -> tuple[Post, ...]:
        """Return every post, oldest first."""
        found = pairs(await send(self.client, command("HGETALL", self._key(KeyKind.OUTBOX))))
        posts = [self._read(Post, KeyKind.OUTBOX, id, stored) for id, stored in found.items()]
        return tuple(sorted(posts, key=lambda each: (each.made, each.id)))

    async def swap(self, kept: KeptPost, now: Post | None) -> KeptPost | None:
        """Put another form of a post in its place, or forget it; None when somebody else was faster."""
        id = kept.post.id
        sealed = self.codec.seal(KeyKind.OUTBOX, id.encode(), now) if now else b""
        given = {"id": id, "before": kept.stored, "now": sealed}
        if not await send_repeatedly(self.client, scripts.SWAP_POST.on(self.codec.keys, given)):
            return None
        return KeptPost(now or kept.post, sealed)

    async def wake_at(self, id: str, moment: datetime | None) -> None:
        """Set when a post is looked at next; None for never."""
        await wake_at(self.client, Due(self.owner, DueKind.POST, id), moment)


async def remind_of(client: AsyncRedis, owner: str, posts: Sequence[Post]) -> None:
    """See to it that posts are looked at when they are due."""
    for post in posts:
        await wake_by(client, Due(owner, DueKind.POST, post.id), post.due.astimezone(UTC))
