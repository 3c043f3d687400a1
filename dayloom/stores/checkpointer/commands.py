"""What the checkpointer sends to the server, method by method."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from langgraph.checkpoint.base import ChannelVersions, CheckpointTuple

from dayloom.stores.checkpointer import lua as scripts
from dayloom.stores.redis.codec import (
    Codec,
    Place,
    Record,
    channel_field,
    delta_roots,
    member_of,
    newest,
    split,
    split_blobs,
)
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import StoreUnavailable
from dayloom.stores.redis.keys import KeyKind, ThreadKeys, owner_key
from dayloom.stores.redis.round_trips import Command, command, pairs, send, transact

ATTEMPTS: Final = 5
"""How often erasing starts again when the thread moved on in between."""
Records: TypeAlias = Mapping[bytes, Record]


async def load(client: AsyncRedis, codec: Codec, namespace: str, checkpoint_id: str | None) -> CheckpointTuple | None:
    """Return one checkpoint, by default the newest.

    That takes one trip for record and writes, and one for the channel values unless a run has committed it last.
    """
    keys = _names(codec.keys, KeyKind.INDEX, KeyKind.CHECKPOINTS, KeyKind.WRITES, KeyKind.HEAD, KeyKind.BLOBS)
    found = await send(client, scripts.LOAD(keys, namespace, checkpoint_id or ""))
    if found is None:
        return None
    member, stored, writes, blobs = found
    record = codec.open_record(member, stored)
    values = await _values(client, codec, {member: record}, split_blobs(blobs))
    return codec.checkpoint_tuple(member, record, values, writes)


async def put(
    client: AsyncRedis,
    codec: Codec,
    namespace: str,
    record: Record,
    values: Mapping[str, Any],
    *,
    new_versions: ChannelVersions,
) -> None:
    """Store a checkpoint and its new channel values; unchanged ones are only checked to be there."""
    keys = _names(codec.keys, KeyKind.INDEX, KeyKind.CHECKPOINTS, KeyKind.CHANNELS)
    member = member_of(namespace, record.checkpoint["id"])
    if record.parent is None:
        await send(client, command("SADD", owner_key(codec.keys.owner, KeyKind.THREADS), codec.keys.thread))
    versions = record.checkpoint["channel_versions"]
    fields = {name: channel_field(namespace, name, versions[name]) for name in record.filled}
    fresh = {channel_field(namespace, name, new): values[name] for name, new in new_versions.items() if name in values}
    absent: Sequence[bytes] = [b""]
    while absent:
        words = [word for field, value in fresh.items() for word in (field, codec.seal(KeyKind.CHANNELS, field, value))]
        relied = [field for field in fields.values() if field not in fresh]
        stored = codec.seal_record(member, record)
        absent = await send(client, scripts.PUT(keys, member, stored, len(fresh), *words, *relied))
        fresh |= {field: values[name] for name, field in fields.items() if field in absent}


async def put_writes(client: AsyncRedis, codec: Codec, member: bytes, frame: bytes) -> None:
    """Append one frame of pending writes."""
    await send(client, scripts.PUT_WRITES(_names(codec.keys, KeyKind.WRITES), member, frame))


async def list_threads(client: AsyncRedis, owner: str) -> list[str]:
    """Return the ids of the owner's threads, sorted."""
    found = await send(client, command("SMEMBERS", owner_key(owner, KeyKind.THREADS)))
    return sorted(each.decode() for each in found)


async def list_members(client: AsyncRedis, codec: Codec, namespace: str | None, before: str | None) -> list[bytes]:
    """Return the index members of a thread, newest first, those older than `before`, of one namespace or all."""
    found = await send(client, command("ZRANGE", codec.keys.of(KeyKind.INDEX), 0, -1))
    split_up = [(split(member), member) for member in found]
    wanted = [
        (checkpoint_id, member)
        for (space, checkpoint_id), member in split_up
        if namespace in (None, space) and (before is None or checkpoint_id < before)
    ]
    return [member for _, member in sorted(wanted, reverse=True)]


async def load_page(
    client: AsyncRedis, codec: Codec, names: Sequence[bytes], wanted: Mapping[str, Any]
) -> list[CheckpointTuple]:
    """Return those of the named checkpoints whose metadata has all the wanted entries."""
    read = [command("HMGET", codec.keys.of(each), *names) for each in (KeyKind.CHECKPOINTS, KeyKind.WRITES)]
    stored, writes = await transact(client, *read)
    frames = dict(zip(names, writes, strict=True))
    records = {name: codec.open_record(name, each) for name, each in zip(names, stored, strict=True)}
    matching = {name: record for name, record in records.items() if _fits(record, wanted)}
    values = await _values(client, codec, matching)
    return [codec.checkpoint_tuple(name, record, values, frames[name]) for name, record in matching.items()]


async def delete(client: AsyncRedis, keys: ThreadKeys) -> None:
    """Delete every key of a thread."""
    await send(client, scripts.DELETE([keys.of(KeyKind.RUNS), keys.of(KeyKind.EVENTS), *keys.all()]))
    await send(client, command("SREM", owner_key(keys.owner, KeyKind.THREADS), keys.thread))


async def erase(client: AsyncRedis, codec: Codec, kept: Callable[[Records], set[bytes]]) -> None:
    """Erase all checkpoints but the kept ones, and the channel values only they referred to."""
    keys = _names(codec.keys, KeyKind.INDEX, KeyKind.CHECKPOINTS, KeyKind.CHANNELS, KeyKind.WRITES, KeyKind.BLOBS)
    for _ in range(ATTEMPTS):
        stored, fields, numbers, shown = await transact(
            client,
            command("HGETALL", codec.keys.of(KeyKind.CHECKPOINTS)),
            command("HKEYS", codec.keys.of(KeyKind.CHANNELS)),
            command("HKEYS", codec.keys.of(KeyKind.BLOBS)),
            command("HGET", codec.keys.of(KeyKind.PREVIEW), "blob"),
        )
        records = {name: codec.open_record(name, each) for name, each in stored.items()}
        keep = kept(records)
        gone = records.keys() - keep
        used = {place for name in keep for place in records[name].places(split(name)[0])} | {(KeyKind.BLOBS, shown)}
        channels = [each for each in fields if (KeyKind.CHANNELS, each) not in used]
        blobs = [each for each in numbers if (KeyKind.BLOBS, each) not in used]
        counts = (len(records), len(gone), len(channels))
        if await send(client, scripts.ERASE(keys, *counts, *gone, *channels, *blobs)):
            return
    raise StoreUnavailable(f"Thread {codec.keys.thread} is being written to; try again when its run has ended.")


@dataclass(frozen=True)
class CopyPoint:
    """A step up to which a thread is copied: the card it waits at, if any, and whether a turn is under way there."""

    member: bytes
    card: bytes = b""
    unfinished: bool = False


async def copy(client: AsyncRedis, codec: Codec, target: ThreadKeys, until: CopyPoint | None = None) -> None:
    """Copy a thread to another one: its checkpoints and writes, what was said, its preview, and its open card.

    What was at work or broken off in the thread is broken off in the copy; runs and events stay where they are. With
    `until` the copy ends with that step, and the card there is open, unless somebody cancelled it.
    """
    kinds = (KeyKind.CHECKPOINTS, KeyKind.CHANNELS, KeyKind.WRITES, KeyKind.BLOBS)
    head = codec.keys.of(KeyKind.HEAD)
    *hashes, told, preview, standing, found = await transact(
        client,
        *(command("HGETALL", codec.keys.of(kind)) for kind in kinds),
        command("LRANGE", codec.keys.of(KeyKind.TRANSCRIPT), 0, -1),
        command("HGETALL", codec.keys.of(KeyKind.PREVIEW)),
        command("HMGET", head, "begun", "broken", "card", "next", "member", "blobs"),
        command("HGETALL", codec.keys.of(KeyKind.CARDS)),
    )
    if not hashes[0]:
        return
    shown, cards = pairs(preview), pairs(found)
    if until is not None:
        hashes, told = _up_to(codec, until.member, hashes, told)
        shown, standing, cards = {}, *_status_at(until, standing[3], cards)
    lines = [codec.reseal(KeyKind.TRANSCRIPT, b"", each, target) for each in told]
    if b"value" in shown:
        shown[b"value"] = codec.reseal(KeyKind.PREVIEW, b"value", shown[b"value"], target)
    await send(client, command("SADD", owner_key(target.owner, KeyKind.THREADS), target.thread))
    await transact(
        client,
        *(
            command(
                "HSET",
                target.of(kind),
                *(word for field in found for word in (field, codec.reseal(kind, field, found[field], target))),
            )
            for kind, found in zip(kinds, hashes, strict=True)
            if found
        ),
        command("ZADD", target.of(KeyKind.INDEX), *(word for member in hashes[0] for word in (0, member))),
        *([command("RPUSH", target.of(KeyKind.TRANSCRIPT), *lines)] if lines else ()),
        *([command("HSET", target.of(KeyKind.PREVIEW), *(w for pair in shown.items() for w in pair))] if shown else ()),
        *_copy_status(target, standing, cards),
    )


def _up_to(
    codec: Codec, member: bytes, hashes: Sequence[Mapping[bytes, bytes]], told: Sequence[bytes]
) -> tuple[list[dict[bytes, bytes]], list[bytes]]:
    """Return what of checkpoints, channels, writes, blobs and transcript a step and those before it have."""
    checkpoints, channels, writes, blobs = hashes
    kept = {name: codec.open_record(name, checkpoints[name]) for name in _line_of(codec, member, checkpoints)}
    used = {place for name, record in kept.items() for place in record.places(split(name)[0])}
    ids = {split(name)[1] for name in kept}
    return [
        {name: checkpoints[name] for name in kept},
        {field: each for field, each in channels.items() if (KeyKind.CHANNELS, field) in used},
        {name: each for name, each in writes.items() if name in kept},
        {field: each for field, each in blobs.items() if (KeyKind.BLOBS, field) in used},
    ], [line for line in told if codec.open(KeyKind.TRANSCRIPT, b"", line)[2] in ids]


def _line_of(codec: Codec, member: bytes, checkpoints: Mapping[bytes, bytes]) -> Iterator[bytes]:
    """Yield a step and those before it, newest first."""
    while member in checkpoints:
        yield member
        parent = codec.open_record(member, checkpoints[member]).parent
        if parent is None:
            return
        member = member_of(split(member)[0], parent)


def _status_at(
    until: CopyPoint, next: bytes | None, cards: Mapping[bytes, bytes]
) -> tuple[list[bytes | None], dict[bytes, bytes]]:
    """Return how a thread stands that ends with a step, and its card, as `_copy_status` takes them."""
    status, operation, expires = (until.card + b"\0" + part for part in (b"status", b"operation", b"expires"))
    # Only who closes a card by an answer, or by going on elsewhere, leaves the operation that did it.
    if until.card and cards.get(status) == b"void" and operation not in cards:
        return [None, b"cancelled", None, next, None, None], {}
    broken = b"copied" if until.unfinished and not until.card else None
    card = {status: b"open", **{field: cards[field] for field in (expires,) if field in cards}} if until.card else {}
    return [None, broken, until.card or None, next, None, None], card


def _copy_status(target: ThreadKeys, standing: Sequence[bytes | None], cards: Mapping[bytes, bytes]) -> list[Command]:
    """Return what makes the copy of a thread stand as the thread does, without its run."""
    begun, broken, card, *newest = standing
    head = {"broken": broken or (b"copied" if begun else None), "card": card}
    head |= zip(("next", "member", "blobs"), newest, strict=True)
    words = [word for name, value in head.items() if value for word in (name, value)]
    fields = [(card or b"") + b"\0" + part for part in (b"status", b"expires")] if not begun else []
    kept = [word for field in fields if field in cards for word in (field, cards[field])]
    return [
        *([command("HSET", target.of(KeyKind.HEAD), *words)] if words else ()),
        *([command("HSET", target.of(KeyKind.CARDS), *kept)] if kept else ()),
    ]


def without_runs(run_ids: Sequence[str]) -> Callable[[Records], set[bytes]]:
    """Return what to keep when these runs are to be forgotten."""
    return lambda records: {name for name, record in records.items() if record.metadata.get("run_id") not in run_ids}


def latest(records: Records) -> set[bytes]:
    """Return what to keep when only the present state matters."""
    heads = newest(records)
    return heads | delta_roots(heads, records)


def _fits(record: Record, wanted: Mapping[str, Any]) -> bool:
    return all(record.metadata.get(name) == value for name, value in wanted.items())


def _names(keys: ThreadKeys, *kinds: KeyKind) -> list[str]:
    return [keys.of(kind) for kind in kinds]


async def _values(
    client: AsyncRedis, codec: Codec, records: Records, given: Mapping[bytes, bytes] | None = None
) -> dict[Place, Any]:
    """Return the values these checkpoints refer to, each read once, in at most one trip; some blobs may be `given`."""
    places = dict.fromkeys(place for name, record in records.items() for place in record.places(split(name)[0]))
    stored: dict[Place, bytes | None] = {(KeyKind.BLOBS, field): each for field, each in (given or {}).items()}
    wanted = [place for place in places if place not in stored]
    fields = {kind: [field for each, field in wanted if each is kind] for kind in (KeyKind.CHANNELS, KeyKind.BLOBS)}
    asked = {kind: each for kind, each in fields.items() if each}
    if asked:
        replies = await transact(
            client, *(command("HMGET", codec.keys.of(kind), *each) for kind, each in asked.items())
        )
        for (kind, each), found in zip(asked.items(), replies, strict=True):
            stored |= {(kind, field): value for field, value in zip(each, found, strict=True)}
    return {place: codec.open(*place, stored[place]) for place in places}
