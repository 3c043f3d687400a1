"""Runs of the agent from a command: the store is open as long as the session is, and the loop stands still in between.

Between two runs the process is an ordinary synchronous one, so that reading a line from the person and Ctrl-C work as
everywhere; during a run Ctrl-C cancels the run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from dayloom.cli.progress import Progress
from dayloom.cli.terminal import Terminal
from dayloom.settings import Settings, read_settings
from dayloom.wiring import Wired, new_run_id, wired
from graph.agent import Scene, Turn
from state.common import CommonState, RunSettings
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.schedule import Schedule

T = TypeVar("T")


@dataclass(frozen=True)
class Session:
    """One process's use of the agent."""

    parts: Wired
    runner: asyncio.Runner
    terminal: Terminal

    def turn(self, thread: ThreadId, message: str, progress: Progress, schedule: Schedule | None = None) -> Turn:
        """Answer one message; see `Agent.turn`."""
        context = self.parts.context(thread, progress.emit, self._run_settings())
        with progress:
            self.run(self.parts.commits.settle(thread))
            return self.run(self.parts.agent.turn(message, context, new_run_id(), schedule=schedule))

    def resume(self, thread: ThreadId, answer: Answer, progress: Progress, card: str | None = None) -> Turn:
        """Answer the open card; see `Agent.resume`."""
        context = self.parts.context(thread, progress.emit, self._run_settings())
        with progress:
            return self.run(self.parts.agent.resume(answer, context, new_run_id(), interrupt_id=card))

    def carry_on(self, thread: ThreadId, progress: Progress) -> Turn | None:
        """Finish a run that was cut off, and say so; see `Agent.carry_on`."""

        def emit(event: Event) -> None:
            if event.type is EventType.RUN_STARTED:
                self.terminal.note(progress.labels.cut_off, "yellow")
            progress.emit(event)

        context = self.parts.context(thread, emit, self._run_settings())
        with progress:
            return self.run(self.parts.agent.carry_on(thread, lambda run, asked: context))

    def state(self, thread: ThreadId) -> CommonState:
        """Return a thread as it stands; raises UnknownThread."""
        return self.run(self.parts.agent.state(thread))

    def standing(self, thread: ThreadId) -> Turn:
        """Return a thread as its last run left it; raises UnknownThread."""
        state = self.state(thread)
        return Turn(thread=thread, run=self.run(self.parts.last_run(thread)) or RunId(""), state=state)

    def scenes(self, thread: ThreadId) -> list[Scene]:
        """Return the whole conversation; raises UnknownThread."""

        async def all_of_them() -> list[Scene]:
            return [scene async for scene in self.parts.agent.replay(thread)]

        return self.run(all_of_them())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry out something asynchronous."""
        return self.runner.run(work)

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return self.parts.settings

    def _run_settings(self) -> RunSettings:
        return self.settings.run_settings()


@contextmanager
def session(terminal: Terminal, settings: Settings | None = None) -> Generator[Session]:
    """Open store and model, by default those of `read_settings()`, and close them at the end."""
    opening = wired(settings or read_settings())
    with asyncio.Runner() as runner:
        parts = runner.run(opening.__aenter__())
        try:
            yield Session(parts, runner, terminal)
        finally:
            runner.run(opening.__aexit__(None, None, None))
