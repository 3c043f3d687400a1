"""The one timetable over all owners: when somebody must look at a job, a post or a thread next.

It is only a reminder, in another place than what it is about, so it is written before a change, which may then be cut
off, and again after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import DUE
from dayloom.stores.redis.round_trips import Script, command, send

AT_ONCE: Final = 100
"""What is handed over in one go."""

TAKE_DUE: Final = Script("""
-- KEYS sorted set; ARGV now, until when what is taken is left alone, how many at most. Returns what is due, oldest
-- first: it comes again unless whoever looks after it says otherwise.
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], member) end
return due
""")


class DueKind(StrEnum):
    """What is to be looked at."""

    JOB = "job"
    POST = "post"
    THREAD = "thread"


@dataclass(frozen=True)
class Due:
    """Something of an owner that must be looked at some time."""

    owner: str
    kind: DueKind
    id: str

    @property
    def member(self) -> str:
        """Its name in the timetable; that of a job is the shortest."""
        name = f"{quote(self.owner, safe='')}/{quote(self.id, safe='')}"
        return name if self.kind is DueKind.JOB else f"{name}/{self.kind}"

    @classmethod
    def read(cls, member: bytes) -> Due:
        """Return what a name of the timetable stands for."""
        owner, id, *kind = member.decode().split("/")
        return cls(unquote(owner), DueKind(kind[0]) if kind else DueKind.JOB, unquote(id))


async def wake_by(client: AsyncRedis, due: Due, moment: datetime) -> None:
    """See to it that it is looked at then, or before."""
    await send(client, command("ZADD", DUE, "LT", str(moment.timestamp()), due.member))


async def wake_at(client: AsyncRedis, due: Due, moment: datetime | None) -> None:
    """Set when it is looked at next; None for never."""
    await send(
        client,
        command("ZREM", DUE, due.member)
        if moment is None
        else command("ZADD", DUE, str(moment.timestamp()), due.member),
    )


async def take_due(client: AsyncRedis, now: datetime, rest: float) -> list[Due]:
    """Return what is due, the longest due first.

    It is due again after `rest` seconds, in case nobody says how it stands (`wake_at`).
    """
    moment = now.timestamp()
    found = await send(client, TAKE_DUE([DUE], str(moment), str(moment + rest), AT_ONCE))
    return [Due.read(member) for member in found]
