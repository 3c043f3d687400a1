"""A cache of stored values: which of the newest step have a number already, so that only what is new is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

import ormsgpack

from dayloom.stores.redis.envelope import seal
from dayloom.stores.redis.keys import KeyKind, ThreadKeys
from dayloom.stores.redis.round_trips import Argument
from dayloom.stores.redis.serializer import TYPE, pack

INLINE: Final = 300
"""Packed bytes up to which a value stands in the record of its step."""
_SCALARS: Final = (type(None), bool, int, float, Enum)


@dataclass(frozen=True)
class CachedValue:
    """A value of the newest step: as it is, as bytes unless it came from the store, and its number when it has one."""

    value: Any
    packed: bytes | None
    number: int | None


@dataclass(frozen=True)
class NumberedValues:
    """Where the values of one step lie; `fresh` are the blobs to be written with it."""

    small: Mapping[str, Any]
    blobs: Mapping[str, int]
    lists: Mapping[str, Sequence[int]]
    fresh: Sequence[tuple[int, bytes]]

    def seal_fresh(self, keys: ThreadKeys) -> list[Argument]:
        """Return field and stored form of each fresh blob."""
        fields = [(b"%d" % number, data) for number, data in self.fresh]
        return [word for field, data in fields for word in (field, seal(keys, KeyKind.BLOBS, field, TYPE, data))]

    @property
    def numbers(self) -> list[int]:
        """Every blob the step refers to."""
        return [*self.blobs.values(), *(number for each in self.lists.values() for number in each)]


@dataclass
class ValueCache:
    """Numbers values; one that is the same object, or the same bytes, as in the step before keeps its number.

    Lists are taken apart: each item has a number of its own.
    """

    next: int = 1
    kept: dict[str, CachedValue] = field(default_factory=dict)
    items: dict[str, dict[int, tuple[Any, int]]] = field(default_factory=dict)

    def number(self, values: Mapping[str, Any]) -> NumberedValues:
        """Return where these values lie, numbering what is new."""
        small: dict[str, Any] = {}
        blobs: dict[str, int] = {}
        lists: dict[str, list[int]] = {}
        fresh: list[tuple[int, bytes]] = []
        for name, value in values.items():
            if isinstance(value, _SCALARS):
                small[name] = value
            elif isinstance(value, list):
                lists[name] = self._list(name, value, fresh)
            elif (kept := self._value(name, value, fresh)).number is not None:
                blobs[name] = kept.number
            else:
                small[name] = ormsgpack.Fragment(kept.packed or b"\xc0")
        return NumberedValues(small, blobs, lists, fresh)

    def remember(self, values: Mapping[str, Any], blobs: Mapping[str, int], lists: Mapping[str, Sequence[int]]) -> None:
        """Take note of values that were read from the store."""
        self.kept = {name: CachedValue(values[name], None, number) for name, number in blobs.items()}
        self.items = {
            name: {id(item): (item, number) for item, number in zip(values[name], numbers, strict=True)}
            for name, numbers in lists.items()
        }

    def _value(self, name: str, value: Any, fresh: list[tuple[int, bytes]]) -> CachedValue:
        before = self.kept.get(name)
        if before is not None and before.value is value:
            return before
        data = pack(value)
        if before is not None and before.packed == data:
            number = before.number
        else:
            number = self._assign_number(data, fresh) if len(data) > INLINE else None
        self.kept[name] = CachedValue(value, data, number)
        return self.kept[name]

    def _list(self, name: str, value: list[Any], fresh: list[tuple[int, bytes]]) -> list[int]:
        before = self.items.get(name, {})
        now: dict[int, tuple[Any, int]] = {}
        for item in value:
            known = before.get(id(item))
            now[id(item)] = known if known else (item, self._assign_number(pack(item), fresh))
        self.items[name] = now
        return [now[id(item)][1] for item in value]

    def _assign_number(self, data: bytes, fresh: list[tuple[int, bytes]]) -> int:
        number, self.next = self.next, self.next + 1
        fresh.append((number, data))
        return number
