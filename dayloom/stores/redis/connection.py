"""Connecting to a server: no hidden retries, short time-outs, errors a person can act on, and what makes it unsafe.

A command that timed out may or may not have been applied, so nothing below a whole commit is ever repeated here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import redis.asyncio
import redis.exceptions as refusal
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.maint_notifications import MaintNotificationsConfig

from dayloom.stores.redis.errors import StoreUnavailable, StoreUnsuitable

CONNECT_TIMEOUT: Final = 1.0
COMMAND_TIMEOUT: Final = 3.0
MOST_CONNECTIONS: Final = 100
"""Connections of one process; a command for which none is free waits for one as long as for an answer."""
OLDEST_SERVER: Final = 7

AsyncRedis = redis.asyncio.Redis


def connect(url: str, *, timeout: float = COMMAND_TIMEOUT) -> AsyncRedis:
    """Return a client for a `redis://`, `rediss://` or `unix://` URL; nothing is sent yet.

    `timeout` is in seconds and bounds each command; connecting is bounded by the smaller of it and one second.
    """
    waiting = {"max_connections": MOST_CONNECTIONS, "timeout": timeout}
    pool = redis.asyncio.BlockingConnectionPool.from_url(
        url, retry=Retry(NoBackoff(), 0), **waiting, **_limits(url, timeout)
    )
    pool.connection_class = _sound(pool.connection_class)
    return redis.asyncio.Redis.from_pool(pool)


class _Sound:
    """A connection on which a task can be cancelled at any moment, and that says when the server has hung up.

    `asyncio.wait_for`, in which redis-py sends, forgets a cancellation that comes just as the command is out (Python
    3.11); whoever was cancelled, or out of time, would go on as if nothing had happened. uvloop raises RuntimeError for
    a connection that was closed meanwhile, which redis-py does not know as one.
    """

    async def send_packed_command(self, *command: Any, **options: Any) -> None:
        """Send, and be cancelled if one was meanwhile; raises ConnectionError."""
        task = asyncio.current_task()
        before = task.cancelling() if task else 0
        connection: Any = super()
        try:
            await connection.send_packed_command(*command, **options)
        except RuntimeError as closed:
            raise refusal.ConnectionError(f"the connection was closed: {closed}") from closed
        if task and task.cancelling() > before:
            await self.disconnect(nowait=True)  # pyright: ignore[reportAttributeAccessIssue] what it is mixed into has it
            raise asyncio.CancelledError


@cache
def _sound(connection: type) -> type:
    return type(connection.__name__, (_Sound, connection), {})


def _limits(url: str, timeout: float) -> dict[str, Any]:
    limits: dict[str, Any] = {"socket_timeout": timeout, "decode_responses": False, "client_name": "dayloom"}
    if not url.startswith("unix:"):
        limits["socket_connect_timeout"] = min(timeout, CONNECT_TIMEOUT)
        # Server notices would stretch the time-outs without asking.
        limits["maint_notifications_config"] = MaintNotificationsConfig(enabled=False)
    return limits


def without_password(url: str) -> str:
    """Return the URL fit for logs and errors."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def address(client: Any) -> str:
    """Return the URL a client is connected to, without user, password and options."""
    options = getattr(getattr(client, "connection_pool", None), "connection_kwargs", {})
    if path := options.get("path"):
        return f"unix://{path}"
    if host := options.get("host"):
        return f"redis://{host}:{options.get('port', 6379)}/{options.get('db', 0)}"
    return "the Redis cluster"


@contextmanager
def reaching(client: Any) -> Generator[None]:
    """Turn redis-py's errors into StoreUnavailable that names the server, what happened and how to mend it."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise StoreUnavailable(f"The store at {address(client)} {_trouble(error)}") from error


def _trouble(error: Exception) -> str:
    match error:
        case refusal.BusyLoadingError():
            return "is still loading its data. Try again in a moment."
        case refusal.TimeoutError() | TimeoutError():
            return "did not answer in time; the last write may or may not have been applied. Check the server's load."
        case refusal.AuthenticationError() | refusal.NoPermissionError():
            return "refused the login or the command. Check user, password and rights in DAYLOOM_REDIS_URL."
        case refusal.ConnectionError() | OSError():
            return "cannot be reached. Start the server, or correct DAYLOOM_REDIS_URL."
        case refusal.ClusterDownError():
            return "is a cluster that does not serve every slot. Give all slots to its nodes; nothing was written."
        case refusal.OutOfMemoryError():
            return "is out of memory. Raise maxmemory or delete old threads; nothing was written."
        case refusal.ReadOnlyError():
            return "is read-only. Point DAYLOOM_REDIS_URL at the primary; nothing was written."
        case _:
            return f"answered with an error: {error}"


async def check(client: AsyncRedis) -> list[str]:
    """Return what makes this server unsafe for data, one sentence each with its cure; empty when nothing does.

    Raises StoreUnavailable, and StoreUnsuitable when the server is older than Redis 7.
    """
    with reaching(client):
        info = dict(await client.info("everything"))
        settings = await _settings(client)
    version = str(info.get("redis_version", "0"))
    if int(version.partition(".")[0]) < OLDEST_SERVER:
        raise StoreUnsuitable(
            f"The server at {address(client)} is Redis {version}. Use Redis {OLDEST_SERVER} or newer, or Valkey."
        )
    return _warnings(info, settings)


async def _settings(client: AsyncRedis) -> dict[str, str] | None:
    """Return the persistence settings, or None where the provider hides CONFIG."""
    try:
        found = await client.config_get("append*", "maxmemory-policy")
    except ResponseError:
        return None
    return {as_text(name): as_text(value) for name, value in found.items()}


def as_text(value: bytes | str | None) -> str:
    """Return what the server said as text, whatever form the client gave it; nothing is empty."""
    return value.decode() if isinstance(value, bytes) else value or ""


def _warnings(info: dict[str, Any], settings: dict[str, str] | None) -> list[str]:
    found: list[str] = []
    if not int(info.get("aof_enabled", 0)):
        found.append("Acknowledged writes are lost when the server stops: set `appendonly yes`.")
    elif settings is None:
        found.append("The server hides its settings: make sure that `appendfsync` is `always`.")
    elif (policy := settings.get("appendfsync")) != "always":
        found.append(f"A crash can lose acknowledged writes (`appendfsync {policy}`): set `appendfsync always`.")
    if info.get("aof_last_write_status", "ok") != "ok":
        found.append("The server could not write its append-only file: check disk space and rights.")
    if settings and settings.get("maxmemory-policy", "noeviction") != "noeviction":
        found.append(f"A full server deletes data (`{settings['maxmemory-policy']}`): set it to `noeviction`.")
    if str(info.get("role", "master")) != "master":
        found.append("This is a replica: point DAYLOOM_REDIS_URL at the primary.")
    return found
