"""Commands to the server, one round trip at a time: a single command, or several as one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from redis.exceptions import NoScriptError

from dayloom.stores.redis.connection import AsyncRedis, reaching

Argument: TypeAlias = str | bytes | int


@dataclass(frozen=True)
class Script:
    """A Lua script; a call to it is atomic and one round trip."""

    source: str

    def __call__(self, keys: Sequence[str], *arguments: Argument) -> Command:
        """Return the command that runs the script on these keys, which must share one hash tag."""
        return Command((len(keys), *keys, *arguments), self)

    @cached_property
    def sha(self) -> str:
        """The name by which the server knows a script it has seen."""
        return hashlib.sha1(self.source.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Command:
    """One command: plain, or a call of a script."""

    arguments: tuple[Argument, ...]
    script: Script | None = None

    @property
    def by_digest(self) -> tuple[Argument, ...]:
        """The command as it is sent first, naming the script by its digest."""
        return ("EVALSHA", self.script.sha, *self.arguments) if self.script else self.arguments

    @property
    def in_full(self) -> tuple[Argument, ...]:
        """The command with the script itself, for a server that has not seen it."""
        return ("EVAL", self.script.source, *self.arguments) if self.script else self.arguments


def command(*arguments: Argument) -> Command:
    """Return a plain command."""
    return Command(arguments)


async def send(client: AsyncRedis, command: Command) -> Any:
    """Return the reply to one command; raises StoreUnavailable."""
    with reaching(client):
        try:
            return await client.execute_command(*command.by_digest)
        except NoScriptError:
            return await client.execute_command(*command.in_full)


async def transact(client: AsyncRedis, *commands: Command) -> list[Any]:
    """Return the replies to several commands, applied together; their keys share one hash tag. May raise as `send`."""
    if len(commands) == 1:
        return [await send(client, commands[0])]
    with reaching(client):
        async with client.pipeline(transaction=True) as pipe:
            for each in commands:
                pipe.execute_command(*each.in_full)
            return await pipe.execute()


def pairs(found: Any) -> dict[bytes, Any]:
    """Return names and values that the server gave, whether the client has paired them already or not."""
    return found if isinstance(found, dict) else dict(zip(found[::2], found[1::2], strict=True))
