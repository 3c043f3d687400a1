"""Ending a run for good from outside, or the open card it left: cancelled, out of time, or failed."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from dayloom.stores.redis.codec import Pages
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import Kind
from dayloom.stores.redis.retry import listed
from dayloom.stores.redis.round_trips import Command, command, transact
from dayloom.stores.threads import lua as scripts
from dayloom.stores.threads.audit import Chain
from dayloom.stores.threads.durations import Terms
from dayloom.stores.threads.say import said
from dayloom.stores.threads.staging import Staged, batch
from state.events import Event, EventType
from state.ids import RunId
from state.run_status import RunStatus


async def stopped(
    client: AsyncRedis, pages: Pages, run: RunId | None, status: RunStatus, why: str, *, by: str, terms: Terms
) -> bool:
    """End a run, by default whichever is at work; False when there is nothing to end.

    The log is sealed for the run it belongs to, so that the run is looked up first when none is named.
    """
    operation = secrets.token_hex(8)
    while True:
        (newest, *roles), first = await transact(client, *_roles(pages))
        before = Chain.read(newest, pages.keys.thread)
        target = run or RunId(next((role.decode() for role in (*roles[:2], *first, roles[2]) if role), ""))
        what = "cancel" if status is RunStatus.CANCELLED else "stop"
        record = {"at": _now(), "run": target, "by": by, "what": what, **({} if what == "cancel" else {"why": why})}
        after, lines = before.extended([record])
        staged = Staged()
        for event in _endings(status, why):
            staged.note(event)
        telling = batch(pages, target, staged.take(), terms.events, first=None)
        words = (operation, target, status.value, why, terms.log_kept, *listed(telling))
        links = (bytes(before), bytes(after), *listed(lines))
        answer = (await said(client, pages.keys, scripts.STOP, *words, *links)).decode()
        if answer != "audit moved on":
            return answer == "applied"


def _endings(status: RunStatus, why: str) -> list[Event]:
    if status is RunStatus.CANCELLED:
        return [Event(type=EventType.RUN_CANCEL_REQUESTED), Event(type=EventType.RUN_CANCELLED)]
    return [Event(type=EventType.RUN_FAILED, data={"code": why})]


def _roles(pages: Pages) -> list[Command]:
    """Ask for the runs that may be meant, and for the first one that waits its turn."""
    head, queue = pages.keys.of(Kind.HEAD), pages.keys.of(Kind.QUEUE)
    return [command("HMGET", head, "audit", "run", "begun", "asker"), command("LRANGE", queue, 0, 0)]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
