"""Talking to the server in round trips: one list of commands is one trip, whether the caller awaits or blocks.

A store describes what it wants as a generator, a `Talk`: it yields the commands of a trip, is sent their replies, and
returns its result. The same description is then carried out by `talk` or by `talk_blocking`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

import redis
from redis.exceptions import NoScriptError

from dayloom.stores.redis.connection import AsyncRedis, reaching

Word: TypeAlias = str | bytes | int
Result = TypeVar("Result")


@dataclass(frozen=True)
class Script:
    """A Lua script; a call to it is atomic and one round trip."""

    source: str

    def __call__(self, keys: Sequence[str], *arguments: Word) -> Call:
        """Return the command that runs the script on these keys, which must share one hash tag."""
        return Call((len(keys), *keys, *arguments), self)

    @cached_property
    def sha(self) -> str:
        """The name by which the server knows a script it has seen."""
        return hashlib.sha1(self.source.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Call:
    """One command: plain, or a call of a script."""

    words: tuple[Word, ...]
    script: Script | None = None

    @property
    def short(self) -> tuple[Word, ...]:
        """The command as it is sent first, naming the script by its digest."""
        return ("EVALSHA", self.script.sha, *self.words) if self.script else self.words

    @property
    def long(self) -> tuple[Word, ...]:
        """The command with the script itself, for a server that has not seen it."""
        return ("EVAL", self.script.source, *self.words) if self.script else self.words


def command(*words: Word) -> Call:
    """Return a plain command."""
    return Call(words)


def pairs(found: Any) -> dict[bytes, Any]:
    """Return names and values that the server gave, whether the client has paired them already or not."""
    return found if isinstance(found, dict) else dict(zip(found[::2], found[1::2], strict=True))


Trip: TypeAlias = Sequence[Call]
"""Several calls are carried out as one transaction, so their keys must share one hash tag."""
Talk: TypeAlias = Generator[Trip, list[Any], Result]


async def talk(client: AsyncRedis, steps: Talk[Result]) -> Result:
    """Carry out a talk; raises StoreUnavailable."""
    with reaching(client):
        try:
            trip = next(steps)
            while True:
                trip = steps.send(await _travelled(client, trip))
        except StopIteration as end:
            return end.value


async def _travelled(client: Any, trip: Trip) -> list[Any]:
    if len(trip) == 1:
        try:
            return [await client.execute_command(*trip[0].short)]
        except NoScriptError:
            return [await client.execute_command(*trip[0].long)]
    async with client.pipeline(transaction=True) as pipe:
        for call in trip:
            pipe.execute_command(*call.long)
        return await pipe.execute()


def talk_blocking(client: redis.Redis, steps: Talk[Result]) -> Result:
    """Carry out a talk without an event loop; raises StoreUnavailable."""
    with reaching(client):
        try:
            trip = next(steps)
            while True:
                trip = steps.send(_travelled_blocking(client, trip))
        except StopIteration as end:
            return end.value


def _travelled_blocking(client: Any, trip: Trip) -> list[Any]:
    if len(trip) == 1:
        try:
            return [client.execute_command(*trip[0].short)]
        except NoScriptError:
            return [client.execute_command(*trip[0].long)]
    with client.pipeline(transaction=True) as pipe:
        for call in trip:
            pipe.execute_command(*call.long)
        return pipe.execute()
