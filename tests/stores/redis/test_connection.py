"""Errors say which server, what happened and what to do; unsafe servers are told apart from safe ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop
from redis.exceptions import ConnectionError
from valkey import Valkey

from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis.connection import MOST_CONNECTIONS, AsyncRedis, check, connect, without_password
from dayloom.stores.redis.embedded import embedded
from dayloom.stores.redis.errors import StoreUnavailable, StoreUnsuitable
from dayloom.stores.redis.server_id import check_server_id

CONFIG = {"configurable": {"thread_id": "t1"}}


@asynccontextmanager
async def speaking(answers: dict[str, bytes]) -> AsyncIterator[tuple[int, list[str]]]:
    """Listen as a server that greets, gives these answers and is silent otherwise; yield port and commands received."""
    greetings = {"HELLO": b"%1\r\n+proto\r\n:3\r\n", "CLIENT": b"+OK\r\n"}
    received: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while count := (await reader.readline())[1:]:
            words = [await reader.readexactly(int((await reader.readline())[1:]) + 2) for _ in range(int(count))]
            received.append(words[0].strip().decode())
            writer.write((greetings | answers).get(received[-1], b""))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], received


def test_a_password_is_never_shown() -> None:
    assert without_password("redis://anna:secret@db.example:6379/1?password=x") == "redis://db.example:6379/1"
    assert without_password("unix:///var/run/redis.sock?password=x") == "unix:///var/run/redis.sock"


async def test_a_closed_port_is_named_without_the_password(unused_tcp_port: int) -> None:
    async with connect(f"redis://anna:secret@127.0.0.1:{unused_tcp_port}/0") as client:
        with pytest.raises(StoreUnavailable) as error:
            await RedisCheckpointer(client).aget_tuple(CONFIG)

    assert str(error.value) == (
        f"The store at redis://127.0.0.1:{unused_tcp_port}/0 cannot be reached. "
        "Start the server, or correct DAYLOOM_REDIS_URL."
    )


async def test_a_command_is_sent_once_and_given_up_in_time() -> None:
    async with speaking({}) as (port, received), connect(f"redis://127.0.0.1:{port}/0", timeout=0.3) as client:
        with pytest.raises(StoreUnavailable, match="did not answer in time; the last write may or may not"):
            await RedisCheckpointer(client).aget_tuple(CONFIG)

    assert received.count("EVALSHA") == 1


async def test_a_server_out_of_memory_is_named(tmp_path: Path) -> None:
    async with embedded(tmp_path) as url, connect(url) as client:
        await client.config_set("maxmemory", 1)
        with pytest.raises(StoreUnavailable, match="is out of memory"):
            await RedisCheckpointer(client).aput_writes(
                {"configurable": {"thread_id": "t1", "checkpoint_ns": "", "checkpoint_id": "1"}}, [("a", 1)], "task"
            )


async def test_the_embedded_server_is_safe(redis: AsyncRedis) -> None:
    assert await check(redis) == []


async def test_unsafe_settings_are_named_with_their_cure(tmp_path: Path) -> None:
    async with embedded(tmp_path) as url, connect(url) as client:
        await client.config_set("appendfsync", "everysec")
        await client.config_set("maxmemory-policy", "allkeys-lru")
        with_file = await check(client)
        await client.config_set("appendonly", "no")
        without_file = await check(client)

    assert [each.rpartition(": ")[2] for each in with_file] == [
        "set `appendfsync always`.",
        "set it to `noeviction`.",
    ]
    assert without_file[0] == "Acknowledged writes are lost when the server stops: set `appendonly yes`."


async def test_an_old_server_is_refused() -> None:
    about = b"redis_version:6.2.14\r\nrole:master\r\n"
    answers = {"INFO": b"$%d\r\n%s\r\n" % (len(about), about), "CONFIG": b"-ERR unknown command\r\n"}

    async with speaking(answers) as (port, _), connect(f"redis://127.0.0.1:{port}/0") as client:
        with pytest.raises(StoreUnsuitable, match=r"is Redis 6.2.14. Use Redis 7 or newer"):
            await check(client)


async def test_more_commands_at_once_than_connections_wait_for_their_turn(redis: AsyncRedis) -> None:
    answers = await asyncio.gather(*(redis.echo(str(number)) for number in range(3 * MOST_CONNECTIONS)))

    assert [int(answer) for answer in answers] == list(range(3 * MOST_CONNECTIONS))


def test_under_uvloop_a_connection_that_the_server_reset_is_told(tmp_path: Path) -> None:
    async def sent(server: Valkey) -> None:
        async with connect(server.url) as client:
            connection = await client.connection_pool.get_connection()
            server.freeze()
            await connection.send_command("PING", check_health=False)
            server.kill()
            await asyncio.sleep(0.1)
            await connection.send_command("PING", check_health=False)

    with Valkey(tmp_path) as server, pytest.raises(ConnectionError, match="the connection was closed"):
        uvloop.run(sent(server))


async def test_a_cluster_that_lacks_slots_says_so(tmp_path: Path) -> None:
    with Valkey(tmp_path, cluster_enabled="yes") as server:
        async with connect(server.url) as client:
            with pytest.raises(StoreUnavailable, match="is a cluster that does not serve every slot"):
                await check_server_id(client, server.url, tmp_path / "home")
