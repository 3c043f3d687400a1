"""Child runs: what a run gives away is done by a run on a thread of its own, which knows its parent.

The child's thread and run are named after the call that asks for it, which is committed before the child begins. So
whoever goes on with the parent after a crash finds the same child. A child whose parent has ended is stopped.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from dayloom.calendar_sync.writer import SEEN
from dayloom.runs.run import PARENT, MultitaskStrategy, Run, child_thread
from dayloom.runs.runs import Runs
from dayloom.stores.threads.index import ThreadIndex
from prompts.fence import fence
from state.common import CommonState
from state.errors import ChildFailed, UnknownRun
from state.ids import RunId, ThreadId
from state.outcome import OutcomeStatus
from state.ports import Accepted, Clock
from state.run_status import RunStatus

DEPTH: Final = "depth"
"""How many runs stand over it."""
MOST_DEEP: Final = 3
_SHARED: Final = ("model", "models", "mode")
_LOOK: Final = 5.0
"""Seconds after which a parent sees for itself whether anybody is at its child."""


@dataclass(frozen=True)
class ChildRuns:
    """Has parts of one run's work done by child runs: a `state.ports.Delegates`. `slots` lets in so many at once."""

    runs: Callable[[], Runs]
    index: ThreadIndex
    thread: ThreadId
    run: RunId
    about: Mapping[str, Any]
    clock: Clock
    slots: asyncio.Semaphore

    async def report(self, key: str, goal: str, context: str, state: CommonState) -> str:
        """Return what the child of this call reports; raises ChildFailed."""
        if self.about.get(DEPTH, 0) >= MOST_DEEP:
            raise ChildFailed(f"runs are given away {MOST_DEEP} deep at most; do this part yourself")
        child, run = self.child(key)
        async with self.slots:
            await self.index.create(child, self._parent, or_take=True)
            asked = self._request(run, child, goal, context, state)
            return await self._report_of(await self._carried_out(child, asked))

    def child(self, key: str) -> tuple[ThreadId, RunId]:
        """Return the thread and the run of the child that a call stands for, begun or not."""
        digest = hashlib.sha256("\0".join((self.thread, self.run, key)).encode()).hexdigest()[:24]
        return child_thread(digest), RunId(f"run-{digest}")

    @property
    def _parent(self) -> dict[str, Any]:
        return {"parent_thread_id": self.thread, "parent_run_id": self.run, DEPTH: self.about.get(DEPTH, 0) + 1}

    def _request(self, run: RunId, child: ThreadId, goal: str, context: str, state: CommonState) -> Accepted:
        about = {name: self.about[name] for name in _SHARED if name in self.about}
        about |= {PARENT: [self.thread, self.run], "metadata": self._parent, DEPTH: self._parent[DEPTH]}
        return Accepted(
            run=run,
            at=self.clock(),
            message=goal,
            task=f"Whoever gave you this says beside it:\n{fence(context)}" if context.strip() else "",
            schedule=state.schedule,
            # It plans beside its parent, which keeps the workspace; what it may do outside the draft is no more.
            settings=state.settings.model_copy(update={"attended": False, "always_execute": True}),
            about={**about, "workspace": child, SEEN: state.calendar},
        )

    async def _carried_out(self, child: ThreadId, asked: Accepted) -> Run:
        """Return the child when it has ended, which it does with its parent at the latest."""
        runs = self.runs()
        try:
            await runs.start(child, asked, MultitaskStrategy.ENQUEUE)
            return await self._await_end(child, asked.run)
        except asyncio.CancelledError:
            # A process that is told to end leaves its runs to the next one; a run that was stopped leaves nothing.
            stands = await runs.threads.run_status(self.thread, self.run)
            if stands is not None and stands.final:
                with suppress(UnknownRun):
                    await runs.cancel(child, asked.run)
            raise

    async def _await_end(self, child: ThreadId, run: RunId) -> Run:
        """Carry the child out, or wait for whoever does."""
        runs = self.runs()
        while True:
            await runs.work(child)
            if (found := await runs.get(child, run)).status.final:
                return found
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    return await runs.join(child, run)

    async def _report_of(self, found: Run) -> str:
        threads = self.runs().threads
        state = await threads.state(found.thread)
        if state is not None and (card := state.interrupt) is not None:
            await threads.stop(found.thread, None, RunStatus.CANCELLED, "cancelled")
            raise ChildFailed(f"it stopped at a question: {card.description}")
        outcome = state.outcome if state is not None else None
        if found.status is not RunStatus.SUCCESS or outcome is None:
            raise ChildFailed(f"it ended with {found.status} and reported nothing")
        if outcome.status is not OutcomeStatus.COMPLETED or not outcome.message.strip():
            raise ChildFailed(outcome.message.strip() or "it ended without a report")
        return outcome.message
