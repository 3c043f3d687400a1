"""The envelope around every stored value: schema version, digest, owner, type tag, content.

The digest also covers where the value belongs, so a value that was moved to another key, thread or owner is found out
just like one with a flipped bit. A value that does not open is reported and left as it is. Larger content is
compressed, which the type tag says.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from dayloom.stores.errors import Damaged
from dayloom.stores.keys import SCHEMA, Kind, ThreadKeys

_MAGIC: Final = b"dl"
_HEAD: Final = 3
_DIGEST: Final = 16
_PACKED: Final = "zlib:"

WORTH_PACKING: Final = 256
"""Bytes from which on content is compressed."""
LARGEST: Final = 256 * 2**20
"""Bytes a value may unfold to; more is damage or malice."""


def seal(keys: ThreadKeys, kind: Kind, field: bytes, tag: str, content: bytes) -> bytes:
    """Return the stored form of a value that is to lie in this field of this key."""
    if len(content) >= WORTH_PACKING:
        tag, content = _PACKED + tag, zlib.compress(content, 1)
    inside = b"".join((_short(keys.owner), _short(tag), content))
    return b"".join((_MAGIC, bytes((SCHEMA,)), _digest(keys, kind, field, inside), inside))


def unseal(keys: ThreadKeys, kind: Kind, field: bytes, stored: bytes) -> tuple[str, bytes]:
    """Return type tag and content of what was stored in this field; raises Damaged."""
    if stored[:2] != _MAGIC or len(stored) < _HEAD + _DIGEST + 2:
        raise _damaged(keys, kind, field, "it was not written by dayloom, or is cut short")
    if stored[2] != SCHEMA:
        raise _damaged(keys, kind, field, f"it has schema version {stored[2]}, this dayloom reads {SCHEMA}")
    inside = stored[_HEAD + _DIGEST :]
    if stored[_HEAD : _HEAD + _DIGEST] != _digest(keys, kind, field, inside):
        raise _damaged(keys, kind, field, "it is not what was written, or belongs elsewhere")
    owner, rest = _taken(inside)
    if owner != keys.owner:
        raise _damaged(keys, kind, field, "it belongs to somebody else")
    tag, content = _taken(rest)
    if not tag.startswith(_PACKED):
        return tag, content
    try:
        return tag.removeprefix(_PACKED), _unpacked(content)
    except (zlib.error, ValueError) as error:
        raise _damaged(keys, kind, field, f"it cannot be unpacked ({error})") from error


@contextmanager
def shaped(thread: str) -> Generator[None]:
    """Turn what goes wrong with stored values of an unknown shape into Damaged."""
    try:
        yield
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        raise Damaged(
            f"Thread {thread}: its stored values have an unknown shape ({type(error).__name__}: {error}). They were "
            "left as they are; other threads are not affected."
        ) from error


def missing(keys: ThreadKeys, kind: Kind, field: bytes) -> Damaged:
    """Return the error for a value that others refer to and that is gone."""
    return _damaged(keys, kind, field, "it is missing")


def _unpacked(content: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    unfolded = unpacker.decompress(content, LARGEST)
    if not unpacker.eof:
        raise ValueError("it is cut short or too large")
    return unfolded


def _digest(keys: ThreadKeys, kind: Kind, field: bytes, inside: bytes) -> bytes:
    digest = _begun(keys, kind).copy()
    digest.update(len(field).to_bytes(4) + field)
    digest.update(inside)
    return digest.digest()


@lru_cache(maxsize=1024)
def _begun(keys: ThreadKeys, kind: Kind) -> hashlib.blake2b:
    """Return the digest of a key's name, to go on from."""
    name = keys.of(kind).encode()
    return hashlib.blake2b(len(name).to_bytes(4) + name, digest_size=_DIGEST)


def _short(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2) + encoded


def _taken(data: bytes) -> tuple[str, bytes]:
    end = 2 + int.from_bytes(data[:2])
    return data[2:end].decode(), data[end:]


def _damaged(keys: ThreadKeys, kind: Kind, field: bytes, why: str) -> Damaged:
    what = field.decode(errors="replace").replace("\0", " ").strip()
    where, others = (f"Thread {keys.thread}", "threads") if keys.thread else ("The user's own data", "users")
    return Damaged(
        f"{where}: the stored value {kind} [{what}] is unusable: {why}. It was left as it is; "
        f"other {others} are not affected."
    )
