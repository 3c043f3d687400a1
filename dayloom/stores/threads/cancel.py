"""Cancelling a run from outside, or the open card it left; also how one is ended that failed or ran out of time."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import Command, command, run_script, transact
from dayloom.stores.threads import lua as scripts
from dayloom.stores.threads.audit import Chain
from dayloom.stores.threads.durations import Durations
from dayloom.stores.threads.staging import Staged, batch
from state.events import Event, EventType
from state.ids import RunId
from state.run_status import RunStatus


async def cancel_run(
    client: AsyncRedis, codec: Codec, run: RunId | None, status: RunStatus, why: str, *, by: str, durations: Durations
) -> bool:
    """End a run, by default whichever is at work; False when there is nothing to end.

    The log is sealed for the run it belongs to, so that the run is looked up first when none is named.
    """
    operation = secrets.token_hex(8)
    while True:
        # The line is chained to the last one here: when another came in between, it is made anew.
        (newest, *roles), first = await transact(client, *_roles(codec))
        before = Chain.read(newest, codec.keys.thread)
        target = run or RunId(next((role.decode() for role in (*roles[:2], *first, roles[2]) if role), ""))
        what = "cancel" if status is RunStatus.CANCELLED else "stop"
        record = {"at": _now(), "run": target, "by": by, "what": what, **({} if what == "cancel" else {"why": why})}
        after, lines = before.extend([record])
        staged = Staged()
        for event in _endings(status, why):
            staged.note(event)
        telling = batch(codec, target, staged.take(), durations.events, first=None)
        reply = await run_script(
            client,
            codec.keys,
            scripts.STOP,
            operation=operation,
            run=target,
            status=status.value,
            why=why,
            log_keep=durations.log_lifetime,
            telling=telling,
            before=bytes(before),
            after=bytes(after),
            records=lines,
        )
        answer = reply.decode()
        if answer != "audit moved on":
            return answer == "applied"


def _endings(status: RunStatus, why: str) -> list[Event]:
    if status is RunStatus.CANCELLED:
        return [Event(type=EventType.RUN_CANCEL_REQUESTED), Event(type=EventType.RUN_CANCELLED)]
    return [Event(type=EventType.RUN_FAILED, data={"code": why})]


def _roles(codec: Codec) -> list[Command]:
    """Ask for the runs that may be meant, and for the first one that waits its turn."""
    head, queue = codec.keys.of(KeyKind.HEAD), codec.keys.of(KeyKind.QUEUE)
    return [command("HMGET", head, "audit", "run", "begun", "asker"), command("LRANGE", queue, 0, 0)]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
