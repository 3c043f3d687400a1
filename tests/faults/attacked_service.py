"""An installation to be attacked: a store, two services and a worker, each a process, with lines that can be cut."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from faults.forked_program import ForkedProgram
from faults.random_blows import LINES, SERVICES, Blow, Kind
from forks import ForkServer
from relay import Relay
from serving import Serving
from valkey import Valkey

USERS = ("ann", "ben", "cleo")


def token(user: str) -> str:
    """Return what a user comes with."""
    return f"the-long-token-of-{user}"


class Program(Serving):
    """A `dayloom serve`, or another command, that is forked instead of started anew."""

    process: ForkedProgram  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, forks: ForkServer, name: str, folder: Path, **how: Any) -> None:
        super().__init__(folder, **how)
        self._forks, self._name = forks, name

    def launch(self) -> None:
        """Start the process, and return at once."""
        given = {"words": [self._name], "environment": self.environment, "log": str(self.log)}
        self.process = ForkedProgram(self._forks.start("faults.forked_program:run_program", **given))


class AttackedService:
    """Starts everything, strikes it as it is told, starts again what has ended, and stops everything."""

    def __init__(self, folder: Path, model: str, forks: ForkServer, hook: str) -> None:
        self._forks = forks
        self._stack = ExitStack()
        (folder / "data").mkdir()
        self.store = Valkey(folder / "data")
        self._lines: dict[str, Relay] = {}
        self._programs: dict[str, Program] = {}
        self._folder, self._model, self._hook = folder, model, hook
        self._down: set[str] = set()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for program in self._programs.values():
            if hasattr(program, "process"):
                program.process.kill()
            program.http.close()
        self._stack.close()

    @property
    def urls(self) -> list[str]:
        """Where clients reach the services, through lines that can be cut."""
        return [f"http://127.0.0.1:{self._lines[f'{name}-client'].port}" for name in SERVICES]

    @property
    def told(self) -> str:
        """What the programs wrote that is worth a look."""
        return "\n".join(f"--- {name}\n{program.told[-3000:]}" for name, program in self._programs.items())

    def suffer(self, blows: Sequence[Blow]) -> None:
        """Let it all happen, each blow in its time, and make good in the end what is not yet."""
        begun = time.monotonic()
        due = sorted(
            [(blow.at, 1, blow) for blow in blows] + [(blow.at + blow.lasts, 2, blow) for blow in blows],
            key=lambda event: event[:2],
        )
        for at, what, blow in due:
            while (left := begun + at - time.monotonic()) > 0:
                self.keep_running()
                time.sleep(min(left, 0.1))
            (self._strike if what == 1 else self._mend)(blow)

    def keep_running(self) -> None:
        """Start again what has ended by itself, as whoever watches over services does."""
        for name, program in self._programs.items():
            if name not in self._down and program.process.poll() is not None:
                program.launch()

    def until_ready(self) -> None:
        """Return when everything is up."""
        for name in SERVICES:
            while not self._programs[name].answers():
                self.keep_running()
                time.sleep(0.05)

    def _start(self) -> None:
        self._stack.enter_context(self.store)
        for line in LINES[:3]:
            path = self._folder / f"{line}.sock"
            self._lines[line] = self._stack.enter_context(Relay(self.store.socket, path))
        for name in (*SERVICES, "worker"):
            self._programs[name] = program = self._program(name)
            program.launch()
        for name in SERVICES:
            upstream = ("127.0.0.1", self._programs[name].port)
            self._lines[f"{name}-client"] = self._stack.enter_context(Relay(upstream))
        self.until_ready()

    def _program(self, name: str) -> Program:
        return Program(
            self._forks,
            "worker" if name == "worker" else "serve",
            self._folder / name,
            redis_url=f"unix://{self._folder / f'{name}-store.sock'}",
            model=self._model,
            token=token(USERS[0]),
            DAYLOOM_API_TOKENS=",".join(f"{user}:{token(user)}" for user in USERS),
            DAYLOOM_RATE_LIMIT="0",
            DAYLOOM_WEBHOOK=self._hook,
            DAYLOOM_PRIVATE_ADDRESSES="true",
        )

    def _strike(self, blow: Blow) -> None:
        if blow.kind is Kind.CUT:
            self._lines[blow.target].cut()
        elif blow.kind is Kind.FREEZE:
            self._signal(blow.target, signal.SIGSTOP)
        elif blow.target == "store":
            self.store.kill()
        else:
            self._down.add(blow.target)
            self._programs[blow.target].process.kill()

    def _mend(self, blow: Blow) -> None:
        if blow.kind is Kind.FREEZE:
            self._signal(blow.target, signal.SIGCONT)
        elif blow.kind is Kind.KILL and blow.target == "store":
            self.store.launch()
        elif blow.kind is Kind.KILL:
            self._programs[blow.target].launch()
            self._down.discard(blow.target)

    def _signal(self, target: str, number: signal.Signals) -> None:
        process = self.store.running if target == "store" else self._programs[target].process
        if process.poll() is None:
            os.kill(process.pid, number)
