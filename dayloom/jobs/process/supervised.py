"""A program under its supervisor, as the service sees it."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Self

import psutil

from dayloom.jobs.process.supervisor import LENGTH, Order
from dayloom.settings import environment

log = logging.getLogger(__name__)

_SCRIPT: Final = Path(__file__).with_name("supervisor.py")
_PATIENCE: Final = 15.0
"""Seconds a supervisor may take to kill everything, before it is killed itself."""


class Supervised:
    """Hears from the supervisor, and has it end the program."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        assert process.stdin is not None, "it was asked for"
        assert process.stdout is not None, "it was asked for"
        self._orders, self._told = process.stdin, process.stdout

    @classmethod
    async def start(cls, order: Order) -> Self:
        """Start a supervisor, which starts the program; raises OSError."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_SCRIPT),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment(),
            start_new_session=True,  # or Ctrl-C would reach it, too
        )
        started = cls(process)
        text = json.dumps(asdict(order)).encode()
        started._orders.write(len(text).to_bytes(LENGTH) + text)
        return started

    async def next_line(self) -> dict[str, Any] | None:
        """Return what the supervisor says next; None when it is no more."""
        line = await self._told.readline()
        return json.loads(line) if line else None

    def ask_to_end(self) -> None:
        """Have the program end: it is asked to, and killed after its grace."""
        if not self._orders.is_closing():
            self._orders.write(b"stop\n")

    async def close(self) -> None:
        """Return once the supervisor is no more, and so the program neither; what is alive is killed."""
        self._orders.close()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._process.wait()
        except TimeoutError:
            log.error("a supervisor did not end and is killed: process %d", self._process.pid)
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._told.read()  # to its end, or the pipe outlives the event loop


def kill_by_variable(name: str, value: str) -> int:
    """Kill every process in whose environment a variable has this value, and return how many those were.

    It finds what a supervisor left behind that was killed itself.
    """
    found = list(_having(name, value))
    for process in found:
        with suppress(psutil.Error):
            process.kill()
    return len(found)


def _having(name: str, value: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(name) == value:
                yield process
