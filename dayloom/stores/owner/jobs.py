"""Jobs in Redis: one record each, its log beside it; what its owner is told of a change is kept with it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from dayloom.stores.owner import job_lua as scripts
from dayloom.stores.owner.due import Due, DueKind, wake_at, wake_by
from dayloom.stores.owner.told import NOTHING, Told, remind_of
from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import DUE, JOB_OWNERS, LOCAL_OWNER, KeyKind, OwnerKeys
from dayloom.stores.redis.round_trips import command, pairs, send, send_repeatedly
from dayloom.stores.redis.serializer import DataSerializer
from state.errors import MovedOn, TooLarge, UnknownJob
from state.job import Job, LogEntry

T = TypeVar("T", Job, LogEntry)

MOST_JOBS: Final = 10_000


class RedisJobs:
    """Keeps the jobs of one owner; raises StoreUnavailable and Damaged."""

    def __init__(self, client: AsyncRedis, *, owner: str = LOCAL_OWNER) -> None:
        self._client = client
        self._owner = owner
        self._codec = Codec(OwnerKeys(owner), DataSerializer())

    async def add(self, job: Job, *lines: LogEntry, told: Told = NOTHING, operation: str | None = None) -> None:
        """Keep a new job, once per operation; raises TooLarge, and MovedOn when there is one of its id."""
        await send(self._client, command("SADD", JOB_OWNERS, self._owner))
        await self._change(job.id, 0, job, lines, told=told, operation=operation)

    async def get(self, id: str) -> Job:
        """Return a job; raises UnknownJob."""
        found = await send(self._client, command("HGET", self._key(KeyKind.JOBS), id))
        if not found:
            raise UnknownJob(f"there is no job {id!r}")
        return self._open(id.encode(), found)

    async def all(self) -> tuple[Job, ...]:
        """Return every job, oldest first."""
        found = pairs(await send(self._client, command("HGETALL", self._key(KeyKind.JOBS))))
        jobs = [self._open(id, stored) for id, stored in found.items() if not id.startswith(b"\0")]
        return tuple(sorted(jobs, key=lambda job: (job.created, job.id)))

    async def change(
        self, before: Job, after: Job, *lines: LogEntry, told: Told = NOTHING, operation: str | None = None
    ) -> Job:
        """Replace a job and return it as it is kept; raises MovedOn when it is not as `before` any more."""
        kept = after.model_copy(update={"version": before.version + 1})
        await self._change(before.id, before.version, kept, lines, told=told, operation=operation)
        return kept

    async def delete(self, job: Job) -> None:
        """Forget a job with its log; raises MovedOn when it has changed."""
        await self._change(job.id, job.version, None, ())
        await wake_at(self._client, self._due(job.id), None)

    async def log(self, id: str, start: int = 0, limit: int = 1_000) -> tuple[LogEntry, ...]:
        """Return lines of a job's log from a number on."""
        key = f"{self._key(KeyKind.JOB_LOG)}:{id}"
        found = await send(self._client, command("LRANGE", key, start, start + limit - 1))
        return tuple(self._open_line(id, each) for each in found)

    async def remind(self, job: Job) -> bool:
        """Set when the job, which was just looked at, is looked at next; False when it has changed meanwhile."""
        await wake_at(self._client, self._due(job.id), job.wake)
        stands = await send(self._client, command("HGET", self._key(KeyKind.JOBS), f"\0{job.id}"))
        return stands is None or int(stands.split(b" ")[0]) == job.version

    async def remind_of(self, jobs: Sequence[Job]) -> None:
        """See to it that each of these jobs is looked at in time."""
        wakes = [(job.wake, self._due(job.id)) for job in jobs]
        known = [part for wake, due in wakes if wake is not None for part in (str(wake.timestamp()), due.member)]
        if known:
            await send(self._client, command("ZADD", DUE, "LT", *known))

    async def _change(
        self,
        id: str,
        expected: int,
        after: Job | None,
        lines: Sequence[LogEntry],
        *,
        told: Told = NOTHING,
        operation: str | None = None,
    ) -> None:
        await self._wake_by(after, told)
        [kind] = await send_repeatedly(
            self._client,
            scripts.CHANGE.on(
                self._codec.keys,
                {
                    "id": id,
                    "expected": expected,
                    "version": after.version if after else 0,
                    "operation": operation or secrets.token_hex(8),
                    "most": MOST_JOBS,
                    "job": self._codec.seal(KeyKind.JOBS, id.encode(), after) if after else b"",
                    "lines": [self._codec.seal(KeyKind.JOB_LOG, id.encode(), line) for line in lines],
                    **told.sealed(self._codec),
                },
            ),
        )
        if kind == b"full":
            raise TooLarge(f"There are {MOST_JOBS} jobs, and these are the most; delete some first.")
        if kind == b"moved on":
            raise MovedOn("The job has changed in the meantime; look at it again, then repeat.")
        await self._wake_by(after, told)

    async def _wake_by(self, job: Job | None, told: Told) -> None:
        """See to it that the job, and what goes out, is looked at in time."""
        if job is not None and job.wake is not None:
            await wake_by(self._client, self._due(job.id), job.wake)
        await remind_of(self._client, self._owner, told.posts)

    def _due(self, id: str) -> Due:
        return Due(self._owner, DueKind.JOB, id)

    def _key(self, kind: KeyKind) -> str:
        return self._codec.keys.of(kind)

    def _open(self, id: bytes, stored: bytes) -> Job:
        return _read(Job, self._codec.open(KeyKind.JOBS, id, stored))

    def _open_line(self, id: str, stored: bytes) -> LogEntry:
        return _read(LogEntry, self._codec.open(KeyKind.JOB_LOG, id.encode(), stored))


def _read(model: type[T], value: Any) -> T:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise Damaged(f"A stored job does not fit its schema: {wrong['loc']} {wrong['msg']}.") from error


async def job_owners(client: AsyncRedis) -> list[str]:
    """Return every owner that may have jobs."""
    return sorted(owner.decode() for owner in await send(client, command("SMEMBERS", JOB_OWNERS)))
