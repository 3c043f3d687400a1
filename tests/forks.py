"""Processes that start in milliseconds: each is forked from one that has imported everything already.

    with ForkServer("faults.play") as forks:
        child = forks.start("faults.play:play", journal=path, url=url)
        assert forks.wait(child) == 0

A function is called with the keyword arguments of `start`, which must be JSON; what it wants to tell, it writes to a
journal, a file that is complete up to the moment the process dies.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

PATIENCE = 100
"""Seconds after which a child that hangs is killed by its own alarm."""


class Journal:
    """Lines of JSON that survive the death of the process that writes them."""

    def __init__(self, path: Path | str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def __call__(self, **fact: Any) -> None:
        os.write(self._file, json.dumps(fact).encode() + b"\n")


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Return the facts that were noted, oldest first."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class ForkServer:
    """A process that has imported `modules` and forks on demand."""

    def __init__(self, *modules: str) -> None:
        self._modules = modules
        self._ended: dict[int, int] = {}

    def __enter__(self) -> Self:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", __file__, str(theirs.fileno()), *self._modules]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment)
        theirs.close()
        self._socket, self._lines = ours, ours.makefile("r")
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._socket.close()
        self._process.wait()

    def start(self, function: str, /, **arguments: Any) -> int:
        """Call `module:function` in a new process and return its pid."""
        self._socket.sendall(json.dumps([function, arguments]).encode() + b"\n")
        for fact in self._facts():
            if "started" in fact:
                return fact["started"]
        raise AssertionError("the fork server died")

    def wait(self, pid: int) -> int:
        """Return how a child ended: its exit code, or minus the signal that killed it."""
        if pid not in self._ended:
            next(fact for fact in self._facts() if fact.get("ended") == pid)
        return os.waitstatus_to_exitcode(self._ended.pop(pid))

    def run(self, function: str, /, **arguments: Any) -> int:
        """Start and wait."""
        return self.wait(self.start(function, **arguments))

    def _facts(self) -> Iterator[dict[str, int]]:
        for line in self._lines:
            fact = json.loads(line)
            if "ended" in fact:
                self._ended[fact["ended"]] = fact["status"]
            yield fact


def _serve(connection: socket.socket, modules: list[str]) -> None:
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    woken.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    lines = connection.makefile("rb", buffering=0)
    with selectors.DefaultSelector() as waiting:
        waiting.register(connection, selectors.EVENT_READ)
        waiting.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj is woken:
                    woken.recv(4096)
                    _report_ended(connection)
                elif line := lines.readline():
                    _tell(connection, started=_forked(*json.loads(line)))
                else:
                    return


def _forked(function: str, arguments: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.alarm(PATIENCE)
        module, _, name = function.partition(":")
        getattr(importlib.import_module(module), name)(**arguments)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _report_ended(connection: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        _tell(connection, ended=pid, status=status)


def _tell(connection: socket.socket, **fact: int) -> None:
    connection.sendall(json.dumps(fact).encode() + b"\n")


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
