"""A real server of its own for tests that stop, freeze, limit or restart it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from dayloom.stores.redis.embedded import bundled_binary


class Valkey:
    """A Valkey on a unix socket in `folder`, which keeps its data there from one start to the next.

    `settings` are further lines of its configuration, such as `appendfsync="everysec"`.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.socket = folder / "v.sock"
        self.url = f"unix://{self.socket}"
        self._settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "dir": str(folder),
            "logfile": str(folder / "log"),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "enable-debug-command": "yes",
            **{name.replace("_", "-"): value for name, value in settings.items()},
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The process, once it was started."""
        assert self.process is not None
        return self.process

    def start(self) -> None:
        """Start it unless it runs, and return when it answers."""
        if self.process is None or self.process.poll() is not None:
            self.launch()
        self.until_ready()

    def launch(self, **settings: str) -> None:
        """Start it with further settings, and return at once."""
        self.socket.unlink(missing_ok=True)
        settings = {**self._settings, **{name.replace("_", "-"): value for name, value in settings.items()}}
        arguments = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self.process = subprocess.Popen([bundled_binary(), *arguments], stdout=subprocess.DEVNULL)

    def until_ready(self) -> None:
        """Return when it answers."""
        while self.ask("PING") != "+PONG":
            assert self.running.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.002)

    def ask(self, command: str) -> str:
        """Return the first line of the answer to an inline command; empty while nobody listens."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(30)
                connection.connect(str(self.socket))
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(1 << 16).decode().split("\r\n")[0]
        except (FileNotFoundError, ConnectionError):
            return ""

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        process = self.running
        process.kill()
        process.wait()

    def restart(self) -> None:
        """Kill it and start it again on what it had written."""
        self.kill()
        self.start()

    def empty(self) -> None:
        """Kill it and start it again on an empty disk."""
        self.kill()
        for path in sorted(self.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        self.start()

    def freeze(self) -> None:
        """Stop its process without closing anything."""
        os.kill(self.running.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let its process go on."""
        os.kill(self.running.pid, signal.SIGCONT)
