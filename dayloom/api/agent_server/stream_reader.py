"""A run as a stream of frames, and as the one result somebody waits for."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from dayloom.api.agent_server.feedback_urls import feedback_urls
from dayloom.api.agent_server.snapshots import interrupt_json
from dayloom.api.agent_server.sse import SseFrame, frame_event
from dayloom.api.agent_server.step_cache import StepCache
from dayloom.api.agent_server.stream_event import Cursor, StreamEvent
from dayloom.api.agent_server.stream_frames import JUDGED, StreamFrames, error_json
from dayloom.api.agent_server.stream_mode import StreamMode
from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant
from state.errors import DayloomError, Unavailable
from state.ids import RunId, ThreadId
from state.run_status import RunStatus

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunStreamReader:
    """Reads one run for somebody who wants certain modes, from a place on, or without one what comes next.

    `named` frames can be resumed from.
    """

    tenant: Tenant
    steps: StepCache
    thread: ThreadId
    run: RunId
    modes: Collection[StreamMode]
    after: Cursor | None
    named: bool

    async def frames(self, about: dict[str, Any]) -> AsyncGenerator[bytes]:
        """Yield the frames as bytes until the run has ended; the log is told from its start, so that places agree.

        When the store goes away the stream ends, and its reader may come back; a run that was deleted is an error.
        """
        try:
            after = self.after if self.after is not None else await self._end()
            frames = StreamFrames(self.thread, self.run, about)
            async with aclosing(self.tenant.runs.follow(self.thread, self.run)) as pages:
                async for page in pages:
                    for event in (event for batch in page.batches for event in frames.translate(batch)):
                        if event.at > after and (frame := await self._frame(event)) is not None:
                            yield bytes(frame)
        except Unavailable as down:
            log.warning("a stream was cut: %s", down)
        except DayloomError as wrong:
            yield bytes(SseFrame(event="error", data=to_json({"error": type(wrong).__name__, "message": str(wrong)})))

    async def _end(self) -> Cursor:
        """Return the place of what was told last."""
        page = await self.tenant.runs.page(self.thread, self.run, 0, sys.maxsize)
        return Cursor(page.next - 1, sys.maxsize)

    async def _frame(self, event: StreamEvent) -> SseFrame | None:
        if event.mode is not None and event.mode not in self.modes:
            return None
        data = await self.steps.resolve(self.tenant, self.thread, event)
        return None if data is None else frame_event(event, data, named=self.named)


async def load_result(tenant: Tenant, steps: StepCache, run: Run) -> dict[str, Any]:
    """Return what a run that has ended came to, for orjson: values, what it waits for, or the error."""
    if run.status in (RunStatus.ERROR, RunStatus.TIMEOUT):
        page = await tenant.runs.page(run.thread, run.id, max(0, run.events - 1), 1)
        said = [event.data for batch in page.batches for event in batch.events]
        return {"__error__": error_json(said[-1] if said else {})}
    line = await tenant.index.get(run.thread)
    step = await steps.step(tenant, run.thread, line.details.checkpoint) if line.details.checkpoint else None
    values = step.values if step else {}
    if run.status is RunStatus.INTERRUPTED and (asked := tenant.index.interrupts(line)):
        values["__interrupt__"] = [interrupt_json(each) for task in asked.values() for each in task]
    return values


async def wait_for_result(tenant: Tenant, steps: StepCache, thread: ThreadId, run: RunId) -> AsyncGenerator[bytes]:
    """Yield the result of a run once it has ended; an error of ours is a result too, as the answer has begun."""
    try:
        ended = await tenant.runs.join(thread, run)
        found = await load_result(tenant, steps, ended)
        if ended.status in JUDGED and (urls := feedback_urls(thread, run, ended.asked.about)):
            found["__feedback__"] = urls
    except DayloomError as wrong:
        found = {"__error__": {"error": type(wrong).__name__, "message": str(wrong)}}
    yield to_json(found)
