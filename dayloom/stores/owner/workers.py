"""Programs at work, over all owners and processes: so many at once and no more.

A place is held for as long as its program is taken to be alive, so that what dies with its process gives it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import WORKERS
from dayloom.stores.redis.round_trips import Script, command, send

_TAKE: Final = Script("""
-- KEYS sorted set; ARGV member, what those of its agent begin with, now, until when it is held, most of all, most of
-- the agent. Returns 1 when the member has a place, 0 when all are taken.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  local held = redis.call('ZRANGE', KEYS[1], 0, -1)
  local own = 0
  for _, member in ipairs(held) do
    if string.sub(member, 1, #ARGV[2]) == ARGV[2] then own = own + 1 end
  end
  if #held >= tonumber(ARGV[5]) or own >= tonumber(ARGV[6]) then return 0 end
end
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[1])
return 1
""")


@dataclass(frozen=True)
class Place:
    """One program that is, or wants to be, at work."""

    agent: str
    owner: str
    job: str
    attempt: int

    @property
    def member(self) -> str:
        """How the place is called."""
        return f"{self.of_agent}{quote(self.owner, safe='')}/{quote(self.job, safe='')}/{self.attempt}"

    @property
    def of_agent(self) -> str:
        """What the names of all places of its agent begin with."""
        return f"{quote(self.agent, safe='')}/"


class RedisWorkers:
    """Counts programs at work; raises StoreUnavailable."""

    def __init__(self, client: AsyncRedis) -> None:
        self._client = client

    async def take(self, place: Place, now: datetime, until: datetime, *, most: int, most_of_agent: int) -> bool:
        """Take a place, or hold the one there is for longer; False when all are taken."""
        times = (str(now.timestamp()), str(until.timestamp()))
        take = _TAKE([WORKERS], place.member, place.of_agent, *times, most, most_of_agent)
        return bool(await send(self._client, take))

    async def give_back(self, place: Place) -> None:
        """Give a place back, if it is held."""
        await send(self._client, command("ZREM", WORKERS, place.member))
