"""The event log of a run: the one thing that polling, streams and traces read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.envelope import as_damaged
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import pairs
from state.events import Event, EventType
from state.ids import RunId
from state.run_status import LAST, RunStatus

AT_ONCE: Final = 200
"""Batches of one page."""


@dataclass(frozen=True)
class Recorded:
    """An event with its place in the run, counted from 0 without holes."""

    index: int
    type: EventType
    data: Mapping[str, Any]
    at: datetime

    @property
    def event(self) -> Event:
        """The event itself."""
        return Event(type=self.type, data=dict(self.data))


@dataclass(frozen=True)
class Batch:
    """What was told at once; `checkpoint` is the id of the step that was committed with it, after its events."""

    first: int
    events: tuple[Recorded, ...]
    checkpoint: str | None


@dataclass(frozen=True)
class Page:
    """A part of a log, and how the run stood when it was read.

    `next` is the index to go on with, `first` that of the oldest event still kept; `dropped` counts the events that
    were asked for and are kept no longer. `cursor` is where the next page begins, more exactly than an index says it.
    """

    status: RunStatus
    batches: tuple[Batch, ...]
    next: int
    first: int
    dropped: int
    cursor: str

    @property
    def events(self) -> tuple[Recorded, ...]:
        """All events of the page."""
        return tuple(event for batch in self.batches for event in batch.events)

    @property
    def ended(self) -> bool:
        """Tell whether nothing will follow this page."""
        return self.status.final and not self.batches

    def cut(self, limit: int) -> Page:
        """Return a page of no more events than that."""
        if len(self.events) <= limit:
            return self
        batches: list[Batch] = []
        for batch in self.batches:
            batches.append(replace(batch, events=batch.events[:limit]))
            limit -= len(batch.events)
            if limit <= 0:
                break
        return replace(self, batches=tuple(batches), next=batches[-1].events[-1].index + 1)


def parse_run_status(stored: bytes, thread: str) -> tuple[RunStatus, int]:
    """Return what RUNS says of a run: how it stands, and how many events it had at its end; raises Damaged."""
    status, _, events = stored.decode(errors="replace").partition(":")
    try:
        return RunStatus(status), int(events or 0)
    except ValueError as error:
        raise Damaged(f"Thread {thread}: what is kept about its runs is not what was written.") from error


def page(codec: Codec, run: RunId, cursor: str, start: int, found: Any) -> Page | None:
    """Return what the server gave; None when there is no such run; raises Damaged."""
    said, told, oldest, entries = found
    if said is None:
        return None
    status, at_end = parse_run_status(said, codec.keys.thread)
    total = max(told, at_end)
    first = oldest if oldest >= 0 else total
    with as_damaged(codec.keys.thread):
        batches = tuple(_from(start, (_batch(codec, run, entry, pairs(fields)) for entry, fields in entries)))
    newest = next((batch.events[-1] for batch in reversed(batches) if batch.events), None)
    cut_short = status.final and told not in (0, at_end)
    if cut_short or (newest and newest.index == total - 1 and not _may_end(status, newest.type)):
        raise Damaged(f"Thread {codec.keys.thread}: run {run} is kept as {said.decode()}, and its log says otherwise.")
    following = newest.index + 1 if newest else min(max(start, first), total)
    last = entries[-1][0].decode() if entries else cursor
    return Page(status, batches, following, first, max(0, first - start), last)


def _may_end(status: RunStatus, last: EventType) -> bool:
    return last is LAST[status] if status.final else last not in LAST.values()


def _from(start: int, batches: Iterable[Batch]) -> Iterable[Batch]:
    for batch in batches:
        events = tuple(event for event in batch.events if event.index >= start)
        yield replace(batch, first=events[0].index if events else batch.first, events=events)


def _batch(codec: Codec, run: RunId, entry: bytes, fields: Mapping[bytes, bytes]) -> Batch:
    first = int(entry.partition(b"-")[0])
    sealed = fields[b"batch"]
    at, lines = codec.open(KeyKind.EVENTS, run.encode(), sealed) if sealed else (first, [])
    if at not in (None, first) or len(lines) != int(fields[b"n"]):
        raise Damaged(f"Thread {codec.keys.thread}: the log of run {run} is not in the order it was written in.")
    events = tuple(_record(index, line) for index, line in enumerate(lines, first))
    return Batch(first, events, fields[b"step"].decode() or None)


def _record(index: int, line: Any) -> Recorded:
    type, data, at = line
    return Recorded(index, EventType(type), data, datetime.fromtimestamp(at / 1000, UTC))
