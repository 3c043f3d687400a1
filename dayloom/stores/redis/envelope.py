"""The envelope around every stored value: its own version, digest, owner, type tag, content.

The digest also covers where the value belongs, so a value that was moved to another key, thread or owner is found out
just like one with a flipped bit. A value that does not open is reported and left as it is. Larger content is
compressed, which the type tag says.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import KeyKind, ThreadKeys

_MAGIC: Final = b"dl"
_FORMAT: Final = 1
_OPENING: Final = _MAGIC + bytes((_FORMAT,))
_DIGEST: Final = 16
_INSIDE: Final = len(_OPENING) + _DIGEST
_PACKED: Final = "zlib:"

WORTH_PACKING: Final = 256
"""Bytes from which on content is compressed."""
LARGEST: Final = 256 * 2**20
"""Bytes a value may unfold to; more is damage or malice."""


@dataclass(frozen=True)
class Envelope:
    """How the values of one key are sealed and opened."""

    keys: ThreadKeys
    kind: KeyKind
    begun: hashlib.blake2b
    """The digest of the key's name, to go on from."""
    owner: bytes

    def seal(self, field: bytes, tag: str, content: bytes) -> bytes:
        """Return the stored form of a value that is to lie in this field."""
        if len(content) >= WORTH_PACKING:
            tag, content = _PACKED + tag, zlib.compress(content, 1)
        inside = b"".join((self.owner, _short(tag), content))
        return b"".join((_OPENING, self._digest(field, inside), inside))

    def open(self, field: bytes, stored: bytes) -> tuple[str, bytes]:
        """Return type tag and content of what was stored in this field; raises Damaged."""
        if not stored.startswith(_OPENING) or len(stored) < _INSIDE + 2:
            raise self.damaged(field, _foreign(stored))
        inside = stored[_INSIDE:]
        if stored[len(_OPENING) : _INSIDE] != self._digest(field, inside):
            raise self.damaged(field, "it is not what was written, or belongs elsewhere")
        if not inside.startswith(self.owner):
            raise self.damaged(field, "it belongs to somebody else")
        begins = len(self.owner) + 2
        ends = begins + int.from_bytes(inside[begins - 2 : begins])
        tag, content = inside[begins:ends].decode(), inside[ends:]
        if not tag.startswith(_PACKED):
            return tag, content
        try:
            return tag.removeprefix(_PACKED), _unpack(content)
        except (zlib.error, ValueError) as error:
            raise self.damaged(field, f"it cannot be unpacked ({error})") from error

    def damaged(self, field: bytes, why: str) -> Damaged:
        """Return the error for the value in this field."""
        what = field.decode(errors="replace").replace("\0", " ").strip()
        where, others = (f"Thread {self.keys.thread}", "threads") if self.keys.thread else ("The user's data", "users")
        return Damaged(
            f"{where}: the stored value {self.kind} [{what}] is unusable: {why}. It was left as it "
            f"is; other {others} are not affected."
        )

    def _digest(self, field: bytes, inside: bytes) -> bytes:
        digest = self.begun.copy()
        digest.update(b"".join((len(field).to_bytes(4), field, inside)))
        return digest.digest()


@lru_cache(maxsize=1024)
def envelope(keys: ThreadKeys, kind: KeyKind) -> Envelope:
    """Return the envelope around every value of this key."""
    name = keys.of(kind).encode()
    begun = hashlib.blake2b(len(name).to_bytes(4) + name, digest_size=_DIGEST)
    return Envelope(keys, kind, begun, _short(keys.owner))


def seal(keys: ThreadKeys, kind: KeyKind, field: bytes, tag: str, content: bytes) -> bytes:
    """Return the stored form of a value that is to lie in this field of this key."""
    return envelope(keys, kind).seal(field, tag, content)


def unseal(keys: ThreadKeys, kind: KeyKind, field: bytes, stored: bytes) -> tuple[str, bytes]:
    """Return type tag and content of what was stored in this field; raises Damaged."""
    return envelope(keys, kind).open(field, stored)


@contextmanager
def as_damaged(thread: str) -> Generator[None]:
    """Turn what goes wrong with stored values of an unknown shape into Damaged."""
    try:
        yield
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        raise Damaged(
            f"Thread {thread}: its stored values have an unknown shape ({type(error).__name__}: {error}). They were "
            "left as they are; other threads are not affected."
        ) from error


def _unpack(content: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    unfolded = unpacker.decompress(content, LARGEST)
    if not unpacker.eof:
        raise ValueError("it is cut short or too large")
    return unfolded


def _short(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2) + encoded


def _foreign(stored: bytes) -> str:
    if stored.startswith(_MAGIC) and len(stored) >= _INSIDE + 2 and stored[len(_MAGIC)] != _FORMAT:
        return f"its envelope has version {stored[len(_MAGIC)]}, this dayloom reads {_FORMAT}"
    return "it was not written by dayloom, or is cut short"
