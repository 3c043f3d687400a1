"""Checkpoint values as plain data: msgpack, and five tags for the few types LangGraph cannot do without.

Writing turns models, messages, dataclasses, enums, dates and tuples into dicts, lists and strings; the graph's state
schema validates them back when a node reads them. Loading therefore returns data: the bytes can choose between the
five tags below, and name nothing that could be imported or called.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from enum import IntEnum
from pathlib import PurePath
from typing import Any, Final
from zoneinfo import ZoneInfo

import ormsgpack
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.types import (
    _DeltaSnapshot as DeltaSnapshot,  # pyright: ignore[reportPrivateUsage] LangGraph has no public name for it
)
from langgraph.types import Interrupt, Overwrite, Send, TimeoutPolicy

from dayloom.stores.redis.errors import Damaged, UnsupportedValue

TYPE: Final = "data1"
"""The only type tag that is read; what carries another one was not written by this serializer."""

# Pydantic models are written field by field, without `model_dump`: 2.5 times faster, and computed fields, which would
# be refused as unknown when the model is read back, stay out.
_WRITE: Final = ormsgpack.OPT_SERIALIZE_PYDANTIC | ormsgpack.OPT_NON_STR_KEYS | ormsgpack.OPT_PASSTHROUGH_DATACLASS
_READ: Final = ormsgpack.OPT_NON_STR_KEYS


class _Tag(IntEnum):
    """Extension codes, far from those of LangGraph's own serializer, whose values must not be mistaken for ours."""

    SET = 65
    INTERRUPT = 66
    SEND = 67
    DELTA_SNAPSHOT = 68
    OVERWRITE = 69


class DataSerializer(SerializerProtocol):
    """LangGraph's serializer port, for data only."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """Return the type tag and the bytes; raises UnsupportedValue for what has no plain-data form."""
        return TYPE, pack(obj)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """Return plain data; raises Damaged when the bytes are not this serializer's."""
        tag, body = data
        if tag != TYPE:
            raise Damaged(f"A stored value has the type {tag!r:.40}; only {TYPE!r} is read.")
        try:
            return _unpack(body)
        except (ValueError, TypeError, RecursionError) as error:
            raise Damaged(f"A stored value cannot be read: {error}.") from error


def pack(value: Any) -> bytes:
    """Return the bytes of any value; raises UnsupportedValue for what has no plain-data form."""
    try:
        return ormsgpack.packb(value, default=_plain, option=_WRITE)
    except ormsgpack.MsgpackEncodeError as error:
        raise UnsupportedValue(f"A value cannot be stored: {error}.") from error


def _plain(value: Any) -> Any:
    """Return the plain form of what msgpack does not know."""
    match value:
        case set() | frozenset():
            return _tag(_Tag.SET, list(value))
        case Interrupt():
            schema = value.response_schema if isinstance(value.response_schema, dict) else None
            return _tag(_Tag.INTERRUPT, [value.value, value.id, schema])
        case Send():
            return _tag(_Tag.SEND, [value.node, value.arg, _timeout(value.timeout)])
        case DeltaSnapshot():
            return _tag(_Tag.DELTA_SNAPSHOT, value.value)
        case Overwrite():
            return _tag(_Tag.OVERWRITE, value.value)
        case Mapping():
            return dict(value)
        case tuple() | deque():
            return list(value)
        case timedelta():
            return value.total_seconds()
        case Decimal() | PurePath() | ZoneInfo():
            return str(value)
        case BaseException():
            return repr(value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        case _:
            raise TypeError(f"{type(value).__module__}.{type(value).__qualname__} has no plain-data form")


def _tag(tag: _Tag, content: Any) -> ormsgpack.Ext:
    return ormsgpack.Ext(tag, pack(content))


def _unpack(body: bytes) -> Any:
    return ormsgpack.unpackb(body, ext_hook=_revive, option=_READ)


def _revive(tag: int, body: bytes) -> Any:
    content = _unpack(body)
    match tag:
        case _Tag.SET:
            return set(content)
        case _Tag.INTERRUPT:
            value, id_, schema = content
            return Interrupt(value, id_, response_schema=schema)
        case _Tag.SEND:
            node, arg, timeout = content
            return Send(node, arg, timeout=timeout and TimeoutPolicy(**timeout))
        case _Tag.DELTA_SNAPSHOT:
            return DeltaSnapshot(content)
        case _Tag.OVERWRITE:
            return Overwrite(content)
        case _:
            raise ValueError(f"unknown extension type {tag}")


def _timeout(policy: TimeoutPolicy | None) -> dict[str, Any] | None:
    return policy and {field.name: getattr(policy, field.name) for field in dataclasses.fields(policy)}
