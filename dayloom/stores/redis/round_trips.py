"""Commands to the server, one round trip at a time: a single command, a script, or several as one transaction.

Only what finds out by itself that it was applied before may be sent again when its reply is lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias, cast

from redis.exceptions import ConnectionError, NoScriptError, TimeoutError

from dayloom.stores.redis.connection import AsyncRedis, reaching
from dayloom.stores.redis.errors import StoreUnavailable
from dayloom.stores.redis.keys import KeyKind, ThreadKeys

ATTEMPTS: Final = 3
"""How often a commit whose reply was lost is repeated before its fate is reported as unknown."""
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


class NamedScript(Script):
    """A Lua script that finds each key and each argument in a local variable of its name, a list as a table.

    The names are written once, here; whoever calls it gives the arguments by name, so no order can be mistaken.
    """

    def __init__(
        self, body: str, *, keys: Sequence[KeyKind], arguments: Sequence[str], lists: Sequence[str] = ()
    ) -> None:
        super().__init__(_locals([kind.name for kind in keys], arguments, lists) + body)
        object.__setattr__(self, "names", (*arguments, *lists))
        object.__setattr__(self, "keys", tuple(keys))
        object.__setattr__(self, "lists", frozenset(lists))

    keys: tuple[KeyKind, ...]
    names: tuple[str, ...]
    lists: frozenset[str]

    def on(self, keys: ThreadKeys, given: Mapping[str, Argument | Sequence[Argument]]) -> Command:
        """Return the command that runs the script for one thread or owner; `given` has exactly the arguments named."""
        if given.keys() != set(self.names):
            raise TypeError(f"the script takes {', '.join(self.names)}, not {', '.join(given)}")
        single = [cast(Argument, given[name]) for name in self.names if name not in self.lists]
        several = [cast(Sequence[Argument], given[name]) for name in self.names if name in self.lists]
        items = [item for each in several for item in (len(each), *each)]
        return self([keys.of(kind) for kind in self.keys], *single, *items)


def _locals(keys: Sequence[str], arguments: Sequence[str], lists: Sequence[str]) -> str:
    """Return the Lua that names keys and arguments; lists come last, each behind its length."""
    lines = [f"local {', '.join(keys)} = unpack(KEYS)"]
    if arguments:
        lines.append(f"local {', '.join(arguments)} = unpack(ARGV, 1, {len(arguments)})")
    if lists:
        lines += [f"local at = {len(arguments)}", _NEXT_LIST, *(f"local {name} = next_list()" for name in lists)]
    return "\n".join(lines) + "\n"


_NEXT_LIST: Final = """local function next_list()
  local list = {}
  for i = 1, tonumber(ARGV[at + 1]) do list[i] = ARGV[at + 1 + i] end
  at = at + 1 + #list
  return list
end"""


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


async def send_repeatedly(client: AsyncRedis, command: Command) -> Any:
    """Return the reply to a command that may be repeated, once it is known; raises StoreUnavailable."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await send(client, command)
        except StoreUnavailable as lost:
            if attempt == ATTEMPTS or not isinstance(lost.__cause__, ConnectionError | TimeoutError | OSError):
                raise
    raise AssertionError("unreachable")


async def run_script(
    client: AsyncRedis, keys: ThreadKeys, script: NamedScript, **given: Argument | Sequence[Argument]
) -> Any:
    """Return what a script of a run returns, which may be repeated; raises StoreUnavailable."""
    return await send_repeatedly(client, script.on(keys, given))


async def send_together(client: AsyncRedis, *commands: Command) -> list[Any]:
    """Return the replies to several commands in one trip; their keys may lie apart, and so nothing is atomic."""
    with reaching(client):
        async with client.pipeline(transaction=False) as pipe:
            for each in commands:
                pipe.execute_command(*each.in_full)
            return await pipe.execute()


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
