"""The program `dayloom` in a process that was forked with everything imported: it starts in a moment."""

from __future__ import annotations

import os
import signal
import sys
import time

from dayloom.cli import main

MODULES = (
    "faults.forked_program",
    "dayloom.api.app",
    "dayloom.api.http.authentication",
    "dayloom.api.http.rate_limit",
    "dayloom.cli.commands",
    "dayloom.cli.serve",
    "dayloom.cli.worker",
    "dayloom.llm.chat_completions.model",
    "dayloom.queue.streaq",
    "dayloom.traces.metrics",
    "dayloom.traces.run_log",
    "dayloom.traces.spans",
)
"""What the fork server imports for it, so that nothing is left to import."""
LONGEST = 300
"""Seconds after which a program ends by itself that nobody has ended."""


def run_program(*, words: list[str], environment: dict[str, str], log: str) -> None:
    """Be `dayloom` with these words, in this environment; what it says goes to the end of the log."""
    signal.alarm(LONGEST)
    os.environ.clear()
    os.environ.update(environment)
    for number, path, flags in ((0, os.devnull, os.O_RDONLY), (1, log, os.O_WRONLY), (2, log, os.O_WRONLY)):
        os.dup2(os.open(path, flags | os.O_APPEND | os.O_CREAT, 0o600), number)
    sys.argv = ["dayloom", *words]
    main()


class ForkedProgram:
    """Such a process as its starter sees it, who is not its parent."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Return None while it is there."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def kill(self) -> None:
        """End it at once, and return when it is gone."""
        while self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.005)
