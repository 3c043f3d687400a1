"""Looks after one program, as a process of its own: limits it, keeps what it prints, leaves nothing of it alive.

It is run as a script and imports nothing of dayloom, so that it starts at once. Standard input brings the length and
the text of an order, then `stop` when the program is to end; when it closes, whoever gave the order is dead, and the
program is killed. Standard output gets a line of JSON when the program has started or could not be, and one at its end.

On Linux every process whose parent ends becomes a child of this one (PR_SET_CHILD_SUBREAPER), so that all of them are
found; elsewhere those are that stay in the program's process group or under a living parent.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import psutil

LENGTH: Final = 8
"""Bytes that say how long an order is."""
_SET_PDEATHSIG: Final = 1
_SET_CHILD_SUBREAPER: Final = 36
_AT_ONCE: Final = 65_536
_LOOK: Final = 0.05
"""Seconds between two looks at the program."""
_STUBBORN: Final = 10.0
"""Seconds after which processes that cannot be killed, such as another user's, are given up."""


@dataclass(frozen=True)
class Order:
    """What is started, where, with what limits; `grace` is the time between SIGTERM and SIGKILL."""

    command: list[str]
    environment: dict[str, str]
    folder: str
    standard_input: str
    output_file: str
    seconds: float
    grace: float
    memory: int
    output: int
    files: int


@dataclass
class Output:
    """Keeps the first and the last half of what is printed: the file gets the first at once, the last at the end."""

    file: BinaryIO
    limit: int
    written: int = 0
    dropped: int = 0
    last: deque[bytes] = field(default_factory=deque[bytes])
    held: int = 0

    def add(self, piece: bytes) -> None:
        """Take what was printed next."""
        half = self.limit // 2
        first = piece[: max(0, half - self.written)]
        self.file.write(first)
        self.written += len(first)
        if rest := piece[len(first) :]:
            self.last.append(rest)
            self.held += len(rest)
        while self.held > half:
            self._drop(self.held - half)

    def _drop(self, excess: int) -> None:
        oldest = self.last.popleft()
        if len(oldest) > excess:
            self.last.appendleft(oldest[excess:])
        gone = min(len(oldest), excess)
        self.held -= gone
        self.dropped += gone

    def close(self) -> None:
        """Write the end."""
        if self.dropped:
            self.file.write(b"\n... %d bytes were dropped here ...\n" % self.dropped)
        self.file.write(b"".join(self.last))
        self.file.close()


class Supervisor:
    """One program and everything it starts."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._output = Output(open(order.output_file, "wb"), order.output)  # noqa: SIM115 closed at the end
        self._ending: str | None = None
        self._kill_at: float | None = None
        self._exit_code: int | None = None

    def run(self) -> dict[str, Any]:
        """Start the program and return how it ended, once nothing of it is alive."""
        read, write = os.pipe()
        try:
            program = self._start(write)
        except (OSError, subprocess.SubprocessError) as error:
            return {"spawn_failed": f"{self._order.command[0]} cannot be started: {error}"}
        finally:
            os.close(write)
        self._program = program.pid
        _tell({"pid": program.pid})
        os.set_blocking(read, False)
        self._watch(read)
        left = self._kill_everything()
        self._drain(read)
        self._output.close()
        return {"exit_code": self._exit_code, "ending": self._ending, "left": left}

    def _start(self, output: int) -> subprocess.Popen[bytes]:
        with open(self._order.standard_input, "rb") as given:
            return subprocess.Popen(  # noqa: S603 to run any program is the purpose
                self._order.command,
                stdin=given,
                stdout=output,
                stderr=output,
                cwd=self._order.folder,
                env=self._order.environment,
                start_new_session=True,
                preexec_fn=self._limit,  # noqa: PLW1509 there are no threads here
            )

    def _limit(self) -> None:
        """Limit the program, in its own process before it becomes the program."""
        _prctl(_SET_PDEATHSIG, signal.SIGKILL)
        # Address space is no measure: runtimes reserve far more of it than they use.
        for kind, most in (
            (resource.RLIMIT_DATA, self._order.memory),
            (resource.RLIMIT_NOFILE, self._order.files),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(kind)
            allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (allowed, allowed))

    def _watch(self, output: int) -> None:
        """Return when the program has ended, or is to be killed."""
        deadline = time.monotonic() + self._order.seconds
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ, lambda: self._drain(output, selector))
            selector.register(0, selectors.EVENT_READ, lambda: self._hear(selector))
            while not self._has_ended():
                for key, _ in selector.select(_LOOK):
                    act: Callable[[], None] = key.data
                    act()
                if self._ending is None and time.monotonic() >= deadline:
                    self._ask_to_end("timed out")
                if self._kill_at is not None and time.monotonic() >= self._kill_at:
                    return

    def _hear(self, selector: selectors.BaseSelector) -> None:
        if os.read(0, _AT_ONCE):
            self._ask_to_end("stopped")
        else:
            selector.unregister(0)
            self._ending, self._kill_at = self._ending or "orphaned", time.monotonic()

    def _ask_to_end(self, why: str) -> None:
        if self._ending is None:
            self._ending, self._kill_at = why, time.monotonic() + self._order.grace
            self._signal(signal.SIGTERM)

    def _drain(self, output: int, selector: selectors.BaseSelector | None = None) -> None:
        """Take what was printed; the pipe ends when nobody can print any more."""
        with suppress(BlockingIOError):
            # Bounded, so that what never stops printing is looked after, too.
            for _ in range(64):
                piece = os.read(output, _AT_ONCE)
                if not piece:
                    if selector is not None:
                        selector.unregister(output)
                    return
                self._output.add(piece)

    def _has_ended(self) -> bool:
        """Collect what has ended, and tell whether the program has."""
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                if pid == self._program:
                    self._exit_code = os.waitstatus_to_exitcode(status)
        return self._exit_code is not None

    def _kill_everything(self) -> int:
        """Kill what is still alive, and return how many processes could not be killed."""
        give_up = time.monotonic() + _STUBBORN
        self._signal(signal.SIGKILL)
        self._has_ended()
        while (left := _children()) and time.monotonic() < give_up:
            self._signal(signal.SIGKILL)
            time.sleep(0.01)
            self._has_ended()
        return len(left)

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to the program's group and to every process under this one."""
        if self._exit_code is None or sys.platform != "linux":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._program, number)
        for child in _children():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                child.send_signal(number)


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _tell(told: dict[str, Any]) -> None:
    """Write a line; when nobody reads it any more, the closed standard input says so, too."""
    with suppress(BrokenPipeError):
        os.write(1, json.dumps(told).encode() + b"\n")


def _read_order() -> Order:
    with os.fdopen(os.dup(0), "rb", buffering=0) as given:
        left, read = int.from_bytes(given.read(LENGTH)), bytearray()
        while len(read) < left and (piece := given.read(left - len(read))):
            read += piece
    return Order(**json.loads(read))


def main() -> None:
    """Carry out the order that standard input brings."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Not SIG_IGN: the program would inherit that.
        signal.signal(number, lambda *_: None)
    _prctl(_SET_CHILD_SUBREAPER, 1)
    _tell(Supervisor(_read_order()).run())


if __name__ == "__main__":
    main()
