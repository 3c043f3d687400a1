"""One server per data folder: shared, found again after a crash, stopped by the last to leave."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from dayloom.stores.redis.connection import AsyncRedis, check, connect
from dayloom.stores.redis.embedded import SOCKET_PATH_LIMIT, bundled_binary, embedded
from dayloom.stores.redis.errors import FolderUnusable, StoreUnavailable

USER = """
import asyncio, signal, sys
from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.embedded import embedded

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have it ignored, as under nohup

async def main():
    async with embedded(sys.argv[1]) as url, connect(url) as client:
        count = await client.incr("count")
        print(count, (await client.info("server"))["process_id"], flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""


class User:
    """Another process that uses the server of a data folder until told to go."""

    def __init__(self, process: asyncio.subprocess.Process, count: int, server: int) -> None:
        self.process = process
        self.count = count
        self.server = server

    async def leaves(self) -> None:
        """Let it end cleanly."""
        await self.process.communicate(b"\n")
        assert self.process.returncode == 0

    async def dies(self) -> None:
        """Kill it, as a power cut would."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def user(folder: Path) -> AsyncIterator[User]:
    """Start another user and wait until it has counted itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-c", USER, str(folder), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    count, server = (await process.stdout.readline()).split()
    try:
        yield User(process, int(count), int(server))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def server_of(client: AsyncRedis) -> int:
    return (await client.info("server"))["process_id"]


def socket_of(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))


def listening(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def guard_of(data: Path) -> int:
    """The process that has the arguments of the guard of this folder, once it has them; a time-out ends the wait."""
    wanted = os.fsencode(data / "store")
    while not (found := [each for each in Path("/proc").glob("[0-9]*/cmdline") if _guards(each, wanted)]):
        time.sleep(0.01)
    [only] = found
    return int(only.parent.name)


def _guards(cmdline: Path, folder: bytes) -> bool:
    return b"embedded_guard.py\0" + folder in _read(cmdline)


def _read(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()
    return b""


def running(pid: int) -> bool:
    """Tell whether the process is there and no mere entry that nobody has read yet."""
    state = _read(Path(f"/proc/{pid}/stat")).rpartition(b") ")[2][:1]
    return state not in (b"", b"Z", b"X")


async def ended(pid: int) -> None:
    """Wait until a process is gone; the test's own time-out ends the wait."""
    while running(pid):  # noqa: ASYNC110 nobody tells of the end of a process that is not a child
        await asyncio.sleep(0.01)


async def test_the_server_keeps_every_write_and_is_private(tmp_path: Path) -> None:
    async with embedded(tmp_path) as url, connect(url) as client:
        assert await check(client) == []
        assert (await client.config_get("port"))["port"] == "0"
        assert socket_of(url).stat().st_mode & 0o077 == 0
        assert socket_of(url).parent.stat().st_mode & 0o777 == 0o700


async def test_nobody_else_may_read_what_the_server_writes(tmp_path: Path) -> None:
    async with embedded(tmp_path) as url, connect(url) as client:
        await client.set("name", "dayloom")
        modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "store").rglob("*")}

    assert any(name.endswith(".aof") for name in modes)
    assert set(modes.values()) == {0}


async def test_data_is_there_again_after_a_clean_stop(tmp_path: Path) -> None:
    async with embedded(tmp_path) as url, connect(url) as client:
        await client.set("name", "dayloom")
    stopped = not listening(socket_of(url))
    async with embedded(tmp_path) as url, connect(url) as client:
        found = await client.get("name")

    assert stopped
    assert found == b"dayloom"


async def test_two_processes_share_one_server_and_the_last_stops_it(tmp_path: Path) -> None:
    async with user(tmp_path) as first, user(tmp_path) as second:
        await first.leaves()
        async with embedded(tmp_path) as url, connect(url) as client:
            third = await server_of(client)
        still_there = listening(socket_of(url))
        await second.leaves()

    assert (first.count, second.count) == (1, 2)
    assert first.server == second.server == third
    assert still_there
    assert not listening(socket_of(url))


async def test_many_starting_at_once_start_one_server(tmp_path: Path) -> None:
    async def use() -> int:
        async with embedded(tmp_path) as url, connect(url) as client:
            await barrier.wait()
            return await server_of(client)

    barrier = asyncio.Barrier(8)
    servers = await asyncio.gather(*(use() for _ in range(8)))

    assert len(set(servers)) == 1


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
async def test_a_server_ends_with_its_only_user_however_that_one_ends(tmp_path: Path, how: signal.Signals) -> None:
    async with user(tmp_path) as first:
        first.process.send_signal(how)
        await first.process.wait()
        await ended(first.server)
    async with user(tmp_path) as second:
        await second.leaves()

    assert second.count == 2


async def test_a_server_outlives_a_killed_user_as_long_as_there_is_another(tmp_path: Path) -> None:
    async with user(tmp_path) as first, user(tmp_path) as second:
        await first.dies()
        async with user(tmp_path) as third:
            await third.leaves()
        assert listening(tmp_path / "store" / "valkey.sock")
        await second.dies()
        await ended(first.server)

    assert first.server == second.server == third.server


async def test_a_server_whose_guard_was_killed_gets_another_one(tmp_path: Path) -> None:
    async with user(tmp_path) as first:
        os.kill(guard_of(tmp_path), signal.SIGKILL)
        async with user(tmp_path) as second:
            await first.dies()
            await second.dies()
            await ended(first.server)


async def test_nobody_is_left_when_the_last_user_has_left(tmp_path: Path) -> None:
    async with embedded(tmp_path):
        guard = guard_of(tmp_path)

    assert not running(guard)


async def test_ctrl_c_in_the_terminal_does_not_reach_the_server(tmp_path: Path) -> None:
    async with user(tmp_path) as first:
        assert os.getsid(first.server) != os.getsid(first.process.pid)
        await first.leaves()


async def test_the_socket_of_a_killed_server_is_cleared_away_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    async with user(tmp_path) as first:
        first.process.send_signal(signal.SIGSTOP)  # or it would start the server again
        os.kill(first.server, signal.SIGKILL)
        await first.dies()
    left_behind = (tmp_path / "store" / "valkey.sock").exists()
    async with user(tmp_path) as second:
        await second.leaves()

    assert left_behind
    assert second.count == 2


async def test_who_leaves_a_server_that_does_not_answer_any_more_is_not_kept_and_nothing_acknowledged_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dayloom.stores.redis.embedded.ANSWER_TIMEOUT", 0.3)
    async with embedded(tmp_path) as url:
        async with connect(url) as client:
            await client.set("kept", "yes")
            server = int((await client.info("server"))["process_id"])
        os.kill(server, signal.SIGSTOP)
    assert not running(server)
    async with embedded(tmp_path) as url, connect(url) as client:
        assert await client.get("kept") == b"yes"


async def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 20) / ("deeper" * 20)
    async with embedded(folder) as url, user(folder) as other:
        await other.leaves()

    assert other.count == 1
    assert len(str(socket_of(url))) <= SOCKET_PATH_LIMIT


async def test_a_path_with_odd_characters_works(tmp_path: Path) -> None:
    async with embedded(tmp_path / "mé & 50% #1?") as url, connect(url) as client:
        assert await client.ping()


async def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(FolderUnusable, match=r"file/data/store cannot be used: Not a directory. Make it writable"):
        async with embedded(tmp_path / "file" / "data"):
            pass


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
async def test_a_folder_without_write_permission_is_named(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o500)

    with pytest.raises(FolderUnusable, match=r"cannot be used: Permission denied"):
        async with embedded(tmp_path):
            pass


async def test_a_binary_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"nothing/here cannot be run: No such file"):
        async with embedded(tmp_path, binary="nothing/here"):
            pass


async def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "appendonlydir").write_text("in the way")

    with pytest.raises(StoreUnavailable, match=r"did not start: .*append"):
        async with embedded(tmp_path):
            pass


async def test_another_binary_can_be_given(tmp_path: Path) -> None:
    other = tmp_path / "my-server"
    other.symlink_to(bundled_binary())

    async with embedded(tmp_path, binary=other) as url, connect(url) as client:
        assert await client.ping()
