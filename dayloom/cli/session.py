"""Runs of the agent from a command: the store is open as long as the session is, and the loop stands still in between.

Between two runs the process is an ordinary synchronous one, so that reading a line from the person and Ctrl-C work as
everywhere; during a run Ctrl-C cancels the run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from dayloom.calendar_sync.writer import SEEN
from dayloom.cli.files import Beginning
from dayloom.cli.labels import LABELS
from dayloom.cli.progress import Progress
from dayloom.cli.terminal import Terminal
from dayloom.jobs.jobs import Jobs
from dayloom.runs.tenants import Tenant
from dayloom.settings import Settings, read_settings
from dayloom.stores.redis.keys import LOCAL_OWNER
from dayloom.stores.threads.index import Search, Thread
from dayloom.wiring import local_jobs, new_run_id
from graph.agent import Scene, Turn
from state.common import CommonState
from state.errors import RunCancelled, ThreadBusy, UnknownThread, Unreadable
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.outcome import Outcome, OutcomeStatus
from state.ports import Accepted
from state.preview import Clash
from state.run_status import RunStatus
from state.turn import says_continue

T = TypeVar("T")

MOST_STEPS: Final = 20
"""How far back the last run of a thread is looked for."""


@dataclass
class Watcher:
    """Shows what runs tell while somebody watches: an `Observer`.

    `run` is the one that was asked for while it is watched, `asked` also afterwards, `at_work` the one that began last,
    `stopped` those the person has stopped.
    """

    progress: Progress | None = None
    run: RunId | None = None
    asked: RunId | None = None
    at_work: RunId | None = None
    stopped: set[RunId] = field(default_factory=set[RunId])

    def on_event(self, thread: ThreadId, run: RunId, event: Event) -> None:
        """Show it; a run that nobody asked for just now was cut off before, or stopped by the person."""
        if self.progress is None:
            return
        if event.type is EventType.RUN_STARTED:
            self.at_work = run
            if run != self.run:
                self.progress.note_cut_off(stopped=run in self.stopped)
        self.progress.emit(event)

    def note_stop(self) -> None:
        """Note that the person has stopped what is at work, or was just asked for."""
        self.stopped |= {run for run in (self.run, self.at_work) if run is not None}

    def on_leave(self, thread: ThreadId, run: RunId) -> None:
        """Do nothing: whoever waits for the run sees its end."""


@dataclass(frozen=True)
class Session:
    """One process's use of the agent."""

    parts: Tenant
    jobs: Jobs
    settings: Settings
    runner: asyncio.Runner
    terminal: Terminal
    watcher: Watcher = field(default_factory=Watcher)

    def turn(
        self,
        thread: ThreadId,
        message: str,
        progress: Progress,
        beginning: Beginning | None = None,
        *,
        single_call: bool = False,
    ) -> Turn:
        """Answer one message, after a run that was cut off; raises as `Runs.start` does, and RunCancelled.

        A run that was cut off may stop at a card: the message was not written to it, so that is returned instead.
        `single_call` as `RunSettings` has it.
        """
        given: dict[str, Any] = {"schedule": beginning.schedule} if beginning else {}
        settings = self.settings.run_settings().model_copy(update={"single_call": single_call})
        if beginning and beginning.seen is not None:
            given["about"] = {SEEN: beginning.seen}
        turn = self._carry_out(thread, progress, message=message, settings=settings, **given)
        if turn.run not in (self.watcher.asked, RunId("")) and not says_continue(message):
            self.terminal.note(LABELS[turn.state.locale].card_first, "yellow")
        return turn

    def resume(self, thread: ThreadId, answer: Answer, progress: Progress, card: str | None = None) -> Turn:
        """Answer the open card; raises as `Runs.start` does, and RunCancelled."""
        return self._carry_out(thread, progress, answer=answer, card=card, settings=self.settings.run_settings())

    def carry_on(self, thread: ThreadId, progress: Progress) -> Turn | None:
        """Finish a run that was cut off, and say so; None when there is none. Raises ThreadBusy."""
        with self._watching(progress, None):
            went_on = self.run(self._finish_cut_off(thread))
        if went_on and self.run(self.parts.threads.status(thread)).busy:
            raise ThreadBusy(f"a run is at work on thread {thread!r}; wait for its end, or cancel it")
        return self.last_turn(thread) if went_on else None

    def state(self, thread: ThreadId) -> CommonState:
        """Return a thread as it stands; raises UnknownThread."""
        return self.run(self.parts.agent.state(thread))

    def last_turn(self, thread: ThreadId) -> Turn:
        """Return a thread as its last run left it; raises UnknownThread."""
        state = self.state(thread)
        return Turn(thread=thread, run=self.run(self._last_run(thread)) or RunId(""), state=state)

    def outdated(self, turn: Turn) -> tuple[Clash, ...]:
        """Return where the draft of a thread no longer fits the calendar."""
        return self.run(self.parts.draft_check.clashes(turn.thread, turn.state.schedule))

    def threads(self) -> Iterator[tuple[Thread, CommonState | None]]:
        """Yield every thread as it stands, the one that changed last first.

        None when nothing was said on it yet, or when it cannot be read: it must not hide the others.
        """
        for line in self.run(self.parts.index.search(Search())):
            try:
                yield line, self.state(line.id)
            except (UnknownThread, Unreadable):
                yield line, None

    def scenes(self, thread: ThreadId) -> list[Scene]:
        """Return the whole conversation; raises UnknownThread."""

        async def all_of_them() -> list[Scene]:
            return [scene async for scene in self.parts.agent.replay(thread)]

        return self.run(all_of_them())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry out something asynchronous."""
        return self.runner.run(work)

    def _carry_out(self, thread: ThreadId, progress: Progress, **asked: Any) -> Turn:
        request = Accepted(run=new_run_id(), at=self.settings.now(), **asked)
        self.watcher.asked = request.run
        with self._watching(progress, request.run):
            return self.run(self._await_end(thread, request))

    async def _await_end(self, thread: ThreadId, asked: Accepted) -> Turn:
        went_on = await self._finish_cut_off(thread)
        if went_on and asked.answer is None and (unseen := await self._open_card(thread)):
            return unseen
        await self.parts.runs.start(thread, asked)
        run = await self.parts.runs.join(thread, asked.run)
        if run.status is RunStatus.CANCELLED:
            raise RunCancelled(f"run {run.id!r} of thread {thread!r} was cancelled")
        state = await self.parts.threads.state(thread) or CommonState()
        page = await self.parts.runs.page(thread, run.id, run.events - 1, 1)
        broken_off = page.events[-1].data.get("code")
        return Turn(thread, run.id, _broken_off(state, run.status, broken_off) if broken_off else state)

    async def _finish_cut_off(self, thread: ThreadId) -> bool:
        """Finish what was cut off on a thread; False when nothing was."""
        if not (await self.parts.threads.status(thread)).busy:
            return False
        await self.parts.runs.revive(thread)
        return True

    async def _open_card(self, thread: ThreadId) -> Turn | None:
        """Return the thread at its open card; None when there is none."""
        state = await self.parts.threads.state(thread)
        if state is None or state.interrupt is None:
            return None
        return Turn(thread, await self._last_run(thread) or RunId(""), state)

    async def _last_run(self, thread: ThreadId) -> RunId | None:
        """Return the run that wrote to the thread last; what the person did by hand since belongs to no run."""
        steps = self.parts.checkpointer.alist(
            {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}, limit=MOST_STEPS
        )
        async for step in steps:
            if run := step.metadata.get("run_id"):
                return RunId(run)
        return None

    @contextmanager
    def _watching(self, progress: Progress, run: RunId | None) -> Generator[None]:
        self.watcher.progress, self.watcher.run = progress, run
        try:
            with progress:
                yield
        except KeyboardInterrupt:
            self.watcher.note_stop()
            raise
        finally:
            self.watcher.progress = self.watcher.at_work = None


def _broken_off(state: CommonState, status: RunStatus, code: str) -> CommonState:
    """Return the thread with the ending of a run that could not be carried out, which it does not tell itself."""
    out_of_time = status is RunStatus.TIMEOUT
    ended = OutcomeStatus.EXHAUSTED if out_of_time else OutcomeStatus.FAILED
    message = LABELS[state.locale].broken_off.format(code=code)
    return state.model_copy(update={"interrupt": None, "outcome": Outcome(status=ended, code=code, message=message)})


@contextmanager
def open_session(terminal: Terminal, settings: Settings | None = None) -> Generator[Session]:
    """Open store and model, by default those of `read_settings()`, and close them at the end."""
    found, watcher = settings or read_settings(), Watcher()
    opening = local_jobs(found, watcher)
    with asyncio.Runner() as runner:
        jobs = runner.run(opening.__aenter__())
        try:
            yield Session(jobs.tenants.of(LOCAL_OWNER), jobs.of(LOCAL_OWNER), found, runner, terminal, watcher)
        finally:
            runner.run(opening.__aexit__(None, None, None))
