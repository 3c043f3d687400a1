"""A run as a stream of frames, and as the one result somebody waits for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from dayloom.api.frame import Cursor, Draft, framed
from dayloom.api.modes import Mode
from dayloom.api.snapshots import interrupt_json, snapshot, state_of
from dayloom.api.steps import Steps
from dayloom.api.tale import Tale, error_json
from dayloom.api.view import values_of
from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant
from state.ending import RunStatus
from state.ids import RunId, ThreadId


@dataclass(frozen=True)
class Reader:
    """Reads one run for somebody who wants certain modes, from a place on."""

    mine: Tenant
    steps: Steps
    thread: ThreadId
    run: RunId
    modes: Collection[Mode]
    after: Cursor

    async def frames(self, about: dict[str, Any]) -> AsyncIterator[bytes]:
        """Yield the frames as bytes until the run has ended; the log is told from its start, so that places agree."""
        tale = Tale(self.thread, self.run, about)
        async with aclosing(self.mine.runs.follow(self.thread, self.run)) as pages:
            async for page in pages:
                for batch in page.batches:
                    async for frame in self._sent(tale.told(batch)):
                        yield frame

    async def _sent(self, drafts: Any) -> AsyncIterator[bytes]:
        for draft in drafts:
            if self._wanted(draft) and (data := await self.steps.data(self.mine, self.thread, draft)) is not None:
                yield bytes(framed(draft, data))

    def _wanted(self, draft: Draft) -> bool:
        return draft.at > self.after and (draft.mode is None or draft.mode in self.modes)


async def result(mine: Tenant, run: Run) -> dict[str, Any]:
    """Return what a run that has ended came to: values, what it waits for, or the error."""
    if run.status in (RunStatus.ERROR, RunStatus.TIMEOUT):
        page = await mine.runs.page(run.thread, run.id, max(0, run.events - 1), 1)
        said = [event.data for batch in page.batches for event in batch.events]
        return {"__error__": error_json(said[-1] if said else {})}
    found = await snapshot(mine, run.thread)
    state = state_of(run.thread, found)
    values = values_of(state) if state else {}
    if run.status is RunStatus.INTERRUPTED and found.interrupts:
        values["__interrupt__"] = [interrupt_json(each) for each in found.interrupts]
    return values


async def waited(mine: Tenant, thread: ThreadId, run: RunId) -> AsyncIterator[bytes]:
    """Yield the result of a run once it has ended."""
    yield to_json(await result(mine, await mine.runs.ended(thread, run)))
